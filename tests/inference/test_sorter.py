"""The shipped sorter on drawn fields: it knows cells from debris, and looks when it is due."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from acquisition.frame import Frame
from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from calibration.scale import Scale
from inference.detector import HeadDetector
from inference.model import SHIPPED_CELLS, SHIPPED_HEADS, read_card, read_heads_card
from inference.packs import Pack, Prepared
from inference.sorter import LEAST_SCORE, PERIOD_S, Sorter, with_looks

SCALE = Scale(0.5, 0.5, "drawn")
RATE_HZ = 30.0
SEED = 880_002


@pytest.fixture(scope="module")
def detector() -> HeadDetector:
    return HeadDetector(read_heads_card(SHIPPED_HEADS), Sorter(read_card(SHIPPED_CELLS)), threads=1)


@pytest.fixture(scope="module")
def drawn() -> FieldView:
    specimen = SpecimenSettings(seed=SEED, cells_per_mm2=500, debris_per_mm2=2_000, extent_um=1_600)
    return FieldView(Specimen(specimen), OpticsSettings(um_per_px_x=0.5, um_per_px_y=0.5))


def recorded(drawn: FieldView, frames: int) -> list[Frame]:
    return [Frame(drawn.render(index / RATE_HZ), index) for index in range(frames)]


def test_cells_are_more_probable_than_debris(detector, drawn):
    found = list(detector.detect(recorded(drawn, 5), SCALE, RATE_HZ))[2]
    cells = np.array([(c.x_px, c.y_px) for c in drawn.cells_in_view(2 / RATE_HZ)])
    apart = cdist(found.xy_px, cells).min(axis=1)
    asked = np.isfinite(found.log_odds)
    cell, debris = found.log_odds[asked & (apart < 6)], found.log_odds[asked & (apart > 10)]
    assert len(cell) > 20
    assert len(debris) > 3
    assert (cell > 0).mean() > 0.9
    assert (debris < 0).mean() > 0.6
    assert np.median(cell) > np.median(debris) + 3


def test_it_looks_at_the_begin_and_every_period_at_the_middle_frame_of_a_pack(detector, drawn):
    found = list(detector.detect(recorded(drawn, 71), SCALE, RATE_HZ))
    looked = [one.frame for one in found if np.isfinite(one.log_odds).any()]
    assert looked == [2, 2 + round(PERIOD_S * RATE_HZ)]
    for one in found:
        assert len(one.log_odds) == len(one)


@pytest.mark.parametrize(("start_s", "field_at_s"), [(0.0, None), (0.1, None), (0.0, 1.4)])
def test_a_look_is_due_at_the_beginning_of_a_field_and_every_period(start_s, field_at_s):
    def pack(number: int) -> Pack:
        time_s = round((start_s + number / 5) * 1e6) / 1e6 - start_s
        field = 0 if field_at_s is None else int(time_s > field_at_s)
        one = Prepared(number, time_s, np.zeros((8, 8), np.uint8), 0, field, False, np.ones(2))
        return Pack(one, (one,), one)

    due = [n for n, (_, is_due) in enumerate(with_looks(pack(n) for n in range(26))) if is_due]
    assert due == ([0, 10, 20] if field_at_s is None else [0, 8, 18])


def test_what_is_hardly_a_head_is_not_looked_at(detector, drawn):
    found = list(detector.detect(recorded(drawn, 5), SCALE, RATE_HZ))[2]
    asked = np.isfinite(found.log_odds)
    assert asked.any()
    assert not asked[found.score < LEAST_SCORE].any()
    assert (found.score < LEAST_SCORE).any()


def test_a_single_frame_is_looked_at(detector, drawn):
    (only,) = detector.detect(recorded(drawn, 1), SCALE, RATE_HZ)
    assert np.isfinite(only.log_odds).any()


def test_the_detector_is_named_with_the_sorter(detector):
    heads, cells = read_card(SHIPPED_HEADS), read_card(SHIPPED_CELLS)
    assert detector.identity.name == f"{heads.identity.name}, {cells.identity.name}"
    assert detector.identity.sha256 not in (heads.identity.sha256, cells.identity.sha256)
