"""Random samples and microscopes are drawable, varied and repeatable."""

import numpy as np

from acquisition.specimen.picture import FieldView
from acquisition.specimen.specimen import Specimen
from acquisition.specimen.variety import random_settings


def test_one_seed_gives_one_scene() -> None:
    first, second = (random_settings(np.random.default_rng(8)) for _ in range(2))
    assert first == second


def test_scenes_span_the_scales_and_densities_of_laboratories() -> None:
    rng = np.random.default_rng(0)
    scenes = [random_settings(rng) for _ in range(300)]
    scales = [scene.optics.um_per_px_x for scene in scenes]
    cells = [scene.specimen.cells_per_mm2 * 0.0768 for scene in scenes]
    assert 0.2 <= min(scales) < 0.22
    assert 0.75 < max(scales) <= 0.8
    assert 3 <= min(cells) < 4
    assert 350 < max(cells) <= 380


def test_any_scene_can_be_drawn() -> None:
    rng = np.random.default_rng(4)
    for _ in range(6):
        scene = random_settings(rng)
        frame = FieldView(Specimen(scene.specimen), scene.optics, 96, 64).render(1.0)
        assert frame.shape == (64, 96)
        assert frame.std() > 0
