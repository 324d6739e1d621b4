"""What was published of the same recordings, to stand beside what is measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qc.eqa.scores.reading import Parameter


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """Figures of a paper, as rounded there.

    Attributes:
        source: The paper.
        videos: How many recordings.
        mae_three: MAE in points over progressive, non-progressive, immotile.
        mae_four: Over the four grades.
        zero_rule_three: ZeroR's, over three.
        zero_rule_four: ZeroR's, over four.
        pearson: r of those parameters that have one.
    """

    source: str
    videos: int
    mae_three: float
    mae_four: float
    zero_rule_three: float
    zero_rule_four: float
    pearson: Mapping[Parameter, float]


VISEM_QC = PublishedFigures(
    source="Haugen et al., Sci Rep 2023, doi 10.1038/s41598-023-41871-2",
    videos=65,
    mae_three=5.0,
    mae_four=7.0,
    zero_rule_three=9.0,
    zero_rule_four=10.0,
    pearson=MappingProxyType(
        {Parameter.PROGRESSIVE: 0.88, Parameter.IMMOTILE: 0.89, Parameter.RAPID: 0.673}
    ),
)
"""ResNet-50 on the 65 recordings of VISEM-QC, ten-fold cross-validation, split by video."""
