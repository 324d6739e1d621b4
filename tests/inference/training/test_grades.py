"""How tracks of known grade are varied for the grader to learn from."""

import numpy as np
import pytest

from inference.grading import WHO_2021, FieldConditions, Grade
from inference.path_features import ROWS, Feature, path_features
from inference.tracks import Track

pytest.importorskip("torch")

from inference.training import grades
from inference.training.seen_fields import KnownTrack


def known(speed_um_s: float, grade: Grade, seconds: float = 4.0) -> KnownTrack:
    n = round(50 * seconds)
    time_s = np.arange(n) / 50
    track = Track(
        track_id=1,
        frame=np.arange(n),
        time_s=time_s,
        xy_um=np.outer(time_s, [0.6, 0.8]) * speed_um_s,
        size_um=np.full((n, 2), 5.0),
        score=np.ones(n),
        activity=np.full(n, 3.0),
        moves=np.full(n, 0.9),
        interpolated=np.zeros(n, bool),
    )
    return KnownTrack(track, FieldConditions(0.1), grade)


def net_um_s(track: Track) -> float:
    return float(np.hypot(*(track.xy_um[-1] - track.xy_um[0]))) / track.duration_s


def test_the_grade_follows_the_speed_that_a_swimmer_is_given(monkeypatch) -> None:
    """However long it sticks: the grade is that of its way over its whole time."""
    monkeypatch.setattr(grades, "SWUNG_SHARE", 0.0)
    monkeypatch.setattr(grades, "PAUSED_SHARE", 0.5)
    monkeypatch.setattr(grades, "_cut", lambda track, _: track)
    rng = np.random.default_rng(0)
    drawn = [grades.vary(known(30.0, Grade.RAPID), 30.0, rng) for _ in range(300)]
    assert {grade for _, grade in drawn} == {Grade.RAPID, Grade.SLOW, Grade.NON_PROGRESSIVE}
    for track, grade in drawn:
        if grade is Grade.RAPID:
            assert net_um_s(track) > 24.5
        elif grade is Grade.SLOW:
            assert 4.5 < net_um_s(track) < 25.5
        else:
            assert net_um_s(track) < 5.5
    rests = [(np.hypot(*np.diff(track.xy_um, axis=0).T) == 0).mean() for track, _ in drawn]
    assert 0.3 < np.mean(np.array(rests) > 0.02) < 0.7
    assert max(rests) == pytest.approx(grades.LONGEST_PAUSE, abs=0.05)


@pytest.mark.parametrize(("grade", "most_um"), [(Grade.RAPID, 3.0), (Grade.NON_PROGRESSIVE, 1.5)])
def test_living_heads_are_swung_and_stay_on_their_way(monkeypatch, grade, most_um) -> None:
    monkeypatch.setattr(grades, "SWUNG_SHARE", 1.0)
    monkeypatch.setattr(grades, "PAUSED_SHARE", 0.0)
    monkeypatch.setattr(grades, "STIRRED_SHARE", 0.0)
    monkeypatch.setattr(grades, "LEAST_STRETCH", 1.0)
    rng = np.random.default_rng(1)
    off = []
    for _ in range(100):
        track, _ = grades.vary(known(0.0, grade), 0.0, rng)
        off.append(np.hypot(*(track.xy_um - track.xy_um.mean(0)).T).max())
    assert most_um / 2 < max(off) < most_um * 1.3


def test_a_dead_cell_that_is_stirred_is_dead() -> None:
    rng = np.random.default_rng(2)
    one = known(0.0, Grade.IMMOTILE, seconds=10.0)
    drawn = [grades.vary(one, 0.0, rng) for _ in range(200)]
    assert {grade for _, grade in drawn} == {Grade.IMMOTILE}
    still = np.mean([not np.diff(track.xy_um, axis=0).any() for track, _ in drawn])
    assert 0.65 < still < 0.85
    assert max(net_um_s(track) for track, _ in drawn) < WHO_2021.progressive_um_s


def test_some_samples_are_blind_to_each_sense() -> None:
    one = known(20.0, Grade.SLOW)
    paths = np.repeat(path_features(one.track, one.conditions)[None], 2000, axis=0)
    blinded = grades._blinded(paths, np.random.default_rng(3), share=0.2)
    for rows in grades.SENSES:
        blind = ~blinded[:, rows].any(axis=(1, 2))
        if paths[0, rows].any():
            assert 0.15 < blind.mean() < 0.25
    assert blinded[:, Feature.PRESENT].all()
    assert paths.shape[1] == ROWS
    assert paths[:, Feature.ACTIVITY].all(), "the samples themselves stay"
