"""From a picture of a stage micrometer to its pitch in px, or to the reason why there is none."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.comb import Comb, fit_comb
from calibration.distortion import fit_distortion
from calibration.readings import MicrometerReading, NotAMicrometerError, Refusal, Rulings
from calibration.strips import (
    MIN_PERIOD_PX,
    Periods,
    Strips,
    combine,
    cut,
    gradient_directions,
    power,
    refine_period,
    repeats_only_at,
    slant,
    straighten,
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

METHOD_U_EDGE = 0.0013
"""Standard uncertainty of where an end of the comb lies, as a share of a ruling's edge.

What is left when the scatter is accounted for: light that falls across a ruling, the sampling of
its edge, neighbours that touch. It is the smallest share with which 95 % of the slides drawn from
the tuning seeds (`inference.evaluation.drawn_micrometers`) are covered at k = 2.
"""

MAX_U_REL = 0.005
MAX_EDGE_PX = 9.0
EDGE_BLURS = 1.65
"""The edge of a line is at least so many standard deviations of its blur wide: 2.5 where the line
is wider than the blur."""

MIN_LENGTH = 2.0
"""Lines seen over so many times their distance are the finest. On stage micrometers every fifth
line stands out of its neighbours by up to 0.8 of the distance to the next fifth."""

SEEN_POWER = 16.0
"""A wave in a strip is surely seen when its power is this many times that of the noise."""

MAX_SCATTER = 0.05
MAX_MISSING = 0.2
MAX_OUTSIDE = 0.15
MIN_EXPLAINED = 0.5
DIRECTED = 0.35
"""Share of the gradient energy within 5 degrees that straight lines have, and cells have not."""

NEARLY_ALL = 0.97
MIN_CROSS = 0.1
"""Line ends and a base line make less than this share of edges across the rulings."""

FEW_RULINGS = 20
BANDS = 6
"""Fewer rulings than these are located in so many bands, to tell their pitch from their lean."""

FINER = (2, 5, 10)
"""Rulings this many times as close may hide, blurred, beside the long lines that were found."""

_NOT_RULED = "nothing in the picture is ruled; bring the micrometer into view and focus on it"
_TWO_WAYS = "lines run in two directions, as in a counting chamber; use a stage micrometer"


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
    comb, angle_deg = found.comb, 90 - (90 - found.angle_deg) % 180
    divisions = int(comb.numbers[-1] - comb.numbers[0])
    bent = fit_distortion(comb.positions_px, comb.residuals_px, math.hypot(*grey.shape) / 2)
    return MicrometerReading(
        pitch_px=comb.pitch_px * found.upright,
        u_scatter_px=comb.u_pitch_px * found.upright,
        u_method_px=math.sqrt(2) * METHOD_U_EDGE * comb.edge_px / divisions,
        angle_deg=angle_deg,
        u_angle_deg=found.u_angle_deg,
        divisions=divisions,
        division_um=division_um,
        dark_lines=comb.dark_lines,
        edge_px=comb.edge_px,
        rulings=_rulings(found, turned=round(found.angle_deg - angle_deg) % 360 == 180),
        distortion_percent=None if bent is None else bent.percent,
        u_distortion_percent=None if bent is None else bent.u_percent,
    )


def _rulings(found: _Found, *, turned: bool) -> Rulings:
    """The comb's rulings, along the axis as its angle is told or `turned` by 180 degrees."""
    comb, strips, half = found.comb, found.strips, found.strips.height_px / 2
    extent = (float(strips.across_px[0] - half), float(strips.across_px[-1] + half))
    if not turned:
        numbers = comb.numbers - comb.numbers[0]
        return Rulings(numbers, comb.positions_px, comb.residuals_px, extent)
    numbers = (comb.numbers[-1] - comb.numbers)[::-1]
    places, residuals = -comb.positions_px[::-1], -comb.residuals_px[::-1]
    return Rulings(numbers, places, residuals, (-extent[1], -extent[0]))


def _grey(image: NDArray[np.generic]) -> NDArray[np.float32]:
    """The picture in grey, not below 0 and with mean 1, or a refusal."""
    if image.ndim not in (2, 3) or min(image.shape[:2], default=0) < MIN_SIDE_PX:
        raise NotAMicrometerError(
            Refusal.NOT_A_PICTURE,
            f"an array of shape {image.shape} is no picture of 64 px or more; give a larger one",
        )
    plain = np.ascontiguousarray(image[..., :3], np.float32)
    grey = plain.mean(axis=2) if image.ndim == 3 else np.ascontiguousarray(image, np.float32)
    if not np.isfinite(grey).all():
        raise NotAMicrometerError(
            Refusal.NOT_A_PICTURE, "some pixels are not finite; save the picture again"
        )
    spread = float(grey.std())
    if spread < 1e-6 * max(1.0, float(np.abs(grey).max())):
        if _saturated(image):
            raise NotAMicrometerError(Refusal.SATURATED, "every pixel is white; lower the light")
        raise NotAMicrometerError(Refusal.EMPTY, "every pixel is the same; look for the rulings")
    grey -= min(0.0, float(grey.min()))
    return np.asarray(grey / grey.mean(), np.float32)


def _saturated(image: NDArray[np.generic], share: float = 0.6) -> bool:
    """Whether more than a share of an integer picture stands at the top of its range."""
    if not isinstance(image.flat[0], np.unsignedinteger):
        return False
    return bool(np.mean(image == np.iinfo(str(image.dtype)).max) > share)


def _search(grey: NDArray[np.float32], image: NDArray[np.generic]) -> _Found:
    """The comb along the first direction that has a good one, or the best reason for none.

    Dark rulings are read on a white ground; where hardly a pixel is not white, only scraps of them
    are left.
    """
    if _saturated(image, NEARLY_ALL):
        raise NotAMicrometerError(Refusal.SATURATED, "the picture is white; lower the light")
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
        raise NotAMicrometerError(Refusal.GRID, _TWO_WAYS)
    if _share(narrowest, best, 5) < DIRECTED:
        raise NotAMicrometerError(Refusal.NO_RULINGS, _NOT_RULED)
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
    raise NotAMicrometerError(Refusal.GRID, _TWO_WAYS)


def _comb_at(grey: NDArray[np.float32], angle_deg: float) -> _Found:
    """Fit the comb whose axis lies near an angle, sharpening the angle on the way."""
    for _ in range(4):
        everywhere = cut(grey, angle_deg)
        strips, pitch, longer = _ruled(everywhere)
        lean, u_lean = slant(strips, pitch)
        if abs(lean) * np.ptp(strips.across_px) < 0.2:
            break
        angle_deg -= math.degrees(math.atan(lean))
    dark_ground = _dark_ground(everywhere, strips)
    comb = _judged(_fit_all(straighten(strips, lean), pitch, dark_ground))
    if comb.numbers.size < FEW_RULINGS:
        more, u_lean = _lean_left(straighten(strips, lean), comb, dark_ground)
        lean += more
        comb = _judged(_fit_all(straighten(strips, lean), comb.pitch_px, dark_ground))
    if not longer and _may_be_tips(strips, comb) and _could_hide_finer(strips, comb):
        raise NotAMicrometerError(
            Refusal.BLURRED, "finer rulings may be lost in the blur; focus on the slide"
        )
    exact = angle_deg - math.degrees(math.atan(lean))
    return _Found(comb, strips, exact, math.degrees(u_lean), math.cos(math.atan(lean)))


def _fit_all(strips: Strips, pitch_px: float, dark_ground: bool | None) -> Comb | None:
    """Fit the whole rulings; where they are too few, those that the edges cut off, too."""
    comb = _fit(strips, pitch_px, dark_ground)
    if comb is None or comb.numbers[-1] - comb.numbers[0] < MIN_DIVISIONS:
        return _fit(strips, pitch_px, dark_ground, cut_off=True)
    return comb


def _fit(
    strips: Strips, pitch_px: float, dark_ground: bool | None, *, cut_off: bool = False
) -> Comb | None:
    profile, inside = combine(strips, pitch_px)
    return fit_comb(profile, inside, strips.along_px, pitch_px, dark_ground, cut_off=cut_off)


def _lean_left(strips: Strips, comb: Comb, dark_ground: bool | None) -> tuple[float, float]:
    """How far the rulings lean still, with its standard uncertainty, from their places in bands.

    Few rulings leave pitch and lean entangled: the one tilts the phases of strips that begin
    elsewhere, the other stretches the comb. Places in several bands across tell them apart, by
    place = start + pitch number + lean across.
    """
    numbers, places, across = [], [], []
    for members in np.array_split(np.arange(strips.across_px.size), BANDS):
        band = strips.only(np.isin(np.arange(strips.across_px.size), members))
        found = _fit(band, comb.pitch_px, dark_ground) if members.size else None
        if found is not None:
            at = np.round(found.positions_px - strips.along_px[0]).astype(int)
            shown = band.inside[:, at]
            across.append(band.across_px @ shown / np.maximum(shown.sum(axis=0), 1))
            places.append(found.positions_px)
            from_first = (found.positions_px - comb.positions_px[0]) / comb.pitch_px
            numbers.append(np.round(from_first))
    if len(places) < 2:
        return 0.0, 0.0
    n, place, a = (np.concatenate(values) for values in (numbers, places, across))
    design = np.stack([np.ones_like(n), n, a], axis=1)
    fit = np.linalg.lstsq(design, place, rcond=None)[0]
    misfit = float(np.sum((place - design @ fit) ** 2)) / max(1, n.size - 3)
    return float(fit[2]), math.sqrt(misfit * float(np.linalg.pinv(design.T @ design)[2, 2]))


def _dark_ground(everywhere: Strips, ruled: Strips) -> bool | None:
    """Whether the strips beside the rulings are darker than those with them, None without any."""
    beside = ~np.isin(everywhere.across_px, ruled.across_px)
    if beside.sum() < MIN_STRIPS:
        return None
    return bool(np.median(everywhere.levels[beside]) < np.median(ruled.levels))


def _may_be_tips(strips: Strips, comb: Comb) -> bool:
    """Whether rulings are seen over so short a length that shorter ones may lie between them.

    Every fifth or tenth line of a slide stands out by less than its distance from the next.
    """
    return float(np.ptp(strips.across_px)) + strips.height_px < MIN_LENGTH * comb.pitch_px


def _could_hide_finer(strips: Strips, comb: Comb) -> bool:
    """Whether rulings five or ten times as close, like these, would be lost in blur and noise.

    Lines n times as close make a wave n times as high as that of these, which the blur that their
    edges show lowers by exp(-2 (pi s / period)²).
    """
    blur_px = comb.edge_px / EDGE_BLURS
    step = 1 / float(np.ptp(strips.along_px))
    wave = float(power(strips, np.array([1 / comb.pitch_px])).mean())
    for times in (5, 10):
        finer_px = comb.pitch_px / times
        if finer_px < MIN_PERIOD_PX:
            return False
        passed = math.exp(-2 * (math.pi * blur_px / finer_px) ** 2)
        beside = 1 / finer_px + step * np.array([-9.5, -7.5, -5.5, -3.5, 3.5, 5.5, 7.5, 9.5])
        if wave * (times * passed) ** 2 < SEEN_POWER * float(power(strips, beside).mean()):
            return True
    return False


def _ruled(strips: Strips) -> tuple[Strips, float, bool]:
    """The strips of the finest rulings, their period, and whether every 5th or 10th is longer."""
    found = strip_periods(strips)
    members = _finest(found, float(np.ptp(strips.along_px)) / MIN_DIVISIONS)
    weights = found.energies * found.strengths
    coarse = float(np.average(found.periods_px[members], weights=weights[members]))
    ruled = strips.only(members)
    pitch, longer = refine_period(ruled, coarse), False
    while (finer := _finer(strips, pitch)) is not None:
        ruled, pitch, times = finer
        longer |= times > 2
    if not longer:
        ratios = found.periods_px[found.strengths >= MIN_STRENGTH] / pitch
        seen = [np.sum(np.abs(ratios / times - 1) < SAME_PERIOD) for times in (5, 10)]
        longer = bool(max(seen) >= MIN_STRIPS)
    return ruled, pitch, longer


def _finer(strips: Strips, pitch_px: float) -> tuple[Strips, float, int] | None:
    """Strips side by side that repeat more finely, their pitch, and how many times as finely.

    They may be any strips: beside an unevenly lit rule the first peak may be every tenth, and of
    that first every fifth is found and then each.
    """
    for times in FINER:
        members = repeats_only_at(strips, pitch_px, times)
        members &= _neighbours(members) >= MIN_STRIPS
        if members.any():
            ruled = strips.only(members)
            return ruled, refine_period(ruled, pitch_px / times), times
    return None


def _finest(found: Periods, longest_px: float) -> NDArray[np.bool_]:
    """Mark the strips of the finest period; refuse a second one that is no multiple of it.

    A second one longer than `longest_px`, of which the field holds too few, is no pitch: uneven
    light and slides out of focus make such waves.
    """
    good = found.strengths >= MIN_STRENGTH
    weights = np.where(good, found.energies * found.strengths, 0.0)
    groups: list[tuple[float, NDArray[np.bool_]]] = []
    for period in np.sort(found.periods_px[good]):
        members = good & (np.abs(np.log(np.maximum(found.periods_px, 1) / period)) < SAME_PERIOD)
        if members.sum() >= MIN_STRIPS and weights[members].sum() > MIN_SHARE * weights.sum():
            groups.append((period, members))
    if not groups:
        raise NotAMicrometerError(Refusal.NO_RULINGS, _NOT_RULED)
    finest: float = groups[0][0]
    for period, _ in groups:
        ratio = period / finest
        if abs(ratio / round(ratio) - 1) > 2 * SAME_PERIOD:
            if period > longest_px:
                raise NotAMicrometerError(Refusal.NO_RULINGS, _NOT_RULED)
            raise NotAMicrometerError(
                Refusal.TWO_PITCHES, "two pitches that do not belong together; show one"
            )
    return _together(groups[0][1])


def _together(members: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Drop strips that stand alone: noise, not a ruling."""
    kept = members & (_neighbours(members) >= MIN_STRIPS)
    return kept if kept.any() else members


def _neighbours(members: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many of each strip and the two to either side are marked, shape (K,)."""
    return np.convolve(members, np.ones(5), "same")


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
        raise NotAMicrometerError(
            Refusal.UNEVEN, "the lines are not equally spaced; show nothing but the micrometer"
        )
    if comb.edge_px > MAX_EDGE_PX or comb.u_pitch_px > MAX_U_REL * comb.pitch_px:
        raise NotAMicrometerError(Refusal.BLURRED, "the rulings are not sharp; focus on the slide")
    return comb
