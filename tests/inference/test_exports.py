"""The JSON document of an analysis: what was not measured is no number."""

from pathlib import Path

import pytest

from acquisition.video import VideoInfo
from inference.analysis import Analysis
from inference.counting import GradeCounts
from inference.exports import to_document
from inference.field import Drift, FieldResult
from inference.grading import Thresholds
from inference.identity import ModelIdentity
from tests.inference.scenes import SCALE


def drifting(*drifts: Drift | None) -> Analysis:
    """One field for each drift."""
    info = VideoInfo(Path("drawn.mkv"), "0" * 64, 100 * len(drifts), 50.0, 640, 480)
    fields = tuple(
        FieldResult(100 * i, 100, 0, 2.0, GradeCounts(a=1), {}, drift, ())
        for i, drift in enumerate(drifts)
    )
    return Analysis(info, ModelIdentity("drawn", "0" * 64), SCALE, Thresholds(), fields)


@pytest.mark.parametrize(
    ("drifts", "mean"),
    [
        ([Drift(2.0, 1.0), Drift(4.0, -1.0)], {"x": 3.0, "y": 0.0}),
        ([Drift(2.0, 1.0), None, Drift(4.0, 2.0)], {"x": 3.0, "y": 1.5}),
        ([None, None], None),
    ],
)
def test_a_drift_that_was_not_measured_is_not_taken_as_0(
    drifts: list[Drift | None], mean: dict[str, float] | None
) -> None:
    document = to_document(drifting(*drifts))
    assert document["drift_um_s"] == mean
    assert [field["drift_um_s"] is None for field in document["fields"]] == [
        drift is None for drift in drifts
    ]
