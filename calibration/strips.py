"""A picture turned to a given angle and cut into strips, each averaged to one profile."""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MIN_PERIOD_PX = 3
"""Shorter periods are not resolved by the pixels."""

FEW_PERIODS = 20
"""In a strip of fewer rulings the course of the light is not told from theirs by a cubic alone."""

MOST_LAG = 0.6
"""Periods are looked for up to this share of a strip."""

FIRST_PEAK = 0.6
"""The period is the first correlation peak this high against the highest: not a multiple of it."""

CLEAR = 8.0
"""A wave is clear at this many times the mean power beside it, as white noise in 1 of 1000 strips
is at any of the places in `LOOSE`."""

LOOSE = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
"""A finer wave is looked for so many periods more or fewer over the strip than the pitch says."""


@dataclass(frozen=True, slots=True)
class Strips:
    """Profiles along the axis, one a strip; the picture's centre is the origin.

    Attributes:
        profiles: Mean grey value over its slow course, less 1; 0 outside the picture, (K, S).
        inside: Whether the strip lies inside the picture there, shape (K, S).
        along_px: Place along the axis of every sample, shape (S,).
        across_px: Place across the axis of every strip, shape (K,).
        levels: Mean grey value of every strip, shape (K,).
        height_px: Height of a strip.
    """

    profiles: Floats
    inside: NDArray[np.bool_]
    along_px: Floats
    across_px: Floats
    levels: Floats
    height_px: int

    def only(self, chosen: NDArray[np.bool_]) -> "Strips":
        """The strips marked in `chosen`, shape (K,)."""
        return replace(
            self,
            profiles=self.profiles[chosen],
            inside=self.inside[chosen],
            across_px=self.across_px[chosen],
            levels=self.levels[chosen],
        )


def gradient_directions(grey: NDArray[np.float32]) -> list[Floats]:
    """Share of gradient energy by direction in half degrees from 0 to 180, shape (360,) each.

    The even floor that noise makes is taken off. Three resolutions, finest first: fine rulings
    need every pixel, coarse ones stand out of the noise when pixels are averaged.
    """
    levels = [_directions(grey)]
    for shrink in (2, 4):
        size = (grey.shape[1] // shrink, grey.shape[0] // shrink)
        small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        levels.append(_directions(np.asarray(small, np.float32)))
    return levels


def _directions(grey: NDArray[np.float32]) -> Floats:
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.2)
    gx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
    gy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    energy, angle = cv2.cartToPolar(gx, gy, angleInDegrees=True)
    half_degrees = (angle * np.float32(2)).astype(np.int32).ravel()
    turns = np.bincount(half_degrees, (energy * energy).ravel(), minlength=1080)
    histogram = turns[:1080].reshape(3, 360).sum(axis=0)
    kernel = np.hanning(13) / np.hanning(13).sum()
    wrapped = np.concatenate([histogram[-6:], histogram, histogram[:6]])
    even = np.convolve(wrapped, kernel, "valid")
    above = (even - np.percentile(even, 25)).clip(0)
    return np.asarray(above / max(float(above.sum()), 1e-9), np.float64)


def cut(grey: NDArray[np.float32], angle_deg: float) -> Strips:
    """Turn the picture so that its axis lies along the rows, and average rows into strips."""
    height, width = grey.shape
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    length = math.ceil(abs(width * c) + abs(height * s))
    tall = math.ceil(abs(width * s) + abs(height * c))
    strip = max(6, min(height, width) // 64)
    count = tall // strip
    i0, j0 = (length - 1) / 2, (count * strip - 1) / 2
    turn = np.array(
        [
            [c, -s, (width - 1) / 2 - c * i0 + s * j0],
            [s, c, (height - 1) / 2 - s * i0 - c * j0],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    turned = cv2.warpAffine(grey, turn, (length, count * strip), flags=flags)
    means = turned.reshape(count, strip, length).mean(axis=1, dtype=np.float64)
    inside = _inside(turn, (height, width), length, np.arange(count) * strip, strip)
    keep = inside.sum(axis=1) >= 8 * MIN_PERIOD_PX
    across = (np.arange(count) + 0.5) * strip - 0.5 - j0
    means, inside = means[keep], inside[keep]
    return Strips(
        profiles=_flatten(means, inside),
        inside=inside,
        along_px=np.arange(length) - i0,
        across_px=across[keep],
        levels=np.sum(means * inside, axis=1) / inside.sum(axis=1),
        height_px=strip,
    )


def _inside(
    turn: Floats, shape: tuple[int, int], length: int, first_rows: NDArray[np.int64], strip: int
) -> NDArray[np.bool_]:
    """Mark where the first and the last row of each strip lie in the picture, (K, length).

    The picture is convex, so that all rows between lie in it there, too.
    """
    columns = np.arange(length)
    inside = np.ones((first_rows.size, length), np.bool_)
    for rows in (first_rows, first_rows + strip - 1):
        for (along, down, start), size in zip(turn, shape[::-1], strict=True):
            place = along * columns + down * rows[:, None] + start
            inside &= (place >= -1e-6) & (place <= size - 1 + 1e-6)
    return inside


def _flatten(means: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Divide each strip by a cubic, the slow course of the light, so that contrast is even too."""
    first = inside.argmax(axis=1)[:, None]
    count = inside.sum(axis=1)[:, None]
    at = np.where(inside, 2 * (np.arange(means.shape[1]) - first) / (count - 1) - 1, 0.0)
    powers = np.stack([np.ones_like(at), at, at**2, at**3], axis=2) * inside[:, :, None]
    turned = np.swapaxes(powers, 1, 2)
    fit = np.linalg.solve(turned @ powers, turned @ means[:, :, None])
    light = (powers @ fit)[:, :, 0]
    least = 0.1 * np.sum(means * inside, axis=1, keepdims=True) / count + 1e-6
    return np.where(inside, means / np.maximum(light, least) - 1, 0.0)


@dataclass(frozen=True, slots=True)
class Periods:
    """The period of every strip and how well each repeats, shapes (K,); 0 where it does not."""

    periods_px: Floats
    strengths: Floats
    energies: Floats


def strip_periods(strips: Strips) -> Periods:
    """Find each strip's period as the first high peak of its autocorrelation.

    A strip lies in the picture from one place to another, so that overlaps are differences.
    """
    counts = strips.inside.sum(axis=1)
    lags = np.arange(max(3, int(MOST_LAG * strips.profiles.shape[1])))
    size = 1 << (strips.profiles.shape[1] + lags.size - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(strips.profiles, size)) ** 2
    overlap = counts[:, None] - lags
    correlation = np.fft.irfft(spectrum, size)[:, : lags.size] / overlap.clip(1)
    periods, strengths = np.zeros(len(correlation)), np.zeros(len(correlation))
    for k, row in enumerate(correlation):
        if row[0] > 0:
            periods[k], strengths[k] = _first_peak(row[: int(MOST_LAG * counts[k])] / row[0])
    return Periods(periods, strengths, correlation[:, 0] * counts)


def _first_peak(row: Floats) -> tuple[float, float]:
    """Lag to sub-pixel and height of the first high peak after the first dip, or zeros.

    A peak's height is told from the lowest dip before it, where that is above 0: a scale that
    covers a part of the strip lifts the whole row.
    """
    inner = row[1:-1]
    peaks = np.flatnonzero((inner > row[:-2]) & (inner >= row[2:])) + 1
    peaks = peaks[peaks >= MIN_PERIOD_PX]
    dips = np.maximum(np.minimum.accumulate(row)[peaks], 0)
    heights = (row[peaks] - dips) / np.maximum(1 - dips, 1e-9)
    if not peaks.size or heights.max() <= 0:
        return 0.0, 0.0
    first = int(np.argmax(heights >= FIRST_PEAK * heights.max()))
    at = peaks[first]
    left, mid, right = row[at - 1 : at + 2]
    bend = left - 2 * mid + right
    # A peak so flat that rounding takes its bend away lies where it is.
    off = 0.5 * (left - right) / bend if bend else 0.0
    return float(at + off), float(heights[first])


def refine_period(strips: Strips, period_px: float) -> float:
    """Sharpen a common period within 6 % by the strips' summed power at its frequency."""
    span = float(np.ptp(strips.along_px))
    count = max(3, math.ceil(1.2 * span / period_px))
    frequencies, step = np.linspace(0.94 / period_px, 1.06 / period_px, count, retstep=True)
    total = power(strips, frequencies).sum(axis=0)
    at = int(np.clip(np.argmax(total), 1, total.size - 2))
    left, mid, right = total[at - 1 : at + 2]
    bend = left - 2 * mid + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float(1 / (frequencies[at] + shift * float(step)))


def repeats_only_at(strips: Strips, period_px: float, times: int) -> NDArray[np.bool_]:
    """Mark strips with a clear wave `times` as fine as a period, and little at the period itself.

    At the period counts what stands above the power beside it: the end of a scale makes the rest.
    """
    if period_px < times * MIN_PERIOD_PX:
        return np.zeros(len(strips.profiles), np.bool_)
    step = 1 / float(np.ptp(strips.along_px))
    beside = np.concatenate([np.arange(-9, -2), np.arange(3, 10)])
    offsets = np.concatenate([LOOSE, beside]) * step
    fine, coarse = (power(strips, n / period_px + offsets) for n in (times, 1))
    wave = fine[:, : LOOSE.size].max(axis=1)
    clear = wave > CLEAR * fine[:, LOOSE.size :].mean(axis=1)
    above = coarse[:, LOOSE.size // 2] - coarse[:, LOOSE.size :].mean(axis=1)
    return np.asarray(clear & (wave > 2 * above), np.bool_)


def power(strips: Strips, frequencies: Floats) -> Floats:
    """Power of every strip at every frequency in periods per px, shape (K, F)."""
    phase = 2 * np.pi * np.outer(strips.along_px, frequencies)
    cosine, sine = strips.profiles @ np.cos(phase), strips.profiles @ np.sin(phase)
    return np.asarray(cosine**2 + sine**2, np.float64)


def slant(strips: Strips, period_px: float) -> tuple[float, float]:
    """How far rulings lean, in px along per px across, with its standard uncertainty."""
    waves = np.exp(-2j * np.pi * strips.along_px / period_px)
    phasors = np.where(strips.inside, strips.profiles * _taper(strips.inside), 0.0) @ waves
    step = np.diff(strips.across_px)
    turn = np.angle(np.sum((phasors[1:] * phasors[:-1].conj())[step == strips.height_px]))
    lean = turn / strips.height_px
    flat = phasors * np.exp(-1j * lean * strips.across_px)
    rest = np.angle(flat * np.conj(flat.sum()))
    weights = np.abs(flat)
    centred = strips.across_px - np.average(strips.across_px, weights=weights)
    moment = float(np.sum(weights * centred**2))
    if moment == 0:
        return 0.0, math.inf
    extra = float(np.sum(weights * centred * rest)) / moment
    misfit = rest - np.average(rest, weights=weights) - extra * centred
    variance = float(np.sum((weights * centred * misfit) ** 2)) / moment**2
    per_px = -period_px / (2 * math.pi)
    return per_px * (lean + extra), abs(per_px) * math.sqrt(variance)


def straighten(strips: Strips, lean: float) -> Strips:
    """Move every strip along the axis so that rulings stand upright that lean by less than a px.

    What is left of a lean would stretch the comb: at its two ends other strips lie in the picture.
    """
    slope = np.zeros_like(strips.profiles)
    slope[:, 1:-1] = (strips.profiles[:, 2:] - strips.profiles[:, :-2]) / 2
    slope[:, 1:-1] *= strips.inside[:, 2:] & strips.inside[:, :-2]
    moved = strips.profiles + lean * strips.across_px[:, None] * slope
    return replace(strips, profiles=np.where(strips.inside, moved, 0.0))


def _taper(inside: NDArray[np.bool_]) -> Floats:
    """Weights that rise and fall over each strip as sin², so that cut rulings do not count."""
    passed = np.cumsum(inside, axis=1) - 0.5
    return np.asarray(np.sin(np.pi * passed / inside.sum(axis=1, keepdims=True)) ** 2, np.float64)


def combine(strips: Strips, pitch_px: float) -> tuple[Floats, NDArray[np.bool_]]:
    """One profile with even light from the strips, each counting by its modulation at the pitch.

    Returns:
        The profile, shape (S,), and where it is known, shape (S,).
    """
    long = strips.inside.sum(axis=1) > 2 * pitch_px + 2
    chosen = _even(strips.only(long) if long.any() else strips, pitch_px)
    level = np.stack(
        [_level(p, i, pitch_px) for p, i in zip(chosen.profiles, chosen.inside, strict=True)]
    )
    waves = np.exp(-2j * np.pi * chosen.along_px / pitch_px)
    weights = np.abs(level @ waves) / chosen.inside.sum(axis=1)
    total = weights @ chosen.inside
    known = total > 0.2 * weights.sum()
    return weights @ level / np.where(known, total, np.inf), known


def _even(strips: Strips, pitch_px: float) -> Strips:
    """Fit the cubic course of the light anew beside a comb of that pitch, where rulings are few.

    A cubic fitted alone follows the first and the last of a few rulings, and bends them.
    """
    count = strips.inside.sum(axis=1)
    few = (count < FEW_PERIODS * pitch_px) & (count > 3 * pitch_px)
    profiles = strips.profiles.copy()
    for k in np.flatnonzero(few):
        at = np.flatnonzero(strips.inside[k])
        phase = 2 * np.pi * np.outer(at, np.arange(1, 1 + min(4, int(pitch_px / 2.5)))) / pitch_px
        powers = np.vander(np.linspace(-1, 1, at.size), 4, increasing=True)
        design = np.concatenate([powers, np.cos(phase), np.sin(phase)], axis=1)
        fit = np.linalg.lstsq(design, 1 + profiles[k, at], rcond=None)[0]
        profiles[k, at] = (1 + profiles[k, at]) / np.maximum(powers @ fit[:4], 0.1) - 1
    return replace(strips, profiles=profiles)


def _level(profile: Floats, inside: NDArray[np.bool_], pitch_px: float) -> Floats:
    """Divide by the mean over one pitch around each sample, which no comb of that pitch moves.

    Uneven light bends a ruling's profile in proportion, so it is divided out, not subtracted.
    Within half a pitch of an end the light is taken to go on straight.
    """
    at = np.flatnonzero(inside)
    values = profile[at[0] : at[-1] + 1]
    running = np.concatenate([[0.0], np.cumsum(values)])
    edges = np.arange(running.size) - 0.5
    half = min(pitch_px, values.size - 3) / 2
    samples = np.arange(values.size)
    middle = samples[(samples >= half - 0.5) & (samples <= values.size - 0.5 - half)]
    means = np.interp(middle + half, edges, running) - np.interp(middle - half, edges, running)
    means = 1 + means / (2 * half)
    reach = max(2, min(middle.size, round(half)))
    light = np.interp(samples, middle, means)
    for ends, near in (
        (samples < middle[0], slice(reach)),
        (samples > middle[-1], slice(-reach, None)),
    ):
        slope, start = np.polyfit(middle[near], means[near], 1)
        light[ends] = start + slope * samples[ends]
    flat = np.zeros_like(profile)
    flat[at[0] : at[-1] + 1] = (1 + values) / np.maximum(light, 0.1) - 1
    return np.where(inside, flat, 0.0)
