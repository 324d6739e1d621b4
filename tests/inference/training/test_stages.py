"""A stage that is killed and gone on with ends where one ends that was not."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn.functional import mse_loss  # noqa: E402

from inference.training import stages  # noqa: E402
from inference.training.stages import Machine, RecipeError, Stage, run  # noqa: E402

RECIPE = {"average_decay": 0.9}


class Lines:
    """Pictures of noise and their means; may be killed at a step."""

    def __init__(self, killed_at: int | None = None) -> None:
        self._killed_at = killed_at

    def of_steps(self, steps, drawers):
        for step in steps:
            if step == self._killed_at:
                raise KeyboardInterrupt
            noise = torch.from_numpy(np.random.default_rng(step).normal(size=(4, 1, 8, 8))).float()
            yield [noise, noise.mean((1, 2, 3))]


def network() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(72, 1))


def loss(answer, wanted):
    return mse_loss(answer[:, 0], wanted)


def trained(path, killed_at=None, recipe=RECIPE):
    stage = Stage("lines", 12, 1e-2, Lines(killed_at), loss, path)
    learned = network()
    run(stage, learned, recipe, Machine("cpu", 0))
    return learned.state_dict()


def test_going_on_after_a_kill_ends_where_an_undisturbed_run_ends(tmp_path, monkeypatch):
    whole = trained(tmp_path / "whole.pt")
    monkeypatch.setattr(stages, "SAVE_EVERY_S", -1)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "parts.pt", killed_at=7)
    parts = trained(tmp_path / "parts.pt")
    assert whole.keys() == parts.keys()
    for name, value in whole.items():
        torch.testing.assert_close(parts[name], value, rtol=0, atol=0)
    untrained = network().state_dict()
    assert not torch.equal(whole["3.weight"], untrained["3.weight"])


def test_the_next_stage_goes_on_learning_what_it_normalises_by(tmp_path):
    learned = network()
    for name in ("first", "then"):
        before = learned.state_dict()["1.running_mean"].clone()
        stage = Stage(name, 12, 1e-2, Lines(), loss, tmp_path / f"{name}.pt")
        run(stage, learned, RECIPE, Machine("cpu", 0))
        assert not torch.equal(learned.state_dict()["1.running_mean"], before), name
        assert not learned.training, "it ends ready to be used"


def test_a_state_of_another_recipe_is_refused(tmp_path):
    trained(tmp_path / "state.pt")
    with pytest.raises(RecipeError, match=r"state\.pt was come to by another recipe"):
        trained(tmp_path / "state.pt", recipe={"average_decay": 0.5})
