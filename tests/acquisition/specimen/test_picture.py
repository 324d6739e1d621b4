"""The picture shows the truth, at the truth's places."""

from dataclasses import replace

import numpy as np
import pytest

from acquisition.specimen.picture import FieldView
from acquisition.specimen.settings import (
    GradeMix,
    Illumination,
    OpticsSettings,
    SpecimenError,
    SpecimenSettings,
)
from acquisition.specimen.specimen import Specimen
from acquisition.specimen.truth import CellTruth
from acquisition.stage import Position

CLEAN = OpticsSettings(noise=0.0, texture=0.0, dirt=0, unevenness=0.0, tail_contrast=0.0)
CELLS_ONLY = SpecimenSettings(
    seed=2,
    cells_per_mm2=150,
    debris_per_mm2=0,
    round_cells_per_mm2=0,
    tailless_share=0,
    extent_um=1_000,
    focus_spread_um=0.3,
)


def view(
    sample: SpecimenSettings = CELLS_ONLY,
    optics: OpticsSettings = CLEAN,
    size: tuple[int, int] = (320, 240),
) -> FieldView:
    return FieldView(Specimen(sample), optics, *size)


def alone(cells: list[CellTruth], size: tuple[int, int]) -> list[CellTruth]:
    """Return the cells that are 30 px from the rim and from all others."""
    places = np.array([(c.x_px, c.y_px) for c in cells])
    chosen = []
    for cell, place in zip(cells, places, strict=True):
        gap = np.sort(np.hypot(*(places - place).T))[1:2]
        rim = min(place.min(), *(np.array(size) - place))
        if rim > 30 and (gap > 30).all():
            chosen.append(cell)
    return chosen


@pytest.mark.parametrize("um_per_px", [(0.35, 0.35), (0.5, 0.5), (0.5, 0.6)])
def test_the_light_of_a_head_is_centred_on_its_true_place(um_per_px: tuple[float, float]) -> None:
    optics = replace(CLEAN, um_per_px_x=um_per_px[0], um_per_px_y=um_per_px[1], contrast=0.15)
    field = view(optics=optics, size=(640, 480))
    offsets = []
    for time_s in (0.0, 7.0, 14.0):
        picture = np.abs(field.render(time_s).astype(float) - np.rint(optics.background))
        for cell in alone(field.cells_in_view(time_s), field.size):
            x, y = round(cell.x_px), round(cell.y_px)
            patch = picture[y - 9 : y + 10, x - 9 : x + 10]
            rows, columns = np.mgrid[y - 9 : y + 10, x - 9 : x + 10]
            centre = np.array([(columns * patch).sum(), (rows * patch).sum()]) / patch.sum()
            offsets.append((centre - (cell.x_px, cell.y_px)) * um_per_px)
    assert len(offsets) >= 8
    # A head is not symmetrical along its axis; on average over directions it is.
    assert np.abs(np.mean(offsets, axis=0)).max() < 0.25
    assert np.abs(offsets).max() < 1.2


def test_any_frame_can_be_drawn_again_after_any_other() -> None:
    sample = replace(CELLS_ONLY, debris_per_mm2=2_000, drift_um_s=(5.0, 3.0))
    optics = OpticsSettings()
    here, there = Position(0, 0), Position(150, -90)
    first = view(sample, optics)
    frame = first.render(3.0, here)
    first.render(9.0, there)
    np.testing.assert_array_equal(first.render(3.0, here), frame)
    np.testing.assert_array_equal(view(sample, optics).render(3.0, here), frame)


def test_frames_change_with_time_place_and_seed() -> None:
    frame = view().render(1.0)
    assert (view().render(1.1) != frame).any()
    assert (view().render(1.0, Position(200, 0)) != frame).any()
    assert (view(replace(CELLS_ONLY, seed=3)).render(1.0) != frame).any()


def test_moving_the_stage_shifts_the_truth_by_as_much() -> None:
    field = view()
    before = {cell.cell_id: cell for cell in field.cells_in_view(1.0)}
    after = {cell.cell_id: cell for cell in field.cells_in_view(1.0, Position(10.0, -5.0))}
    both = before.keys() & after.keys()
    assert len(both) >= 3
    for cell_id in both:
        old, new = before[cell_id], after[cell_id]
        assert new.x_px - old.x_px == pytest.approx(-20)
        assert new.y_px - old.y_px == pytest.approx(10)
        assert (new.slide_x_um, new.slide_y_um) == pytest.approx((old.slide_x_um, old.slide_y_um))
        assert new.x_um == pytest.approx(new.x_px * 0.5)


def test_cells_in_view_are_inside_the_picture() -> None:
    field = view(size=(200, 150))
    cells = field.cells_in_view(2.0)
    assert cells
    assert all(-0.5 <= c.x_px < 199.5 and -0.5 <= c.y_px < 149.5 for c in cells)
    assert len(field.cells_in_view(2.0, margin_px=30)) >= len(cells)


def test_true_velocities_lead_to_where_the_cell_is_a_second_later() -> None:
    field = view(replace(CELLS_ONLY, drift_um_s=(4.0, -3.0)), size=(640, 480))
    now = {cell.cell_id: cell for cell in field.cells_in_view(5.0)}
    then = {cell.cell_id: cell for cell in field.cells_in_view(6.0)}
    both = now.keys() & then.keys()
    assert {now[i].grade for i in both} == set("abcd")
    for cell_id in both:
        cell, later = now[cell_id], then[cell_id]
        assert later.x_um - cell.x_um == pytest.approx(cell.net_vx_um_s + 4.0)
        assert later.y_um - cell.y_um == pytest.approx(cell.net_vy_um_s - 3.0)
        assert cell.net_speed_um_s <= cell.path_speed_um_s + 5


def test_progressive_cells_swim_head_first() -> None:
    cells = view(size=(640, 480)).cells_in_view(3.0)
    rapid = [cell for cell in cells if cell.grade == "a"]
    assert rapid
    for cell in rapid:
        ahead = cell.net_vx_um_s * np.cos(cell.angle_rad) + cell.net_vy_um_s * np.sin(
            cell.angle_rad
        )
        assert ahead > 0.4 * cell.net_speed_um_s


def test_dead_cells_look_alike_an_eighth_of_a_second_later_and_beating_ones_do_not() -> None:
    optics = replace(CLEAN, tail_contrast=1.0)
    for mix, moves in ((GradeMix(0, 0, 0, 1), False), (GradeMix(0, 0, 1, 0), True)):
        field = view(replace(CELLS_ONLY, mix=mix), optics)
        one, two = (field.render(t).astype(float) for t in (1.0, 1.13))
        changed = np.percentile(np.abs(two - one), 99.5)
        assert (changed > 25) == moves


def test_debris_and_round_cells_are_told_apart_from_cells() -> None:
    sample = replace(CELLS_ONLY, cells_per_mm2=0, debris_per_mm2=3_000, round_cells_per_mm2=200)
    field = view(sample)
    assert field.cells_in_view(0.0) == []
    things = field.things_in_view(0.0)
    assert len({thing.kind for thing in things}) == 4
    blank = view(replace(sample, debris_per_mm2=0, round_cells_per_mm2=0)).render(0.0)
    shown = field.render(0.0).astype(int)
    thing = next(t for t in things if t.size_um > 8 and 20 < t.x_px < 300 and 20 < t.y_px < 220)
    x, y = round(thing.x_px), round(thing.y_px)
    patch = (slice(y - 8, y + 9), slice(x - 8, x + 9))
    assert np.abs(shown - blank)[patch].max() > 20


def test_pinheads_have_a_tail_and_hardly_a_head_and_are_no_cells() -> None:
    whole, pinheads = view(), view(replace(CELLS_ONLY, pinhead_share=1.0))
    assert pinheads.cells_in_view(0.0) == []
    blank = view(replace(CELLS_ONLY, cells_per_mm2=0)).render(0.0).astype(int)
    light = [np.abs(one.render(0.0) - blank).sum() for one in (whole, pinheads)]
    assert 0 < light[1] < 0.3 * light[0]
    some = view(replace(CELLS_ONLY, pinhead_share=0.5))
    true = {cell.cell_id for cell in whole.cells_in_view(0.0)}
    left = {cell.cell_id for cell in some.cells_in_view(0.0)}
    assert left < true
    assert left, "the others are cells as before"


def test_unmoving_cells_with_wound_tails_are_round_and_show_no_tail() -> None:
    dead = replace(CELLS_ONLY, mix=GradeMix(0, 0, 0, 1))
    light = replace(CLEAN, tail_contrast=1.0, illumination=Illumination.BRIGHT_FIELD)
    size = (640, 480)
    plain = view(dead, light, size)
    wound = view(replace(dead, wound_share=1.0), light, size)
    empty = view(replace(dead, cells_per_mm2=0.0), light, size)
    blank = empty.render(0.0).astype(int)
    cells = alone(wound.cells_in_view(0.0), wound.size)
    assert [cell.cell_id for cell in plain.cells_in_view(0.0)] == [
        cell.cell_id for cell in wound.cells_in_view(0.0)
    ]
    assert len(cells) >= 3
    roundness = []
    for field in (plain, wound):
        shown = np.abs(field.render(0.0) - blank).astype(float)
        shown[shown < 0.2 * shown.max()] = 0
        spreads = []
        for cell in cells:
            x, y = round(cell.x_px), round(cell.y_px)
            patch = shown[y - 12 : y + 13, x - 12 : x + 13]
            off = np.argwhere(patch > 0) - 12.0
            small, large = np.linalg.eigvalsh(np.cov(off.T))
            spreads.append(small / large)
        roundness.append(np.median(spreads))
    assert roundness[0] < 0.6
    assert roundness[1] > 0.75


def test_only_unmoving_cells_have_wound_tails() -> None:
    alive = replace(CELLS_ONLY, mix=GradeMix(1, 1, 1, 0))
    plain, wound = view(alive), view(replace(alive, wound_share=1.0))
    np.testing.assert_array_equal(plain.render(0.0), wound.render(0.0))


def test_an_empty_field_has_the_background_and_noise_that_were_asked_for() -> None:
    empty = replace(CELLS_ONLY, cells_per_mm2=0)
    optics = replace(CLEAN, background=110.0, noise=3.0)
    field = view(empty, optics)
    frames = np.array([field.render(t / 50) for t in range(20)], float)
    assert frames.mean() == pytest.approx(110, abs=0.2)
    assert frames.std() == pytest.approx(3, abs=0.15)
    assert np.corrcoef(frames[0].ravel(), frames[1].ravel())[0, 1] < 0.05


def test_light_scales_the_picture() -> None:
    field = view(replace(CELLS_ONLY, cells_per_mm2=0))
    assert field.render(0.0, light=0.5).mean() == pytest.approx(46, abs=1)


def test_a_codec_changes_the_picture_a_little() -> None:
    raw = view().render(1.0).astype(float)
    coded = view(optics=replace(CLEAN, jpeg_quality=60)).render(1.0).astype(float)
    assert 0 < np.abs(coded - raw).mean() < 4


def test_optics_that_cannot_be_are_refused() -> None:
    with pytest.raises(SpecimenError, match="um_per_px_x"):
        replace(CLEAN, um_per_px_x=0.0)
