"""A network on frames: scored as the baselines are, resumed, and told nothing of who is asked."""

import numpy as np
import pytest

from qc.visem.columns import COLUMNS, MOTILITY, Source
from qc.visem.experiment import cross_validate
from qc.visem.frame_experiment import Split, run_frames
from qc.visem.frame_learner import FrameLearner
from qc.visem.frames import ShownFrames
from qc.visem.kept_folds import KeptFolds
from qc.visem.posed import TooFewError
from qc.visem.published import Task
from qc.visem.reader import read_visem
from tests.qc.visem.fakes import LineTrainer
from tests.qc.visem.made import bright, write_visem

PARTICIPANTS = 9
GREYS, MOTILE = bright(PARTICIPANTS)
THREE = Split(3, seed=0)


def shown(grey, key, frames=4):
    pictures = np.full((frames, 6, 8), round(grey), np.uint8)
    pictures[::2] += 2
    return ShownFrames(f"video {key}", f"{key}", pictures)


FRAMES = {one: shown(grey, one) for one, grey in GREYS.items()}


@pytest.fixture(scope="module")
def visem(tmp_path_factory):
    folder = tmp_path_factory.mktemp("visem")
    return read_visem(write_visem(folder, PARTICIPANTS, motility=MOTILE))


@pytest.fixture
def kept(tmp_path):
    return KeptFolds(tmp_path / "folds")


def run(visem, trainer, kept, *, frames=FRAMES, split=THREE, task=Task.MOTILITY, told=None):
    seen = [] if told is None else told
    return run_frames(
        visem, task, frames, trainer, kept, split, lambda done, of: seen.append((done, of))
    )


@pytest.mark.parametrize(("split", "folds"), [(THREE, 3), (Split(None, 0), PARTICIPANTS)])
def test_what_the_frames_show_is_learned_and_zero_r_stands_beside(visem, kept, split, folds):
    trainer = LineTrainer()
    told: list[tuple[int, int]] = []
    found = run(visem, trainer, kept, split=split, told=told)
    assert found.participants == tuple(range(1, PARTICIPANTS + 1))
    assert found.network.scores.summed_mae < 2
    assert found.network.scores.pearson_r[0] == pytest.approx(1, abs=1e-3)
    assert found.zero_r.scores.summed_mae > 20
    assert found.zero_r.scores.pearson_r == (None, None, None)
    assert len(trainer.begun_at) == folds
    assert told[-1] == (3 * folds, 3 * folds)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    nearer, error = found.gain
    gap = found.zero_r.scores.summed_mae - found.network.scores.summed_mae
    assert nearer == pytest.approx(gap)
    assert 0 < error < nearer


def test_no_picture_of_who_is_asked_is_learned_from(visem, kept):
    trainer = LineTrainer()
    run(visem, trainer, kept)
    for known, asked in trainer.shown:
        assert known.isdisjoint(asked)
        assert len(known) == 2 * 6
        assert len(asked) == 2 * 3


class GreyTrainer(LineTrainer):
    """Tells the mean grey of a picture."""

    def learn_and_tell(self, known, targets, asked, seed, state, on_epoch):
        return asked.mean(axis=(1, 2))[:, None]


def test_what_is_told_of_a_participant_is_the_mean_over_his_frames(kept):
    frames = [shown(10 * one, one, frames=2 + one) for one in range(4)]
    told = cross_validate(
        FrameLearner(frames, GreyTrainer(), kept, lambda _: None),
        np.zeros((4, 1)),
        [np.array([0, 2]), np.array([1, 3])],
        0,
    )
    assert told[:, 0] == pytest.approx([one.pictures.mean() for one in frames])


def test_finished_folds_are_not_learned_again(visem, kept, tmp_path):
    first = run(visem, LineTrainer(), kept)
    again = LineTrainer()
    told: list[tuple[int, int]] = []
    reopened = KeptFolds(tmp_path / "folds")
    second = run(visem, again, reopened, told=told)
    assert again.begun_at == []
    assert (second.network.percent == first.network.percent).all()
    assert told[-1] == (9, 9)
    assert reopened.finished == 3
    assert not list((tmp_path / "folds").glob("*.pt"))


def test_another_trainer_seed_video_or_target_is_learned_anew(visem, kept):
    run(visem, LineTrainer(), kept)
    other_video = {**FRAMES, 4: shown(50, "another")}
    semen = visem.values[Source.SEMEN].copy()
    semen[2, COLUMNS[Source.SEMEN].index(MOTILITY[0])] += 1
    corrected = type(visem)(visem.participants, {**visem.values, Source.SEMEN: semen}, visem.videos)
    changes: list[tuple] = [
        (visem, LineTrainer("another"), {}, 3),
        (visem, LineTrainer(), {"split": Split(3, seed=1)}, 3),
        (visem, LineTrainer(), {"frames": other_video}, 3),
        # The fold that he is held out in knows nothing of it.
        (corrected, LineTrainer(), {}, 2),
    ]
    for tables, trainer, changed, folds in changes:
        run(tables, trainer, kept, **changed)
        assert trainer.begun_at == [0] * folds


def test_a_run_that_was_stopped_goes_on_in_the_middle_of_its_fold(visem, kept, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(visem, LineTrainer(stop_in=(2, 2)), kept)
    assert kept.finished == 1
    going_on = LineTrainer()
    found = run(visem, going_on, KeptFolds(tmp_path / "folds"))
    assert going_on.begun_at == [2, 0]
    whole = run(visem, LineTrainer(), KeptFolds(tmp_path / "others"))
    assert (found.network.percent == whole.network.percent).all()


def test_a_fold_that_was_kept_in_halves_is_learned_again(visem, kept, tmp_path):
    run(visem, LineTrainer(), kept)
    for file in (tmp_path / "folds").glob("*.json"):
        file.write_text(file.read_text()[:10])
    again = LineTrainer()
    run(visem, again, kept)
    assert again.begun_at == [0, 0, 0]


def test_who_has_no_target_or_no_video_is_left_out(visem, kept):
    semen = visem.values[Source.SEMEN].copy()
    semen[4, COLUMNS[Source.SEMEN].index(MOTILITY[1])] = np.nan
    spoiled = type(visem)(visem.participants, {**visem.values, Source.SEMEN: semen}, visem.videos)
    frames = {one: FRAMES[one] for one in FRAMES if one != 2}
    found = run(spoiled, LineTrainer(), kept, frames=frames)
    assert found.participants == (1, 3, 4, 6, 7, 8, 9)
    assert found.left_out == (5,)


def test_too_few_are_refused(visem, kept):
    few = {one: FRAMES[one] for one in (1, 2, 3)}
    with pytest.raises(TooFewError, match=r"only 3 participants .* a video that can be read"):
        run(visem, LineTrainer(), kept, frames=few)
    with pytest.raises(TooFewError, match="9 participants are too few for 10 folds"):
        run(visem, LineTrainer(), kept, split=Split(10, 0))


def test_what_cannot_be_seen_is_not_told_better_than_by_zero_r(tmp_path):
    drawn = np.random.default_rng(3).uniform(0, 100, (40, 3)).round(2)
    visem = read_visem(write_visem(tmp_path, 40, motility=drawn))
    frames = {one: shown(grey, one) for one, grey in bright(40)[0].items()}
    found = run(visem, LineTrainer(), KeptFolds(tmp_path / "folds"), frames=frames)
    nearer, error = found.gain
    assert nearer < 2 * error
