"""`motiscope visem cnn`: the table, the JSON, going on where it stopped, faults in one line."""

import sys
from importlib import import_module

import numpy as np
import pytest

from inference.training.frame_recipe import FrameRecipe
from qc.visem.columns import VIDEO_FOLDER
from tests.qc.visem.fakes import LineTrainer
from tests.qc.visem.made import bright, video_name, write_videos, write_visem
from tests.tui.cli.conftest import loads

PARTICIPANTS = 9


@pytest.fixture
def folder(tmp_path):
    greys, motility = bright(PARTICIPANTS)
    (tmp_path / "visem").mkdir()
    write_visem(tmp_path / "visem", PARTICIPANTS, motility=motility)
    return write_videos(tmp_path / "visem", greys)


@pytest.fixture
def trained_by(monkeypatch):
    """Have the next run trained by this trainer; returns the recipes that were asked for."""
    recipes: list[FrameRecipe] = []

    def use(trainer):
        def load(recipe, _threads):
            recipes.append(recipe)
            return trainer

        # The package shows the command under the name of its module.
        monkeypatch.setattr(import_module("tui.cli.visem.cnn"), "load_trainer", load)
        return recipes

    return use


@pytest.fixture
def without(monkeypatch):
    """Make a library one that is not installed."""

    def hide(library):
        for name in list(sys.modules):
            if name.partition(".")[0] == library:
                monkeypatch.delitem(sys.modules, name)
        for name in ("inference.training.frames", "inference.training.frame_networks"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.setitem(sys.modules, library, None)

    return hide


def test_the_papers_figure_stands_beside_the_measured(motiscope, folder, trained_by):
    recipes = trained_by(LineTrainer())
    code, out, error = motiscope("visem", "cnn", folder, "--frames-per-video", 4, "--epochs", 3)
    assert (code, error.strip()) == (0, "")
    assert (recipes[0].network, recipes[0].epochs) == ("small", 3)
    for said in ("31.62 (Inception V3)", "38.69", "small on single frames", "3 folds", "ZeroR"):
        assert said in out
    assert "Immotile sperm" in out
    assert "9 participants (the paper: 85); a video but no table: 10;" in out
    assert "4 frames of each video, 160x120; 3 epochs; seed 0" in out


def test_morphology_is_not_given_by_the_paper(motiscope, folder, trained_by):
    trained_by(LineTrainer())
    code, out, error = motiscope("visem", "cnn", folder, "--task", "morphology")
    assert code == 0, error
    assert "not given (Inception V3)" in out
    assert "21.92" in out
    assert "Tail defects" in out


def test_the_figures_as_json_and_nothing_is_learned_twice(motiscope, folder, tmp_path, trained_by):
    first, second = LineTrainer(), LineTrainer()
    trained_by(first)
    command = ("visem", "cnn", folder, "--leave-one-out", "--out", tmp_path / "out", "--json")
    code, out, error = motiscope(*command)
    assert code == 0, error
    assert len(first.begun_at) == PARTICIPANTS
    document = loads(out)
    assert document["folds"] is None
    assert document["published_summed_mae"] == 31.62
    assert document["frame_size_px"] == [120, 160]
    assert document["measured"]["summed_mae"] < document["zero_r"]["summed_mae"]
    assert len(document["told"]) == PARTICIPANTS
    assert np.shape(document["told"]["3"]) == (3,)
    trained_by(second)
    assert motiscope(*command)[1] == out
    assert second.begun_at == []


def test_an_interrupt_says_in_one_line_what_is_kept(motiscope, folder, tmp_path, trained_by):
    command = ("visem", "cnn", folder, "--out", tmp_path / "out", "--json")
    trained_by(LineTrainer(stop_in=(2, 1)))
    code, out, error = motiscope(*command)
    assert (code, out) == (130, "")
    assert "stopped; frames, 1 finished fold and the last epoch are kept in" in error
    assert str(tmp_path / "out") in error
    assert len(error.strip().splitlines()) == 1
    going_on = LineTrainer()
    trained_by(going_on)
    assert motiscope(*command)[0] == 0
    assert going_on.begun_at == [1, 0]


def test_a_missing_and_a_damaged_video_are_named_and_the_rest_goes_on(
    motiscope, folder, trained_by
):
    trained_by(LineTrainer())
    (folder / VIDEO_FOLDER / video_name(3)).unlink()
    (folder / VIDEO_FOLDER / video_name(5)).write_bytes(b"no video")
    code, out, error = motiscope("visem", "cnn", folder)
    assert code == 0, error
    missing, damaged = filter(None, error.splitlines())
    assert missing == f"participant 3: no video «{video_name(3)}»; left out"
    assert damaged.startswith("participant 5: left out: ")
    assert "7 participants" in out
    assert "left out for their video: 2" in out


def test_without_torch_it_says_what_to_install(motiscope, folder, without):
    without("torch")
    code, out, error = motiscope("visem", "cnn", folder)
    assert (code, out) == (1, "")
    assert "torch is not installed" in error
    assert "--group training" in error
    assert len(error.strip().splitlines()) == 1


def test_without_torchvision_inception_says_what_to_install(motiscope, folder, without):
    pytest.importorskip("torch", reason="group training is not installed", exc_type=ImportError)
    without("torchvision")
    code, out, error = motiscope("visem", "cnn", folder, "--network", "inception-v3")
    assert (code, out) == (1, "")
    assert "torchvision is not installed, and --network inception-v3 needs it" in error
    assert len(error.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nowhere",), 2, "no such folder"),
        ((".", "--folds", "1"), 2, "folds"),
        ((".", "--epochs", "none"), 2, "epochs"),
        ((".", "--network", "large"), 2, "network"),
        ((".", "--weights", "w.pth"), 2, "only --network inception-v3"),
        ((".", "--network", "inception-v3", "--weights", "w.pth"), 2, "w.pth: no such file"),
        ((".", "--out", "videos.csv"), 2, "--out videos.csv"),
        ((".", "--folds", "10"), 1, "9 participants are too few for 10 folds"),
        (("tables",), 1, "none of the 9 videos of the list is there"),
        (("videos",), 1, "semen_analysis_data.csv"),
        ((), 2, "DIR"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    motiscope, folder, monkeypatch, trained_by, arguments, code, said
):
    trained_by(LineTrainer())
    (folder / "tables").mkdir()
    write_visem(folder / "tables")
    monkeypatch.chdir(folder)
    got, out, error = motiscope("visem", "cnn", *arguments)
    assert (got, out) == (code, "")
    assert said in error
    assert len(error.strip().splitlines()) == 1


@pytest.mark.timeout(240)
@pytest.mark.parametrize("learnable", [True, False])
def test_the_small_network_learns_what_the_videos_show_and_nothing_else(
    motiscope, tmp_path, learnable
):
    pytest.importorskip("torch", reason="group training is not installed", exc_type=ImportError)
    greys, motility = bright(18, seed=2)
    if not learnable:
        motility = np.random.default_rng(4).permutation(motility)
    write_videos(write_visem(tmp_path, 18, motility=motility), greys)
    command = ("visem", "cnn", tmp_path, "--frames-per-video", 6, "--epochs", 20, "--json")
    code, out, error = motiscope(*command)
    assert code == 0, error
    document = loads(out)
    nearer, error = document["nearer_than_zero_r"].values()
    if learnable:
        assert document["measured"]["summed_mae"] < document["zero_r"]["summed_mae"] / 2
    else:
        assert nearer < 2 * error
