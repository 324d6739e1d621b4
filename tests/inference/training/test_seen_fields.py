"""Fields that are seen once and kept for the grader to learn from."""

import numpy as np

from inference.grading import FieldConditions, Grade
from inference.tracks import Track
from inference.training.seen_fields import KnownTrack, _keep, _load


def known(points: int, conditions: FieldConditions, grade: Grade) -> KnownTrack:
    rng = np.random.default_rng(points)
    track = Track(
        track_id=1,
        frame=np.arange(points),
        time_s=np.arange(points) / 50,
        xy_um=rng.normal(size=(points, 2)),
        size_um=np.full((points, 2), 5.0),
        score=np.ones(points),
        activity=np.full(points, np.nan),
        moves=np.full(points, 0.5),
        interpolated=np.zeros(points, bool),
    )
    return KnownTrack(track, conditions, grade)


def test_what_is_kept_of_a_field_comes_back(tmp_path) -> None:
    conditions = FieldConditions(0.1, 2.0, 0.3, 20.0, 1.5)
    field = [known(30, conditions, Grade.SLOW), known(5, conditions, Grade.IMMOTILE)]
    _keep(tmp_path / "field.npz", field)
    back = _load(tmp_path / "field.npz")
    assert [one.grade for one in back] == [Grade.SLOW, Grade.IMMOTILE]
    assert [one.conditions for one in back] == [conditions, conditions]
    for one, kept in zip(field, back, strict=True):
        np.testing.assert_array_equal(kept.track.xy_um, one.track.xy_um)
        np.testing.assert_array_equal(kept.track.activity, one.track.activity)


def test_an_empty_field_is_kept_too(tmp_path) -> None:
    _keep(tmp_path / "field.npz", [])
    assert _load(tmp_path / "field.npz") == []
