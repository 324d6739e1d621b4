"""What the detector's answers are, given the heads that are known."""

from dataclasses import replace

import numpy as np
import pytest

from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from inference.heatmap import INSTANTS
from inference.model import SHIPPED_HEADS, read_heads_card
from inference.training.close_up_samples import NOW, WIDE_PX, Looker, answers
from inference.training.samples import Sample
from inference.training.simulation import draw_sample

UM_PER_PX = 0.5


def sample_of(heads: list[tuple[float, float]], unsure: list[tuple[float, float]]) -> Sample:
    places = np.array(heads, np.float64).reshape(-1, 1, 2)
    return Sample(
        np.zeros((INSTANTS + 2, 64, 64), np.uint8),
        UM_PER_PX,
        np.repeat(places, INSTANTS, axis=1),
        np.full((len(heads), 2), 16.0),
        np.ones(len(heads)),
        np.array(unsure, np.float64).reshape(-1, 2),
        np.full(len(unsure), 6.0),
    )


def test_the_best_answer_to_a_head_is_a_cell_and_one_far_from_all_is_debris():
    sample = sample_of([(20, 20)], [(50, 50)])
    best_first = np.array([(21, 20), (18, 20), (28, 20), (40, 20), (52, 50)], np.float64)
    seen = answers(best_first, sample, 1.0, UM_PER_PX)
    assert seen[0] == 1
    assert np.isnan(seen[1]), "a second answer to the same head"
    assert np.isnan(seen[2]), "4 µm from a head: neither"
    assert seen[3] == 0
    assert np.isnan(seen[4]), "where nobody is sure"


def test_where_not_every_head_is_marked_nothing_is_called_debris():
    sample = replace(sample_of([(20, 20)], []), complete=False)
    seen = answers(np.array([(20.0, 20.0), (50.0, 50.0)]), sample, 1.0, UM_PER_PX)
    assert seen[0] == 1
    assert np.isnan(seen[1])


def test_a_head_that_is_not_in_the_picture_is_nobodys():
    sample = sample_of([(20, 20)], [])
    sample.heads_xy[0, NOW] = np.nan
    assert answers(np.array([(20.0, 20.0)]), sample, 1.0, UM_PER_PX).tolist() == [0]


@pytest.mark.parametrize("um_per_px", [0.5, 0.35])
def test_cells_and_debris_of_a_drawn_specimen_are_looked_at(um_per_px):
    specimen = SpecimenSettings(seed=8, cells_per_mm2=500, debris_per_mm2=3_000, extent_um=1_600)
    optics = OpticsSettings(um_per_px_x=um_per_px, um_per_px_y=um_per_px)
    view = FieldView(Specimen(specimen), optics)
    sample = draw_sample(view, 1.0, np.linspace(-0.1, 0.1, INSTANTS + 2))
    seen = Looker(read_heads_card(SHIPPED_HEADS)).look(sample)
    assert seen.grey.shape[1:] == (4, WIDE_PX, WIDE_PX)
    assert seen.is_cell.sum() >= 5
    assert (seen.is_cell == 0).sum() >= 1
    middle = slice(WIDE_PX // 2 - 4, WIDE_PX // 2 + 4)
    bright = np.abs(seen.grey[:, 1, middle, middle].astype(float) - 128).mean((1, 2))
    rim = np.abs(seen.grey[:, 1, :8].astype(float) - 128).mean((1, 2))
    assert np.median(bright) > 3 * np.median(rim), "what was found lies in the middle"
