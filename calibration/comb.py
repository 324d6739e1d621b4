"""Every ruling of a profile located to sub-pixel, and the straight line through their places."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PRESENT = 0.3
"""A ruling is there when it has this share of the typical ruling's contrast."""

MAX_SHIFT = 0.2
"""A ruling farther than this share of the pitch from its place is no part of the comb."""

BUSY = 0.25
"""Something stands where, noise taken off, there is this share of the typical ruling's energy."""

CUT = 0.25
"""So many pitches to either side of a ruling that an edge cuts off are known, of others half."""

CLEARLY_SKEW = 0.5
"""Lines as wide as their gaps have a skewness of 0, lines of a fifth of the pitch one of 1.5."""

MIN_CORRELATED = 8
"""Fewer residuals do not say whether neighbours err alike."""


@dataclass(frozen=True, slots=True)
class Comb:
    """A comb fitted to a profile.

    Attributes:
        pitch_px: Distance between neighbouring rulings along the profile.
        u_pitch_px: Standard uncertainty of it, from the scatter of the rulings.
        numbers: Numbers of the rulings used, shape (N,).
        positions_px: Their places along the profile, shape (N,).
        residuals_px: Their distances from the fitted places, shape (N,).
        missing: Share of the rulings between first and last that is not there.
        outside: Share of the places beyond the first and last where something else stands.
        explained: Share of the profile's variance between first and last that the comb explains.
        edge_px: Distance over which the typical ruling's edge rises.
        dark_lines: Whether the rulings are darker than their background.
    """

    pitch_px: float
    u_pitch_px: float
    numbers: NDArray[np.int64]
    positions_px: Floats
    residuals_px: Floats
    missing: float
    outside: float
    explained: float
    edge_px: float
    dark_lines: bool


@dataclass(frozen=True, slots=True)
class _Template:
    """The typical ruling as a Fourier series over one pitch, centred on the ruling."""

    coefficients: NDArray[np.complex128]
    pitch_px: float

    def at(self, places_px: Floats) -> tuple[Floats, Floats]:
        """Value and slope per px at places relative to the ruling."""
        orders = np.arange(1, self.coefficients.size + 1) * 2j * np.pi / self.pitch_px
        waves = np.exp(places_px[..., None] * orders)
        value = 2 * (waves @ self.coefficients).real
        slope = 2 * (waves @ (self.coefficients * orders)).real
        return value, slope


def fit_comb(
    profile: Floats,
    inside: Bools,
    along_px: Floats,
    pitch_px: float,
    dark_ground: bool | None = None,
    *,
    cut_off: bool = False,
) -> Comb | None:
    """Fit a comb of about `pitch_px` to a profile, None if fewer than three rulings are there.

    Args:
        profile: Grey values with even light, 0 on average over a pitch, shape (S,).
        inside: Where the profile is known, shape (S,); the rest is ignored.
        along_px: Place of every sample, one px apart, shape (S,).
        pitch_px: First guess, good to a quarter pitch over the whole profile.
        dark_ground: Whether the ground beside the rulings is darker than they are on average,
            which tells lines from gaps where both are as wide; None where it is not known.
        cut_off: Whether to use rulings, too, that lie within half a pitch of an edge.
    """
    origin = 0.0
    run = inside
    found: Comb | None = None
    for _ in range(4):
        template, origin = _typical(profile, run, along_px, pitch_px, origin, dark_ground)
        found = _locate(profile, inside, along_px, template, origin, CUT if cut_off else 0.5)
        if found is None:
            return None
        pitch_px = found.pitch_px
        origin = float(found.positions_px[0] - found.residuals_px[0])
        margin = pitch_px / 2
        run = inside & (along_px > found.positions_px[0] - margin)
        run &= along_px < found.positions_px[-1] + margin
    return found


def _typical(
    flat: Floats,
    run: Bools,
    along_px: Floats,
    pitch_px: float,
    origin: float,
    dark_ground: bool | None,
) -> tuple[_Template, float]:
    """The mean ruling and the place of one, at its darkest or brightest point.

    Lines are narrower than gaps, so that grey values are skew to the side of the lines.
    """
    orders = np.arange(1, max(1, min(8, int(pitch_px / 2.5))) + 1)
    phase = 2 * np.pi * (along_px[run] - origin) / pitch_px
    coefficients = np.exp(-1j * np.outer(orders, phase)) @ flat[run] / max(1, phase.size)
    centred = np.exp(1j * orders * -np.angle(coefficients[0])) * coefficients
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    shape = 2 * (np.exp(1j * np.outer(turn, orders)) @ centred).real
    skewness = float(np.mean(shape**3) / np.maximum(np.mean(shape**2), 1e-12) ** 1.5)
    dark = skewness < 0 if dark_ground is None or abs(skewness) > CLEARLY_SKEW else not dark_ground
    half = np.pi if dark else 0.0
    shift = -np.angle(coefficients[0]) + half
    template = _Template(coefficients * np.exp(1j * orders * shift), pitch_px)
    return template, origin + shift * pitch_px / (2 * np.pi)


def _locate(
    flat: Floats, known: Bools, along_px: Floats, template: _Template, origin: float, least: float
) -> Comb | None:
    """Match the template at every place of the comb and fit the places against their numbers.

    A ruling counts where the profile is known for `least` pitches to either side.
    """
    pitch = template.pitch_px
    half = math.ceil(pitch / 2)
    first = math.ceil((along_px[0] + least * pitch - origin) / pitch)
    last = math.floor((along_px[-1] - least * pitch - origin) / pitch)
    numbers = np.arange(first, last + 1)
    if numbers.size < 3:
        return None
    places = origin + numbers * pitch
    at = np.round(places - along_px[0]).astype(int)[:, None] + np.arange(-half, half + 1)
    away = along_px[0] + at - places[:, None]
    beyond_ends = (at < 0) | (at >= along_px.size)
    at = np.clip(at, 0, along_px.size - 1)
    weights = np.clip(pitch / 2 + 0.5 - np.abs(away), 0, 1)
    unknown = (weights > 0) & (beyond_ends | ~known[at])
    whole = ~np.any(unknown & (np.abs(away) < least * pitch + 0.5), axis=1)
    weights[unknown] = 0
    shifts = np.zeros(numbers.size)
    for _ in range(2):  # One step is short where a bent picture moves a ruling by half its width.
        moved = np.clip(shifts, -MAX_SHIFT * pitch, MAX_SHIFT * pitch)
        shape = template.at(away - moved[:, None])
        heights, more, rests = _match(flat[at], weights, *shape)
        shifts = moved + more
    typical = np.median(heights[whole]) if whole.any() else 0.0
    there = whole & (heights > PRESENT * max(typical, 0.5)) & (np.abs(shifts) < MAX_SHIFT * pitch)
    run = _longest_run(there)
    used = there & run
    if used.sum() < 3:
        return None
    pitch_px, u_pitch_px, residuals, kept = _line(numbers[used], (places + shifts)[used])
    energy = np.sum(weights * flat[at] ** 2, axis=1)
    beyond = whole & ~run
    busy = beyond & (energy - np.median(rests[used]) > BUSY * np.median(energy[used]))
    value, slope = template.at(np.linspace(-pitch / 2, pitch / 2, 129))
    return Comb(
        pitch_px=pitch_px,
        u_pitch_px=u_pitch_px,
        numbers=numbers[used][kept],
        positions_px=(places + shifts)[used][kept],
        residuals_px=residuals[kept],
        missing=1 - float(used.sum() / run.sum()),
        outside=float(busy.sum() / whole.sum()),
        explained=1 - float(rests[run].sum() / energy[run].sum()),
        edge_px=float(np.ptp(value) / np.abs(slope).max()),
        dark_lines=bool(value[64] < 0),
    )


def _match(
    windows: Floats, weights: Floats, value: Floats, slope: Floats
) -> tuple[Floats, Floats, Floats]:
    """Height, shift in px and squared misfit of each window against base + height x template."""
    design = np.stack([np.ones_like(value), value, -slope], axis=2)
    weighted = design * weights[:, :, None]
    normal = np.swapaxes(weighted, 1, 2) @ design + 1e-9 * np.eye(3)
    target = np.swapaxes(weighted, 1, 2) @ windows[:, :, None]
    fit: Floats = np.asarray(np.linalg.solve(normal, target)[:, :, 0], np.float64)
    rest = np.sum(weights * (windows - (design @ fit[:, :, None])[:, :, 0]) ** 2, axis=1)
    height = fit[:, 1]
    shift = fit[:, 2] / np.where(np.abs(height) < 1e-3, np.inf, height)
    return height, np.asarray(shift, np.float64), rest


def _longest_run(there: Bools) -> Bools:
    """Mark the longest stretch of rulings that bridges single gaps."""
    at = np.flatnonzero(there)
    run = np.zeros_like(there)
    if at.size:
        pieces = np.split(at, np.flatnonzero(np.diff(at) > 2) + 1)
        longest = max(pieces, key=len)
        run[longest[0] : longest[-1] + 1] = True
    return run


def _line(numbers: NDArray[np.int64], places: Floats) -> tuple[float, float, Floats, Bools]:
    """Fit places against numbers without outliers: pitch, its uncertainty, residuals, kept.

    The standard uncertainty of a slope is s / sqrt(sum (n - mean n)²); with few rulings it is
    widened so that twice it holds 95 % (Student's t), and where neighbours err alike, as uneven
    light and a lens that distorts make them, by `_alike`.
    """
    kept = np.ones(numbers.size, bool)
    for _ in range(5):
        pitch, start = np.polyfit(numbers[kept], places[kept], 1)
        residuals = places - start - pitch * numbers
        spread = 1.4826 * np.median(np.abs(residuals[kept]))
        now = np.abs(residuals) <= max(4 * spread, 1e-3)
        if now.sum() < 3 or np.array_equal(now, kept):
            break
        kept = now
    n = numbers[kept] - numbers[kept].mean()
    free = max(1, int(kept.sum()) - 2)
    s = math.sqrt(float(np.sum(residuals[kept] ** 2)) / free)
    u_pitch = widen(free) * _alike(residuals[kept]) * s / math.sqrt(float(np.sum(n**2)))
    return float(pitch), u_pitch, residuals, kept


def _alike(residuals: Floats) -> float:
    """By what a slope's uncertainty grows where residuals depend on their neighbours.

    sqrt((1 + r) / (1 - r)) for a first-order autocorrelation r above 0 (Bartlett 1935), with r
    raised by the 1 / N that it is short of in N residuals (Marriott and Pope 1954).
    """
    energy = float(np.sum(residuals**2))
    if residuals.size < MIN_CORRELATED or energy == 0:
        return 1.0
    r = float(np.sum(residuals[1:] * residuals[:-1])) / energy + 1 / residuals.size
    r = min(max(r, 0.0), 1 - 2 / residuals.size)
    return math.sqrt((1 + r) / (1 - r))


def widen(free: int) -> float:
    """Half of Student's t at 95.45 %, by its expansion about the normal distribution."""
    return 1 + 1.25 / free + 1.3 / free**2 + 2.5 / free**4
