"""How tracks of known grade are varied for the grader to learn from."""

from dataclasses import replace

import numpy as np
import pytest

from inference.grading import WHO_2021, FieldConditions, Grade
from inference.tracks import Track
from inference.training import varied_tracks
from inference.training.seen_fields import KnownTrack
from inference.training.varied_tracks import lent, vary


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
        activity=np.where(np.arange(n) % 10 == 5, 3.0, np.nan),
        moves=np.full(n, 0.9),
        interpolated=np.zeros(n, bool),
    )
    return KnownTrack(track, FieldConditions(0.1), grade)


def net_um_s(track: Track) -> float:
    return float(np.hypot(*(track.xy_um[-1] - track.xy_um[0]))) / track.duration_s


@pytest.fixture(autouse=True)
def _nothing_but(monkeypatch) -> None:
    """Each test asks for what it looks at."""
    monkeypatch.setattr(varied_tracks, "_cut", lambda track, _: track)
    for share in ("SWUNG_SHARE", "PAUSED_SHARE", "STIRRED_SHARE"):
        monkeypatch.setattr(varied_tracks, share, 0.0)


def test_the_grade_follows_the_speed_that_a_swimmer_is_given(monkeypatch) -> None:
    """However long it sticks: the grade is that of its way over its whole time."""
    monkeypatch.setattr(varied_tracks, "PAUSED_SHARE", 0.5)
    rng = np.random.default_rng(0)
    drawn = [vary(known(30.0, Grade.RAPID), 30.0, rng) for _ in range(300)]
    assert {grade for _, grade in drawn} == {Grade.RAPID, Grade.SLOW, Grade.NON_PROGRESSIVE}
    for track, grade in drawn:
        if grade is Grade.RAPID:
            assert net_um_s(track) > WHO_2021.rapid_um_s - 0.5
        elif grade is Grade.SLOW:
            assert WHO_2021.progressive_um_s - 0.5 < net_um_s(track) < WHO_2021.rapid_um_s + 0.5
        else:
            assert net_um_s(track) < WHO_2021.progressive_um_s + 0.5
    steps = [np.hypot(*np.diff(track.xy_um, axis=0).T) for track, _ in drawn]
    rests = [(one < 1e-9).mean() for one in steps]
    assert 0.3 < np.mean(np.array(rests) > 0.02) < 0.7
    assert max(rests) == pytest.approx(varied_tracks.LONGEST_PAUSE, abs=0.05)


def test_a_swimmer_that_sticks_stays_as_restless_as_it_was(monkeypatch) -> None:
    monkeypatch.setattr(varied_tracks, "PAUSED_SHARE", 1.0)
    rng = np.random.default_rng(5)
    one = known(30.0, Grade.RAPID)
    noise = rng.normal(0, 0.2, one.track.xy_um.shape)
    noisy = replace(one, track=replace(one.track, xy_um=one.track.xy_um + noise))
    for _ in range(20):
        track, _ = vary(noisy, 30.0, rng)
        across = np.diff(track.xy_um @ [0.8, -0.6])
        stretch = across.std() / np.diff(noise @ [0.8, -0.6]).std()
        quiet = np.abs(across) < 0.02 * stretch
        assert quiet.mean() < 0.1


@pytest.mark.parametrize(("grade", "size_um"), [(Grade.RAPID, 2.0), (Grade.NON_PROGRESSIVE, 1.0)])
def test_living_heads_swing_about_their_way(monkeypatch, grade, size_um) -> None:
    monkeypatch.setattr(varied_tracks, "SWUNG_SHARE", 1.0)
    monkeypatch.setattr(varied_tracks, "SWUNG_UM", (2.0, 2.0))
    monkeypatch.setattr(varied_tracks, "LEAST_STRETCH", np.exp(0.2))
    one = known(30.0 if grade is Grade.RAPID else 1.0, grade, seconds=8.0)
    stretch = np.exp(0.2) if grade is Grade.RAPID else 1.0
    rng = np.random.default_rng(1)
    for _ in range(20):
        track, found = vary(one, 30.0, rng)
        off = track.xy_um - stretch * one.track.xy_um
        assert found is grade
        assert np.hypot(*off.T).max() == pytest.approx(size_um, rel=0.05)
        np.testing.assert_allclose(off.mean(axis=0), 0, atol=0.1 * size_um)


@pytest.mark.parametrize("grade", [Grade.IMMOTILE, Grade.NON_PROGRESSIVE])
def test_what_gets_nowhere_is_stirred_and_keeps_its_grade(monkeypatch, grade) -> None:
    monkeypatch.setattr(varied_tracks, "STIRRED_SHARE", 0.5)
    rng = np.random.default_rng(2)
    drawn = [vary(known(0.0, grade, seconds=10.0), 0.0, rng) for _ in range(300)]
    assert {found for _, found in drawn} == {grade}
    stirred = [track for track, _ in drawn if np.diff(track.xy_um, axis=0).any()]
    assert 0.4 < len(stirred) / len(drawn) < 0.6
    assert 1.0 < max(net_um_s(track) for track in stirred) < WHO_2021.progressive_um_s
    # Steps of Brownian motion have the variance 2 D t on each axis; a current changes slowly.
    jumps = [np.diff(track.xy_um, 2, axis=0).var() / 2 * 50 / 2 for track in stirred]
    low, high = varied_tracks.DIFFUSION_UM2_S
    assert 0.8 * low < min(jumps) < 2 * low
    assert high / 2 < max(jumps) < 1.25 * high


def test_dead_cells_that_nothing_stirs_stay_as_they_were_seen() -> None:
    one = known(1.0, Grade.IMMOTILE)
    track, grade = vary(one, 1.0, np.random.default_rng(3))
    assert grade is Grade.IMMOTILE
    np.testing.assert_array_equal(track.xy_um, one.track.xy_um)


def test_a_person_s_track_looks_as_alive_as_its_lender() -> None:
    alive, other = known(30.0, Grade.RAPID).track, known(20.0, Grade.SLOW, seconds=2.0).track
    track = lent(other, alive, np.random.default_rng(4))
    measured = np.isfinite(track.activity)
    assert (np.diff(np.flatnonzero(measured)) == 10).all(), "as often as its lender's"
    assert (track.activity[measured] == 3.0).all()
    np.testing.assert_array_equal(track.moves, np.full(len(other), 0.9))
    np.testing.assert_array_equal(track.xy_um, other.xy_um)
