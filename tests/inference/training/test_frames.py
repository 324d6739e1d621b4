"""The networks learn what a frame shows and nothing else; needs the dependency group "training"."""

import sys

import numpy as np
import pytest

pytest.importorskip("torch", reason="group training is not installed", exc_type=ImportError)

import torch

from inference.training.frame_networks import SmallNet, build
from inference.training.frame_recipe import FrameRecipe, Network, TrainingError
from inference.training.frames import FrameTraining

SIZE = (30, 40)


def frames(participants, seed, each=4):
    """Noise about everyone's own grey, and the percentages that it tells."""
    rng = np.random.default_rng(seed)
    grey = rng.uniform(60, 190, participants)
    noise = rng.normal(0, 20, (participants * each, *SIZE))
    pictures = (noise + np.repeat(grey, each)[:, None, None]).clip(0, 255).astype(np.uint8)
    progressive = (grey - 50) / 2
    targets = np.column_stack([progressive, (100 - progressive) / 4, 3 * (100 - progressive) / 4])
    return pictures, np.repeat(targets, each, axis=0)


def learn(tmp_path, known, targets, asked, *, epochs=25, seed=0, name="state.pt", on_epoch=None):
    return FrameTraining(FrameRecipe(epochs=epochs, batch=16)).learn_and_tell(
        known, targets, asked, seed, tmp_path / name, on_epoch or (lambda _: None)
    )


def test_the_small_network_learns_what_can_be_learned(tmp_path):
    known, targets = frames(24, seed=1)
    asked, truth = frames(12, seed=2)
    told = learn(tmp_path, known, targets, asked)
    assert told.shape == truth.shape
    error = np.abs(told - truth).mean(axis=0).sum()
    zero_r = np.abs(targets.mean(axis=0) - truth).mean(axis=0).sum()
    assert error < zero_r / 3
    assert ((told >= 0) & (told <= 100)).all()


def test_a_training_that_was_stopped_tells_the_same_as_one_that_was_not(tmp_path):
    known, targets = frames(6, seed=1)
    asked, _ = frames(3, seed=2)
    whole = learn(tmp_path, known, targets, asked, epochs=4, name="whole.pt")

    def stop(done):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(tmp_path, known, targets, asked, epochs=4, on_epoch=stop)
    begun: list[int] = []
    again = learn(tmp_path, known, targets, asked, epochs=4, on_epoch=begun.append)
    assert begun == [2, 3, 4]
    assert (again == whole).all()
    other = learn(tmp_path, known, targets, asked, epochs=4, name="other.pt", seed=1)
    assert (other != whole).any()


def test_a_target_that_does_not_vary_is_told_as_it_is(tmp_path):
    known, targets = frames(6, seed=1)
    targets[:, 1] = 10.0
    told = learn(tmp_path, known, targets, known[:4], epochs=1)
    assert np.isfinite(told).all()


def test_an_error_without_bounds_is_told(tmp_path):
    known, targets = frames(6, seed=1)
    with pytest.raises(TrainingError, match="astray in epoch 1"):
        learn(tmp_path, known, np.full_like(targets, np.nan), known)


def test_the_small_network_is_small():
    weights = sum(one.numel() for one in SmallNet(3).parameters())
    assert weights == pytest.approx(61_000, rel=0.01)
    assert build(Network.SMALL, 3)(torch.zeros(2, 1, 120, 160)).shape == (2, 3)


def test_inception_looks_at_a_grey_picture_and_starts_from_given_weights(tmp_path):
    models = pytest.importorskip("torchvision.models", reason="torchvision is not installed")
    network = build(Network.INCEPTION_V3, 3)
    assert network(torch.zeros(2, 1, 299, 299)).shape == (2, 3)
    given = models.inception_v3(weights=None, init_weights=False)
    torch.save(given.state_dict(), tmp_path / "given.pth")
    started = build(Network.INCEPTION_V3, 3, tmp_path / "given.pth")
    first = "Conv2d_1a_3x3.conv.weight"
    assert (started.look.state_dict()[first] == given.state_dict()[first]).all()
    torch.save(SmallNet(3).state_dict(), tmp_path / "small.pth")
    (tmp_path / "text.pth").write_text("no weights")
    for wrong in ("small.pth", "text.pth"):
        with pytest.raises(TrainingError, match="no weights of Inception V3"):
            build(Network.INCEPTION_V3, 3, tmp_path / wrong)


def test_inception_without_torchvision_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.setitem(sys.modules, "torchvision.models", None)
    with pytest.raises(TrainingError, match="torchvision is not installed"):
        FrameTraining(FrameRecipe(Network.INCEPTION_V3)).check()
