"""What a recipe is known by."""

import json

import pytest

from inference.training.frame_recipe import FrameRecipe, Network, not_installed


def test_every_setting_and_the_bytes_of_the_weights_are_part_of_it(tmp_path):
    weights, others = tmp_path / "a.pth", tmp_path / "b.pth"
    weights.write_bytes(b"one")
    others.write_bytes(b"other")
    inception = Network.INCEPTION_V3
    recipes = [
        FrameRecipe(),
        FrameRecipe(epochs=3),
        FrameRecipe(inception),
        FrameRecipe(inception, weights=weights),
        FrameRecipe(inception, weights=others),
    ]
    known_by = {json.dumps(recipe.identity()) for recipe in recipes}
    assert len(known_by) == len(recipes)
    moved = weights.rename(tmp_path / "moved.pth")
    assert json.dumps(FrameRecipe(inception, weights=moved).identity()) in known_by


def test_weights_that_are_gone_are_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        FrameRecipe(Network.INCEPTION_V3, weights=tmp_path / "gone.pth").identity()


def test_what_is_missing_is_told_with_how_to_get_it():
    said = str(not_installed("torch.nn", "training"))
    assert said.startswith("torch is not installed, and training needs it")
    assert "--group training" in said
