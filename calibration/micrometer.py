"""From a picture of a stage micrometer to its pitch in px, or to the reason why there is none."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.comb import Comb, fit_comb
from calibration.readings import MicrometerReading, NotAMicrometerError, Refusal, Rulings
from calibration.strips import (
    MIN_PERIOD_PX,
    Periods,
    Strips,
    combine,
    cut,
    gradient_directions,
    refine_period,
    repeats_only_at,
    slant,
    strip_periods,
)

MIN_SIDE_PX = 64
MIN_DIVISIONS = 4
MIN_STRENGTH = 0.3
"""A strip repeats when its correlation one period on is this high."""

SAME_PERIOD = 0.04
"""Strips whose periods differ by less than this share show the same rulings."""

MIN_SHARE = 0.15
MIN_STRIPS = 3
"""Rulings are seen in this many strips, which hold this share of all that repeats."""

METHOD_U_REL = 1e-4
"""What is left on drawn micrometers when scatter is accounted for: uneven light, cut rulings."""

MAX_U_REL = 0.005
MAX_EDGE_PX = 9.0
HIDING_EDGE = 0.15
HIDING_CONTRAST = 0.35
"""Lines of less contrast, with edges wider than this share of the pitch, may be every fifth line
of a slide whose finer rulings the blur has wiped out."""

MAX_SCATTER = 0.05
MAX_MISSING = 0.2
MAX_OUTSIDE = 0.3
MIN_EXPLAINED = 0.5
DIRECTED = 0.35
"""Share of the gradient energy within 5 degrees that straight lines have, and cells have not."""

MIN_CROSS = 0.1
"""Line ends and a base line make less than this share of edges across the rulings."""

FINER = (2, 5, 10)
"""Rulings this many times as close may hide, blurred, beside the long lines that were found."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A comb at an angle, with the strips that it was read from."""

    comb: Comb
    strips: Strips
    angle_deg: float
    u_angle_deg: float
    upright: float


def measure(image: NDArray[np.generic], division_um: float = 10.0) -> MicrometerReading:
    """Measure the pitch of a stage micrometer's rulings.

    Args:
        image: Grey (H, W) or colour (H, W, 3 or 4) picture of any real number type.
        division_um: Length of the finest division on the slide in µm.

    Raises:
        NotAMicrometerError: If the picture is no micrometer that can be measured.
        ValueError: If `division_um` is not a positive number.
    """
    if not (math.isfinite(division_um) and division_um > 0):
        raise ValueError(f"the division is {division_um:g} µm; it must be positive")
    grey = _grey(image)
    found = _search(grey, image)
    comb = found.comb
    angle_deg = 90 - (90 - found.angle_deg) % 180
    return MicrometerReading(
        pitch_px=comb.pitch_px * found.upright,
        u_scatter_px=comb.u_pitch_px * found.upright,
        u_method_px=comb.pitch_px * found.upright * METHOD_U_REL,
        angle_deg=angle_deg,
        u_angle_deg=found.u_angle_deg,
        divisions=int(comb.numbers[-1] - comb.numbers[0]),
        division_um=division_um,
        dark_lines=comb.dark_lines,
        edge_px=comb.edge_px,
        rulings=_rulings(found, turned=abs(angle_deg - found.angle_deg) > 90),
    )


def _rulings(found: _Found, *, turned: bool) -> Rulings:
    """The rulings along the reported axis, which may point against the one they were read on."""
    comb, across, half = found.comb, found.strips.across_px, found.strips.height_px / 2
    first, last = float(across[0] - half), float(across[-1] + half)
    if not turned:
        numbers = comb.numbers - comb.numbers[0]
        return Rulings(numbers, comb.positions_px, comb.residuals_px, (first, last))
    numbers = comb.numbers[-1] - comb.numbers[::-1]
    return Rulings(numbers, -comb.positions_px[::-1], -comb.residuals_px[::-1], (-last, -first))


def _grey(image: NDArray[np.generic]) -> NDArray[np.float32]:
    """The picture in grey, not below 0 and with mean 1, or a refusal."""
    if image.ndim not in (2, 3) or min(image.shape[:2], default=0) < MIN_SIDE_PX:
        raise NotAMicrometerError(
            Refusal.NOT_A_PICTURE, f"an array of shape {image.shape} is no picture of 64 px or more"
        )
    plain = np.ascontiguousarray(image[..., :3], np.float32)
    grey = plain.mean(axis=2) if image.ndim == 3 else np.ascontiguousarray(image, np.float32)
    if not np.isfinite(grey).all():
        raise NotAMicrometerError(Refusal.NOT_A_PICTURE, "some pixels are not finite")
    spread = float(grey.std())
    if spread < 1e-6 * max(1.0, float(np.abs(grey).max())):
        if _saturated(image):
            raise NotAMicrometerError(Refusal.SATURATED, "every pixel is white; lower the light")
        raise NotAMicrometerError(Refusal.EMPTY, "every pixel is the same; look for the rulings")
    grey -= min(0.0, float(grey.min()))
    return np.asarray(grey / grey.mean(), np.float32)


def _saturated(image: NDArray[np.generic]) -> bool:
    """Whether most of an integer picture stands at the top of its range."""
    if not isinstance(image.flat[0], np.unsignedinteger):
        return False
    return bool(np.mean(image == np.iinfo(str(image.dtype)).max) > 0.6)


def _search(grey: NDArray[np.float32], image: NDArray[np.generic]) -> _Found:
    """The comb along the first direction that has a good one, or the best reason for none."""
    levels = gradient_directions(grey)
    refusals = []
    for angle in _candidates(levels):
        try:
            found = _comb_at(grey, angle)
        except NotAMicrometerError as refusal:
            refusals.append(refusal)
        else:
            _refuse_grid(grey, levels[0], found.angle_deg)
            return found
    if _saturated(image):
        raise NotAMicrometerError(Refusal.SATURATED, "most pixels are white; lower the light")
    narrowest = max(levels, key=lambda shares: float(shares.max()))
    best = _peak(narrowest)
    if _crossed(narrowest, best):
        raise NotAMicrometerError(Refusal.GRID, "lines run in two directions; that is a grid")
    if _share(narrowest, best, 5) < DIRECTED:
        raise NotAMicrometerError(Refusal.NO_RULINGS, "nothing in the picture is ruled")
    raise refusals[0]


def _candidates(levels: list[NDArray[np.float64]]) -> list[float]:
    """Directions to try in degrees: each resolution's peak, narrowest first, then across them."""
    ranked = sorted(levels, key=lambda shares: -float(shares.max()))
    peaks = [_peak(shares) for shares in ranked]
    angles: list[float] = []
    for angle in [*peaks, *(peak + 90 for peak in peaks)]:
        if all(abs((angle - other + 90) % 180 - 90) > 8 for other in angles):
            angles.append(angle)
    return angles


def _peak(directions: NDArray[np.float64]) -> float:
    """The strongest gradient direction in degrees: across the lines, along the axis."""
    peak = int(np.argmax(directions))
    around = np.arange(peak - 8, peak + 9)
    weights = directions[around % 360] + 1e-12
    return float(np.average(around + 0.5, weights=weights) / 2)


def _share(directions: NDArray[np.float64], angle_deg: float, within_deg: int) -> float:
    middle = round(2 * angle_deg)
    around = np.arange(middle - 2 * within_deg, middle + 2 * within_deg + 1)
    return float(directions[around % 360].sum())


def _crossed(directions: NDArray[np.float64], angle_deg: float) -> bool:
    """Whether nearly all edges run along two directions at right angles, and both count."""
    here, across = (_share(directions, angle_deg + turn, 10) for turn in (0, 90))
    return here + across > 0.7 and min(here, across) > 0.5 * max(here, across)


def _refuse_grid(
    grey: NDArray[np.float32], directions: NDArray[np.float64], angle_deg: float
) -> None:
    """Refuse a picture that is ruled across the rulings too."""
    here, across = (_share(directions, angle_deg + turn, 10) for turn in (0, 90))
    if across < MIN_CROSS * here:
        return
    if not _crossed(directions, angle_deg):
        try:
            _comb_at(grey, angle_deg + 90)
        except NotAMicrometerError:
            return
    raise NotAMicrometerError(Refusal.GRID, "lines run in two directions; that is a grid")


def _comb_at(grey: NDArray[np.float32], angle_deg: float) -> _Found:
    """Fit the comb whose axis lies near an angle, sharpening the angle on the way."""
    for _ in range(4):
        strips, pitch, longer = _ruled(cut(grey, angle_deg))
        lean, u_lean = slant(strips, pitch)
        if abs(lean) * np.ptp(strips.across_px) < 0.2:
            break
        angle_deg -= math.degrees(math.atan(lean))
    profile, inside = combine(strips, pitch)
    comb = _judged(fit_comb(profile, inside, strips.along_px, pitch))
    if not longer and comb.contrast < HIDING_CONTRAST and _could_hide_finer(comb):
        raise NotAMicrometerError(
            Refusal.BLURRED, "finer rulings may be lost in the blur; focus on the slide"
        )
    exact = angle_deg - math.degrees(math.atan(lean))
    return _Found(comb, strips, exact, math.degrees(u_lean), math.cos(math.atan(lean)))


def _could_hide_finer(comb: Comb) -> bool:
    """Whether rulings five times as close, blurred like these, would not be seen."""
    return comb.edge_px > HIDING_EDGE * comb.pitch_px and comb.pitch_px > 5 * MIN_PERIOD_PX


def _ruled(strips: Strips) -> tuple[Strips, float, bool]:
    """The strips of the finest rulings, their period, and whether every 5th or 10th is longer."""
    found = strip_periods(strips)
    members = _finest(found)
    weights = found.energies * found.strengths
    coarse = float(np.average(found.periods_px[members], weights=weights[members]))
    ruled = strips.only(members)
    pitch = refine_period(ruled, coarse)
    for times in FINER:
        finer = ~members & repeats_only_at(strips, pitch, times)
        if finer.sum() >= MIN_STRIPS:
            ruled = strips.only(finer)
            return ruled, refine_period(ruled, pitch / times), times > 2
    ratios = found.periods_px[found.strengths >= MIN_STRENGTH] / pitch
    longer = [np.sum(np.abs(ratios / times - 1) < SAME_PERIOD) for times in (5, 10)]
    return ruled, pitch, bool(max(longer) >= MIN_STRIPS)


def _finest(found: Periods) -> NDArray[np.bool_]:
    """Mark the strips of the finest period; refuse a second one that is no multiple of it."""
    good = found.strengths >= MIN_STRENGTH
    weights = np.where(good, found.energies * found.strengths, 0.0)
    groups: list[tuple[float, NDArray[np.bool_]]] = []
    for period in np.sort(found.periods_px[good]):
        members = good & (np.abs(np.log(np.maximum(found.periods_px, 1) / period)) < SAME_PERIOD)
        if members.sum() >= MIN_STRIPS and weights[members].sum() > MIN_SHARE * weights.sum():
            groups.append((period, members))
    if not groups:
        raise NotAMicrometerError(Refusal.NO_RULINGS, "nothing in the picture repeats")
    finest: float = groups[0][0]
    for period, _ in groups:
        ratio = period / finest
        if abs(ratio / round(ratio) - 1) > 2 * SAME_PERIOD:
            raise NotAMicrometerError(
                Refusal.TWO_PITCHES, "two pitches that do not belong together; show one"
            )
    return _together(groups[0][1])


def _together(members: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Drop strips that stand alone: noise, not a ruling."""
    near = np.convolve(members, np.ones(5), "same")
    kept = members & (near >= MIN_STRIPS)
    return kept if kept.any() else members


def _judged(comb: Comb | None) -> Comb:
    """Pass a comb of clear, whole, equally spaced rulings, refuse any other."""
    if comb is None or comb.numbers[-1] - comb.numbers[0] < MIN_DIVISIONS:
        raise NotAMicrometerError(
            Refusal.TOO_FEW, f"fewer than {MIN_DIVISIONS} whole divisions; use a wider field"
        )
    scatter = float(np.sqrt(np.mean(comb.residuals_px**2))) / comb.pitch_px
    if comb.outside > MAX_OUTSIDE:
        raise NotAMicrometerError(
            Refusal.TWO_PITCHES, "the divisions change within the picture; move to one kind"
        )
    if comb.missing > MAX_MISSING or scatter > MAX_SCATTER or comb.explained < MIN_EXPLAINED:
        raise NotAMicrometerError(Refusal.UNEVEN, "the lines are not equally spaced")
    if comb.edge_px > MAX_EDGE_PX or comb.u_pitch_px > MAX_U_REL * comb.pitch_px:
        raise NotAMicrometerError(Refusal.BLURRED, "the rulings are not sharp; focus on the slide")
    return comb
