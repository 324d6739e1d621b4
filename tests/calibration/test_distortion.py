import cv2
import numpy as np
import pytest

from calibration.distortion import MIN_RULINGS, fit_distortion, u_rel_over_picture
from calibration.micrometer import measure
from calibration.readings import measured_scale
from tests.calibration.drawn import Slide, draw


def bent(image: np.ndarray, percent: float) -> np.ndarray:
    """The picture with everything at the corner moved out by so many percent, as a lens does."""
    height, width = image.shape
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    k = percent / 100 / (np.hypot(width, height) / 2) ** 2
    y, x = np.mgrid[:height, :width].astype(np.float64)
    dx, dy = x - centre[0], y - centre[1]
    # What is seen at r comes from near r (1 - k r²), to the second order in k.
    k_r2 = k * (dx**2 + dy**2)
    back = 1 - k_r2 + 3 * k_r2**2
    from_x = (dx * back + centre[0]).astype(np.float32)
    from_y = (dy * back + centre[1]).astype(np.float32)
    border = cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(image, from_x, from_y, cv2.INTER_CUBIC, borderMode=border))


@pytest.mark.parametrize("percent", [-2.0, 1.0])
def test_a_bent_picture_tells_its_distortion(percent: float) -> None:
    reading = measure(bent(draw(Slide(um_per_px=0.5, short_um=400, noise=1.5)), percent))
    assert reading.distortion_percent == pytest.approx(percent, abs=0.15)
    assert reading.u_distortion_percent is not None
    assert reading.u_distortion_percent < 0.1


def test_a_straight_picture_has_no_distortion_beyond_its_uncertainty() -> None:
    inside = 0
    for seed in range(5):
        reading = measure(draw(Slide(um_per_px=0.6, angle_deg=3 + 20 * seed, seed=seed)))
        assert reading.distortion_percent is not None
        assert reading.u_distortion_percent is not None
        assert reading.u_distortion_percent < 0.2
        inside += abs(reading.distortion_percent) < 2 * reading.u_distortion_percent
    assert inside >= 3


def test_distortion_widens_the_uncertainty_of_the_pitch() -> None:
    image = draw(Slide(um_per_px=0.5, short_um=400))
    assert measure(bent(image, 2.0)).u_rel_reading > 10 * measure(image).u_rel_reading


def test_the_cubic_part_is_the_distortion_and_the_square_one_is_not() -> None:
    places, corner = np.linspace(-300, 300, 40), 400.0
    square, cubic = 1e-5 * places**2, 1e-8 * places**3
    found = fit_distortion(places + square, square, corner)
    assert found is not None
    assert found.percent == pytest.approx(0.0, abs=1e-9)
    found = fit_distortion(places + cubic, cubic, corner)
    assert found is not None
    assert found.percent == pytest.approx(100 * 1e-8 * corner**2)


def test_few_rulings_tell_no_distortion() -> None:
    places = np.linspace(-300, 300, MIN_RULINGS - 1)
    assert fit_distortion(places, places * 0, 400.0) is None


def errors_of_short_ways(percent: float, um_per_px: float, width: int, height: int) -> np.ndarray:
    """What a scale makes of ways of 1 µm anywhere in a bent picture, relative, over their truth."""
    rng = np.random.default_rng(7)
    half_um = np.array([width, height]) / 2 * 0.5
    places = rng.uniform(-half_um, half_um, (20_000, 2))
    turns = rng.uniform(0, 2 * np.pi, 20_000)
    ways = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    corner_um2 = float(np.sum(half_um**2))

    def seen_px(at_um: np.ndarray) -> np.ndarray:
        bend = 1 + percent / 100 * np.sum(at_um**2, axis=1, keepdims=True) / corner_um2
        return np.asarray(at_um * bend / 0.5)

    steps = seen_px(places + ways / 2) - seen_px(places - ways / 2)
    return np.asarray(np.hypot(*steps.T) * um_per_px - 1)


@pytest.mark.parametrize("percent", [-1.0, 1.0, 2.0])
def test_the_scale_of_a_bent_picture_has_the_error_of_speeds_all_over_it(percent: float) -> None:
    slide = Slide(um_per_px=0.5, noise=1.5)
    found = measured_scale([measure(bent(draw(slide), percent))])
    errors = errors_of_short_ways(percent, found.scale.um_per_px_x, slide.width, slide.height)
    rms = float(np.sqrt(np.mean(errors**2)))
    assert rms == pytest.approx(0.0059 * abs(percent), rel=0.05)
    assert found.u_rel_distortion == pytest.approx(0.006 * abs(percent), rel=0.15)
    for u_rel in (found.scale.u_rel_x, found.scale.u_rel_y):
        assert u_rel == pytest.approx(rms, rel=0.1)


def test_the_uncertainty_that_a_bent_picture_adds_goes_with_the_bend_either_way() -> None:
    assert u_rel_over_picture(1.0) == u_rel_over_picture(-1.0) == pytest.approx(0.006)
    assert u_rel_over_picture(0.0) == 0
