"""The scores of a set as a JSON document, a published interface."""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from acquisition.sidecar import software
from qc.eqa.readers import SetReader
from qc.eqa.scored import ScoredSet
from qc.eqa.scores.classification import Confusion
from qc.eqa.scoring.published import VISEM_QC
from qc.eqa.scoring.values import Missing

SCHEMA = 1
_MEASURES = ("sensitivity", "specificity", "precision", "accuracy", "f1", "mcc")


def score_document(scored: ScoredSet) -> dict[str, Any]:
    """Return the scores of all readers of a set as the JSON document of schema 1.

    Names are those of the values in `qc.eqa.scoring.values` and `qc.agreement`; a statistic that
    the readings do not give is {"missing": why}. The rules' "standard_uncertainty" is null where
    that of each assigned value differs; it stands beside the value.
    """
    assigned, (low, high) = scored.assigned, scored.uncertainties
    return {
        "schema": SCHEMA,
        "software": software(),
        "set": {"name": assigned.name, "table": assigned.table, "sha256": assigned.sha256},
        "rules": _plain(scored.rules) | {"standard_uncertainty": low if low == high else None},
        "published": _plain(VISEM_QC),
        "readers": [
            {"source": _source(one.reader), "scores": _plain(one.scores)} for one in scored.readers
        ],
        "faults": list(scored.faults),
    }


def _source(reader: SetReader) -> dict[str, Any]:
    return {
        "file": reader.source,
        "sha256": reader.sha256,
        "software": reader.software or None,
        "models": [{"name": name, "sha256": sha256} for name, sha256 in reader.models],
        "videos": {str(video): sha256 for video, sha256 in reader.videos.items()},
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a score is made of
    if isinstance(value, Missing):
        return {"missing": value.why}
    if isinstance(value, Confusion):
        return asdict(value) | {name: _plain(getattr(value, name)) for name in _MEASURES}
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
