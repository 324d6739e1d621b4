"""Scores against answers worked out by hand and against TrackEval 1.3.0."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.evaluation.hota import ALPHAS, hota
from inference.evaluation.identity import idf1, precision_recall
from inference.evaluation.points import TrackPoints, compare
from inference.evaluation.scores import evaluate_tracks

FRAMES = 40


def points(*rows: tuple[int, int, float, float]) -> TrackPoints:
    table = np.array(rows, float).reshape(-1, 4)
    return TrackPoints(table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2:])


def line(
    track_id: int, y: float, frames: range = range(FRAMES)
) -> list[tuple[int, int, float, float]]:
    return [(frame, track_id, 10.0 * frame, y) for frame in frames]


def test_a_perfect_answer_scores_one() -> None:
    truth = points(*line(1, 0), *line(2, 100))
    renamed = points(*line(7, 100), *line(9, 0))
    scores = evaluate_tracks(truth, renamed, FRAMES)
    assert (scores.hota, scores.det_a, scores.ass_a) == pytest.approx((1, 1, 1))
    assert (scores.idf1, scores.precision, scores.recall) == (1, 1, 1)
    assert (scores.truth_tracks, scores.predicted_tracks) == (2, 2)


def test_a_track_broken_in_the_middle_keeps_detection_and_halves_association() -> None:
    truth = points(*line(1, 0))
    broken = points(*line(1, 0, range(20)), *line(2, 0, range(20, 40)))
    scores = evaluate_tracks(truth, broken, FRAMES)
    assert scores.det_a == pytest.approx(1)
    assert scores.ass_a == pytest.approx(0.5)
    assert scores.hota == pytest.approx(np.sqrt(0.5))
    assert scores.idf1 == pytest.approx(0.5)


def test_two_tracks_that_swap_midway() -> None:
    truth = points(*line(1, 0), *line(2, 100))
    swapped = points(
        *line(1, 0, range(20)), *line(1, 100, range(20, 40)),
        *line(2, 100, range(20)), *line(2, 0, range(20, 40)),
    )  # fmt: skip
    scores = evaluate_tracks(truth, swapped, FRAMES)
    # Each pair shares 20 of 60 frames in which either is seen.
    assert scores.ass_a == pytest.approx(20 / 60)
    assert scores.det_a == pytest.approx(1)
    assert scores.idf1 == pytest.approx(0.5)


def test_half_missed_and_as_many_invented() -> None:
    truth = points(*line(1, 0), *line(2, 100))
    half = points(*line(1, 0), *line(2, 300))
    scores = evaluate_tracks(truth, half, FRAMES)
    assert scores.det_a == pytest.approx(1 / 3)
    assert scores.ass_a == pytest.approx(1)
    assert (scores.precision, scores.recall) == (0.5, 0.5)


@pytest.mark.parametrize(("off_px", "reached"), [(0, 19), (5, 15), (9.9, 10), (19.5, 0), (25, 0)])
def test_an_offset_counts_at_the_alphas_that_its_similarity_reaches(
    off_px: float, reached: int
) -> None:
    compared = compare(points(*line(1, 0)), points(*line(1, off_px)), FRAMES)
    assert hota(compared).det_a == pytest.approx(reached / len(ALPHAS))
    assert precision_recall(compared) == ((1, 1) if off_px < 10 else (0, 0))


@pytest.mark.parametrize("which", ["truth", "predicted", "both"])
def test_nothing_to_compare_scores_zero_and_never_fails(which: str) -> None:
    nothing, some = points(), points(*line(1, 0))
    truth = nothing if which in ("truth", "both") else some
    predicted = nothing if which in ("predicted", "both") else some
    scores = evaluate_tracks(truth, predicted, FRAMES)
    assert (scores.hota, scores.idf1, scores.precision, scores.recall) == (0, 0, 0, 0)


def test_rows_past_the_last_frame_are_left_out() -> None:
    truth = points(*line(1, 0))
    assert (
        evaluate_tracks(truth, points(*line(1, 0), *line(2, 50, range(40, 99))), FRAMES).idf1 == 1
    )


def scene() -> tuple[TrackPoints, TrackPoints]:
    """Six cells; the answer misses some, breaks two, swaps two and invents a few."""
    rng = np.random.default_rng(11)
    start, step = rng.uniform(0, 150, (6, 2)), rng.normal(0, 2, (6, 2))
    truth, answer = [], []
    for frame in range(FRAMES):
        for cell in range(6):
            x, y = start[cell] + step[cell] * frame
            truth.append((frame, cell, x, y))
            name = {1: 21, 4: 24}.get(cell, cell) if frame > 18 else cell
            name = {2: 3, 3: 2}.get(name, name) if frame > 25 else name
            if rng.random() > 0.15:
                answer.append((frame, name, *(np.array([x, y]) + rng.normal(0, 3, 2))))
        if rng.random() < 0.4:
            answer.append((frame, 40, *rng.uniform(0, 150, 2)))
    return points(*truth), points(*answer)


def test_parity_with_trackeval() -> None:
    scores = evaluate_tracks(*scene(), FRAMES)
    # HOTA, Identity and CLEAR of TrackEval 1.3.0 on the same scene.
    assert scores.hota == pytest.approx(0.5114926108223459)
    assert scores.det_a == pytest.approx(0.613894836332335)
    assert scores.ass_a == pytest.approx(0.426481112662114)
    assert scores.idf1 == pytest.approx(0.6279569892473118)
    assert scores.precision == pytest.approx(0.8977777777777778)
    assert scores.recall == pytest.approx(0.8416666666666667)


@given(st.integers(0, 2**32 - 1))
def test_scores_stay_between_zero_and_one_and_names_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 6, (30, 2)), rng.uniform(0, 60, (30, 2))
    unique = np.unique(rows[0], axis=0, return_index=True)[1]
    some = TrackPoints(rows[0][unique, 0], rows[0][unique, 1], rows[1][unique])
    other = TrackPoints(
        some.frame, 100 - some.track_id, some.xy_px + rng.normal(0, 5, some.xy_px.shape)
    )
    again = TrackPoints(other.frame, other.track_id * 3, other.xy_px)
    first, second = evaluate_tracks(some, other, 6), evaluate_tracks(some, again, 6)
    assert first.hota == pytest.approx(second.hota)
    for value in (first.hota, first.det_a, first.ass_a, first.idf1, first.precision, first.recall):
        assert 0 <= value <= 1
    assert idf1(compare(some, some, 6)) == 1
