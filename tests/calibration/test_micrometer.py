from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calibration.micrometer import measure
from calibration.readings import NotAMicrometerError, Refusal
from tests.calibration.drawn import Slide, cells, draw, fence, finish, grid, rulings, true_pitch_px

DARK, LIGHT = (-90.0, 170.0), (60.0, 100.0)
CASES = [
    Slide(
        um_per_px=um_per_px,
        angle_deg=angle,
        blur_px=(0.0, 1.0, 2.0)[i % 3],
        noise=(0.5, 4.0, 8.0)[(i + j) % 3],
        contrast=(DARK, LIGHT)[(i + j) % 2][0],
        background=(DARK, LIGHT)[(i + j) % 2][1],
        line_um=(1.5, 2.5, 4.0)[j % 3],
        unevenness=(0.0, 0.4)[j % 2],
        pixel_aspect=(1.0, 16 / 15)[i % 2],
        shift_um=(3.7 * i, 2.1 * j),
        seed=10 * i + j,
    )
    for i, um_per_px in enumerate((0.13, 0.25, 0.4, 0.6, 0.9, 1.3))
    for j, angle in enumerate((0.0, 2.3, 30.0, 45.0, -61.0, 88.5, 90.0))
]


@pytest.mark.parametrize("slide", CASES, ids=lambda s: f"{s.um_per_px}um-{s.angle_deg}deg")
def test_pitch_angle_and_polarity_are_those_drawn(slide: Slide) -> None:
    reading = measure(draw(slide))
    truth = true_pitch_px(slide)
    error = reading.pitch_px / truth - 1
    assert abs(error) < 0.0005
    assert abs(error) < 4 * reading.u_rel_reading
    if slide.line_um < 0.3 * slide.division_um and slide.um_per_px < 1:
        assert reading.dark_lines == (slide.contrast < 0)
    drawn = np.degrees(
        np.arctan2(
            np.sin(np.radians(slide.angle_deg)) * slide.um_per_px_y,
            np.cos(np.radians(slide.angle_deg)) * slide.um_per_px,
        )
    )
    assert abs((reading.angle_deg - drawn + 90) % 180 - 90) < max(0.2, 5 * reading.u_angle_deg)
    across_px = abs(640 * np.cos(np.radians(drawn))) + abs(480 * np.sin(np.radians(drawn)))
    assert 0.55 * across_px / truth < reading.divisions <= across_px / truth


def test_reading_carries_its_rulings_and_its_parts() -> None:
    reading = measure(draw(Slide()))
    rulings_found = reading.rulings
    assert rulings_found.numbers[0] == 0
    assert rulings_found.numbers[-1] == reading.divisions
    assert rulings_found.positions_px.shape == rulings_found.residuals_px.shape
    assert np.abs(rulings_found.residuals_px).max() < 0.1
    assert reading.u_pitch_px**2 == pytest.approx(reading.u_scatter_px**2 + reading.u_method_px**2)
    assert reading.u_rel(0.002) > 0.002
    assert reading.um_per_px == pytest.approx(0.5, rel=2e-4)


@pytest.mark.parametrize("blur_px", [1.5, 2.5, 3.0])
def test_long_lines_beside_blurred_fine_ones_are_not_taken_for_them(blur_px: float) -> None:
    reading = measure(draw(Slide(um_per_px=1.25, blur_px=blur_px, angle_deg=7, noise=5)))
    assert reading.um_per_px == pytest.approx(1.25, rel=0.005)


def test_a_slide_that_ends_in_the_picture_is_measured() -> None:
    reading = measure(draw(Slide(um_per_px=0.8, first=-12, last=9, angle_deg=-4)))
    assert reading.um_per_px == pytest.approx(0.8, rel=5e-4)
    assert reading.divisions == 21


def test_a_lost_ruling_does_not_matter() -> None:
    slide = Slide(um_per_px=0.4)
    along, _ = slide.axes_um()
    cover = rulings(slide) * (np.abs(along - 40) > 5)
    assert measure(finish(slide, cover)).um_per_px == pytest.approx(0.4, rel=5e-4)


@pytest.mark.parametrize("kind", ["colour", "alpha", "16 bit", "float", "sliced"])
def test_any_kind_of_pixel_gives_the_same_reading(kind: str) -> None:
    grey = draw(Slide(angle_deg=12))
    images: dict[str, NDArray[Any]] = {
        "colour": np.stack([grey] * 3, axis=2),
        "alpha": np.dstack([grey, grey, grey, np.full_like(grey, 255)]),
        "16 bit": grey.astype(np.uint16) * 16,
        "float": grey / 255.0,
        "sliced": np.repeat(grey, 2, axis=1)[:, ::2],
    }
    assert measure(images[kind]).pitch_px == pytest.approx(measure(grey).pitch_px, rel=1e-6)


def test_other_divisions_scale_the_result() -> None:
    reading = measure(draw(Slide(division_um=25, line_um=4, um_per_px=0.9)), division_um=25)
    assert reading.um_per_px == pytest.approx(0.9, rel=5e-4)


def test_turning_the_picture_turns_the_angle() -> None:
    image = draw(Slide(angle_deg=20))
    turned = measure(np.rot90(image))
    assert (measure(image).angle_deg - turned.angle_deg) % 180 == pytest.approx(90, abs=0.05)


def refusal(image: NDArray[Any], division_um: float = 10.0) -> Refusal:
    with pytest.raises(NotAMicrometerError) as caught:
        measure(image, division_um)
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("seed", range(6))
def test_cells_are_refused(seed: int) -> None:
    slide = Slide(contrast=80, background=110, seed=seed, blur_px=0.5)
    assert refusal(cells(slide, 20 + 15 * seed)) is Refusal.NO_RULINGS


@pytest.mark.parametrize("angle", [0, 10, 33, 45, 80])
@pytest.mark.parametrize("um_per_px", [0.2, 0.5, 1.1])
def test_a_net_of_lines_is_refused(um_per_px: float, angle: float) -> None:
    assert refusal(grid(Slide(um_per_px=um_per_px, angle_deg=angle))) is Refusal.GRID


@pytest.mark.parametrize("seed", range(6))
def test_a_fence_of_random_spacing_is_refused(seed: int) -> None:
    reason = refusal(
        fence(Slide(um_per_px=0.3 + 0.08 * (seed % 8), angle_deg=15 * seed, seed=seed))
    )
    assert reason in {
        Refusal.UNEVEN,
        Refusal.NO_RULINGS,
        Refusal.TOO_FEW,
        Refusal.TWO_PITCHES,
    }


@pytest.mark.parametrize("other", [6.3, 7.5, 13.0, 14.4, 17.0])
@pytest.mark.parametrize("side_by_side", [True, False])
def test_two_pitches_at_once_are_refused(other: float, side_by_side: bool) -> None:
    slide = Slide(um_per_px=0.5, short_um=400)
    along, across = slide.axes_um()
    second = rulings(replace(slide, division_um=other))
    cover = np.where((across if side_by_side else along) > 0, rulings(slide), second)
    assert refusal(finish(slide, cover)) in {
        Refusal.TWO_PITCHES,
        Refusal.UNEVEN,
        Refusal.TOO_FEW,
    }


@pytest.mark.parametrize("um_per_px", [0.2, 0.5, 0.9, 1.4])
def test_a_slide_out_of_focus_beyond_use_is_refused(um_per_px: float) -> None:
    refusal(draw(Slide(um_per_px=um_per_px, blur_px=12 / um_per_px)))


@pytest.mark.parametrize("angle", [0, 40, 90])
def test_too_few_divisions_are_refused(angle: float) -> None:
    slide = Slide(um_per_px=0.5, angle_deg=angle, first=0, last=3)
    refusal(draw(slide))


def test_an_empty_noisy_field_is_refused() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        assert refusal(rng.normal(120, 6, (480, 640))) is Refusal.NO_RULINGS


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (np.full((480, 640), 90, np.uint8), Refusal.EMPTY),
        (np.full((480, 640), 255, np.uint8), Refusal.SATURATED),
        (np.full((480, 640), np.nan), Refusal.NOT_A_PICTURE),
        (np.zeros((20, 30), np.uint8), Refusal.NOT_A_PICTURE),
        (np.zeros((2, 3, 4, 5), np.uint8), Refusal.NOT_A_PICTURE),
        (np.zeros((0, 0), np.uint8), Refusal.NOT_A_PICTURE),
    ],
)
def test_what_is_no_picture_is_refused(image: NDArray[Any], reason: Refusal) -> None:
    assert refusal(image) is reason


def test_an_overexposed_slide_is_refused_as_saturated() -> None:
    slide = Slide(background=420, contrast=-90)
    assert refusal(draw(slide)) is Refusal.SATURATED


@pytest.mark.parametrize("division_um", [0.0, -10.0, float("nan"), float("inf")])
def test_a_division_that_cannot_be_is_an_error(division_um: float) -> None:
    with pytest.raises(ValueError, match="division"):
        measure(draw(Slide()), division_um)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "um_per_px", "divisions"), [("cal10", 1.2934, 89), ("cal40", 0.3214, 22)]
)
def test_real_stage_micrometers(
    data_dir: Path, name: str, um_per_px: float, divisions: int
) -> None:
    photo = cv2.imread(str(data_dir / "stage-micrometer" / f"{name}.png"))
    assert photo is not None
    reading = measure(photo)
    assert reading.um_per_px == pytest.approx(um_per_px, rel=0.003)
    assert abs(reading.divisions - divisions) <= 2


@pytest.mark.real
def test_real_haemocytometers_are_refused_whole_and_in_part(data_dir: Path) -> None:
    for path in sorted((data_dir / "haemocytometer").glob("*.jpg")):
        photo = cv2.imread(str(path))
        assert photo is not None
        assert refusal(photo) is Refusal.GRID
        small = cv2.resize(photo, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        for part in (small, small[250:750, 100:450], small[:500], small[200:480, 110:390]):
            refusal(part)


@pytest.mark.real
def test_real_recordings_are_refused(data_dir: Path) -> None:
    folder = data_dir / "visem-tracking"
    pictures = [cv2.imread(str(p)) for p in sorted((folder / "11" / "frames").glob("*"))[::60]]
    for name in ("12/12_first493_hq.mp4", "52/52.mp4"):
        clip = cv2.VideoCapture(str(folder / name))
        pictures += [clip.read()[1] for _ in range(40)][::8]
        clip.release()
    assert len(pictures) >= 18
    for picture in pictures:
        assert picture is not None
        assert refusal(picture) is Refusal.NO_RULINGS


def test_fine_rulings_are_found_where_the_end_of_the_scale_is_brighter_than_they() -> None:
    # The scale ends in the picture; its blurred rulings are a faint wave on a bright band.
    slide = Slide(
        um_per_px=1.37, blur_px=2.7, angle_deg=87, contrast=60, background=15, noise=3, last=20
    )
    assert measure(draw(slide)).um_per_px == pytest.approx(1.37, rel=0.002)


def test_rulings_are_told_where_they_lie_from_the_centre() -> None:
    for angle in (0.0, 30.0, 90.0, -45.0):
        slide = Slide(um_per_px=0.5, angle_deg=angle)
        reading = measure(draw(slide))
        # Whole numbers of divisions from the drawn origin, in the direction that is told.
        turned = abs(reading.angle_deg - angle) > 90
        along_um = reading.rulings.positions_px * 0.5 * (-1 if turned else 1) + slide.shift_um[0]
        away = along_um / slide.division_um
        assert np.abs(away - np.round(away)).max() < 0.02


def test_lines_as_wide_as_their_gaps_are_told_from_them_by_the_ground() -> None:
    for contrast, background in (DARK, LIGHT):
        slide = Slide(um_per_px=0.4, line_um=5.3, contrast=contrast, background=background)
        assert measure(draw(slide)).dark_lines == (contrast < 0)


@pytest.mark.parametrize("period_px", [150, 250, 400])
def test_waves_nearly_as_long_as_the_picture_are_refused_and_break_nothing(period_px: int) -> None:
    rng = np.random.default_rng(period_px)
    wave = 120 + 60 * np.sin(np.arange(640) * 2 * np.pi / period_px)
    refusal(wave + rng.normal(0, 2, (480, 640)))


def test_rulings_that_the_edges_cut_off_count_where_whole_ones_are_too_few() -> None:
    # Six lines in 480 px, the first and the last of them within half a pitch of an edge.
    slide = Slide(um_per_px=0.117, angle_deg=90, blur_px=1.5, short_um=200, shift_um=(5, 0))
    reading = measure(draw(slide))
    assert reading.divisions == 5
    assert reading.um_per_px == pytest.approx(0.117, rel=5e-4)


def test_every_fifth_line_is_not_taken_for_the_finest_where_a_whole_scale_is_unsharp() -> None:
    # The whole scale lies in the picture, brighter than the ground; of its longest lines, seen
    # first, the fifths are found and of these, in turn, every line.
    for blur_px, angle in ((2.6, 16), (2.2, 38), (1.8, -31)):
        slide = Slide(
            um_per_px=1.3, blur_px=blur_px, angle_deg=angle, width=1280, height=1024, noise=3,
            contrast=50, background=76, line_um=2, short_um=100, first=-50, last=50,
        )  # fmt: skip
        assert measure(draw(slide)).um_per_px == pytest.approx(1.3, rel=0.002)


def test_tips_of_long_lines_are_refused_where_shorter_ones_may_be_lost_in_the_blur() -> None:
    # Every fifth line stands 30 µm out of a band in which blur has left no line at all.
    slide = Slide(um_per_px=1.4, blur_px=4.5, width=1280, height=1024, short_um=60, noise=1)
    assert refusal(draw(slide)) in {Refusal.BLURRED, Refusal.NO_RULINGS, Refusal.TOO_FEW}
