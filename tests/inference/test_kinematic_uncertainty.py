"""Stated uncertainties against the errors that were really made."""

from collections import defaultdict

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.followed import field_noise
from inference.kinematics import MEASURES, Kinematics, measure
from inference.measured import Measure
from tests.inference.test_kinematics import NO_NOISE, known, lying, straight, track, weaving

RATES_HZ = (25, 50, 100, 150)
NOISES_UM = (0.05, 0.1, 0.2, 0.4)
SPEEDS_AND_RATIOS = (
    "vcl_um_s", "vsl_um_s", "vap_um_s", "linearity", "straightness", "wobble_ratio",
)  # fmt: skip


def going_straight(time_s: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.uniform(15, 90) * time_s[:, None] * (0.6, 0.8)


def circling(time_s: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    radius_um = rng.uniform(10, 60)
    angle = time_s * rng.uniform(30, 80) / radius_um
    return radius_um * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def wobbling(time_s: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    beat = 2 * np.pi * rng.uniform(4, 9) * time_s + rng.uniform(0, 6)
    amplitude_um = rng.uniform(1, 3.5)
    along = rng.uniform(20, 80) * time_s + 0.3 * amplitude_um * np.sin(2 * beat)
    return np.stack([along, amplitude_um * np.sin(beat)], axis=1)


def lying_still(time_s: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.tile(rng.uniform(0, 300, 2), (len(time_s), 1))


KINDS = (going_straight, circling, wobbling, lying_still)
Errors = dict[tuple[str, str], list[tuple[float, float, float]]]
"""Kind and measure → value, standard uncertainty and true value of each cell."""


def values(found: Kinematics) -> dict[str, Measure]:
    every = {name: getattr(found, name) for name in MEASURES}
    progress = Measure(found.progress_um_s, found.progress_u_um_s)
    return {"progress": progress} | {n: one for n, one in every.items() if isinstance(one, Measure)}


def one_field(rate_hz: int, noise_um: float, errors: Errors) -> None:
    """Measure ten cells of each kind, with the noise of the field as the analysis takes it."""
    rng = np.random.default_rng([rate_hz, round(100 * noise_um)])
    time_s = np.arange(2 * rate_hz + 1) / rate_hz
    paths = [(kind, kind(time_s, rng)) for kind in KINDS for _ in range(10)]
    noisy = [track(path + rng.normal(0, noise_um, path.shape), rate_hz) for _, path in paths]
    field = field_noise(noisy)
    for (kind, path), seen in zip(paths, noisy, strict=True):
        found = values(measure(seen, noise=field))
        true = values(measure(track(path, rate_hz), noise=NO_NOISE))
        for name in found.keys() & true.keys():
            row = (found[name].value, found[name].u, true[name].value)
            errors[kind.__name__, name].append(row)


@pytest.fixture(scope="module")
def errors() -> Errors:
    """640 cells: 4 kinds, 4 frame rates, 4 noises; the truth is the same path without noise."""
    found: Errors = defaultdict(list)
    for rate_hz in RATES_HZ:
        for noise_um in NOISES_UM:
            one_field(rate_hz, noise_um, found)
    return found


def told(errors: Errors, kinds: tuple[str, ...], name: str) -> NDArray[np.float64]:
    return np.array([row for kind in kinds for row in errors[kind, name]])


SWIMMERS = tuple(kind.__name__ for kind in KINDS[:3])


@pytest.mark.parametrize("name", SPEEDS_AND_RATIOS)
def test_the_errors_of_speeds_and_ratios_are_as_large_as_stated(errors: Errors, name: str) -> None:
    found, u, true = told(errors, SWIMMERS, name).T
    assert len(found) >= 350
    assert abs((found - true).mean()) < 0.03 * true.mean()
    if not name.endswith("_um_s"):  # a ratio of nearly 1 cannot err upwards
        found, u, true = (column[true < 0.95] for column in (found, u, true))
    assert len(found) > 100
    assert 0.7 < ((found - true) / u).std() < 1.4


@pytest.mark.parametrize("kind", SWIMMERS)
@pytest.mark.parametrize("name", ["progress", *SPEEDS_AND_RATIOS, "mad_deg"])
def test_no_kind_of_swimmer_errs_more_than_stated(errors: Errors, kind: str, name: str) -> None:
    found, u, true = told(errors, (kind,), name).T
    assert np.sqrt((((found - true) / u) ** 2).mean()) < 1.4


@pytest.mark.parametrize("name", ["alh_um", "bcf_hz", "mad_deg"])
def test_the_errors_of_the_beat_are_no_larger_than_stated(errors: Errors, name: str) -> None:
    found, u, true = told(errors, ("wobbling",), name).T
    assert len(found) >= 50
    if name != "bcf_hz":  # half-waves that are smaller than the noise are not seen
        assert abs((found - true).mean()) < 0.06 * true.mean()
    assert np.sqrt((((found - true) / u) ** 2).mean()) < 1.4


def test_progress_is_as_good_as_stated(errors: Errors) -> None:
    found, u, true = told(errors, SWIMMERS, "progress").T
    assert abs((found - true).mean()) < 0.02
    assert 0.7 < ((found - true) / u).std() < 1.4
    assert u.max() < 0.5


@pytest.mark.parametrize("name", ["progress", "vcl_um_s", "vsl_um_s", "vap_um_s"])
def test_a_cell_that_lies_still_is_not_said_to_move(errors: Errors, name: str) -> None:
    found, u, true = told(errors, ("lying_still",), name).T
    assert (u > 0).all()
    assert np.sqrt((((found - true) / u) ** 2).mean()) < 1.4


def test_the_straight_way_is_uncertain_by_its_two_ends() -> None:
    noisy = straight(60).xy_um + np.random.default_rng(2).normal(0, 0.2, (181, 2))
    found = values(measure(track(noisy, 60), noise=known(0.2)))["vsl_um_s"]
    assert found.u == pytest.approx(np.sqrt(2) * 0.2 / 3, rel=0.01)  # 0.2 µm noise, 3 s


def test_the_scale_is_part_of_lengths_and_speeds_and_no_part_of_ratios() -> None:
    plain = measure(weaving(60), noise=NO_NOISE)
    scaled = measure(weaving(60), noise=NO_NOISE, scale_u_rel=0.02)
    assert scaled.progress_u_um_s == pytest.approx(0.02 * scaled.progress_um_s)
    for name in ("vcl_um_s", "vsl_um_s", "vap_um_s", "alh_um"):
        one = values(scaled)[name]
        assert one.u == pytest.approx(np.hypot(0.02 * one.value, values(plain)[name].u))
        assert one.u >= 0.02 * one.value
    for name in ("linearity", "straightness", "wobble_ratio", "bcf_hz", "mad_deg"):
        assert values(scaled)[name] == values(plain)[name]


@pytest.mark.parametrize("name", ["progress", *SPEEDS_AND_RATIOS, "alh_um", "mad_deg"])
def test_more_noise_makes_every_value_less_certain(name: str) -> None:
    one, other = (
        values(measure(weaving(60), noise=known(noise)))[name].u for noise in (0.02, 0.002)
    )
    assert one > other


def test_a_short_track_alone_does_not_claim_to_be_exact() -> None:
    assert measure(straight(40, seconds=0.08)).progress_u_um_s > 1


def test_twice_the_same_path_gives_the_same_numbers() -> None:
    assert measure(lying(0.3)) == measure(lying(0.3))
