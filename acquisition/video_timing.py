"""When the frames of a video file were taken, and what its times say of themselves."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median

from acquisition.notice import Notice
from acquisition.sidecar import Moment
from acquisition.video_info import FrameRateError, VideoError
from acquisition.video_survey import Survey

RATE_TOLERANCE = 0.01
# A stated rate that is farther from the times than this is told.
NOTICE_TOLERANCE = 0.005
# A step of more than so many usual ones leaves frames out.
GAP = 1.5
# Sound may go on for a while after the pictures; what ends sooner was cut off.
CUT_OFF_S = 2.0
# Programs that record may drop a few pictures, and count them.
CUT_OFF_SHARE = 0.05
# Times of a steady rate are rounded to whole µs.
ROUNDING_US = 2


def timing(path: Path, found: Survey, given_hz: float | None) -> tuple[float, list[int]]:
    """Return the frame rate, and the time of every frame in µs from the first.

    Where the file's times are those of a steady rate, they are taken from the rate: a container
    such as Matroska rounds them to 1 ms, which at 50 frames/s is 5 % of a step.

    Raises:
        VideoError: If there is no telling.
    """
    steady = _steady_rate_hz(found)
    if steady is not None or not found.ticks:
        rate_hz = steady or found.stated_rate_hz or given_hz
        if rate_hz is None:
            raise FrameRateError(f"{path} states no frame rate; give it with --frame-rate")
        return float(rate_hz), [round(i * 1_000_000 / rate_hz) for i in range(found.frames)]
    for i, (before, after) in enumerate(pairwise(found.ticks)):
        if after <= before:
            raise VideoError(f"{path}: frames {i} and {i + 1} have the same time; export it again")
    us_per_tick = found.tick_s * 1_000_000
    times_us = [round((tick - found.ticks[0]) * us_per_tick) for tick in found.ticks]
    return (found.frames - 1) * 1e6 / times_us[-1], times_us


def check_rate(path: Path, rates_hz: Sequence[float], given_hz: float | None) -> None:
    """Hold a given frame rate against the file's own.

    Args:
        path: The file.
        rates_hz: Its frame rate, and that of its fields or distinct pictures if it is another.
        given_hz: What was given, if anything.

    Raises:
        FrameRateError: If it is more than 1 % from each of them.
    """
    if given_hz is None or any(abs(given_hz / rate - 1) <= RATE_TOLERANCE for rate in rates_hz):
        return
    runs = " or ".join(f"{rate:.6g}" for rate in dict.fromkeys(rates_hz))
    raise FrameRateError(
        f"--frame-rate {given_hz:g} contradicts {path}, which runs at {runs} frames/s; "
        "leave the option out, or correct the file"
    )


def timing_notices(found: Survey, times_us: Sequence[int]) -> Iterator[Notice]:
    """Yield what is odd about a file's times."""
    yield from _cut_off(found, times_us)
    steps_us = [after - before for before, after in pairwise(times_us)]
    usual_us = median(steps_us)
    gaps_us = [step_us for step_us in steps_us if step_us > GAP * usual_us]
    rate_hz = 1e6 * (len(steps_us) - len(gaps_us)) / (times_us[-1] - times_us[0] - sum(gaps_us))
    stated_hz = float(found.stated_rate_hz or rate_hz)
    if abs(rate_hz / stated_hz - 1) > NOTICE_TOLERANCE:
        yield Notice(
            "frame_rate",
            f"the file says {stated_hz:.5g} frames/s, but its times are those of {rate_hz:.5g}; "
            "the times were used",
        )
    if max(steps_us) - min(steps_us) > ROUNDING_US:
        yield Notice(
            "irregular_times",
            f"frames follow each other in {min(steps_us) / 1000:.1f} to {max(steps_us) / 1000:.1f} "
            f"ms, usually {usual_us / 1000:.1f}; {len(gaps_us)} gaps leave out "
            f"{sum(round(gap_us / usual_us) - 1 for gap_us in gaps_us)} frames; the times were "
            "used as they are",
        )


def _cut_off(found: Survey, times_us: Sequence[int]) -> Iterator[Notice]:
    ends_s = times_us[-1] / 1e6
    if found.stated_s is not None and found.stated_s - ends_s > CUT_OFF_S:
        yield Notice(
            "cut_off",
            f"the file is cut off: it says that it lasts {found.stated_s:.1f} s, but its pictures "
            f"end at {ends_s:.1f} s; copy it again from its source",
        )
    stated = found.stated_frames or 0
    if stated - found.frames > CUT_OFF_SHARE * stated:
        yield Notice(
            "cut_off",
            f"the file says that it has {stated} pictures, and {found.frames} are there: it is cut "
            "off, or some were dropped; copy it again from its source",
        )


def without_repeats(times_us: Sequence[int], repeated: Sequence[bool]) -> list[Moment | None]:
    """Return the moments of the frames, None for repeats, which count as lost.

    Frames are counted by the usual step between those that are left: of 25 pictures a second
    that are shown as 50 frames, none is lost.
    """
    left_us = [time_us for time_us, again in zip(times_us, repeated, strict=True) if not again]
    usual_us = median(after - before for before, after in pairwise(left_us))
    moments: list[Moment | None] = []
    before = -1
    for time_us, again in zip(times_us, repeated, strict=True):
        if again:
            moments.append(None)
            continue
        index = max(before + 1, round((time_us - times_us[0]) / usual_us))
        moments.append(Moment(index, time_us, lost_before=index - before - 1))
        before = index
    return moments


def _steady_rate_hz(found: Survey) -> Fraction | None:
    """Return the rate whose times, rounded to a tick, are those of the file, if there is one.

    Where ticks are coarse, a frame that is missing must not pass as rounding: no time may be a
    whole step off a stated rate, nor a quarter of one off a rate that evens the gap out.
    """
    if not found.ticks or found.ticks[-1] == found.ticks[0]:
        return None
    span_s = (found.ticks[-1] - found.ticks[0]) * found.tick_s
    measured_hz = (found.frames - 1) / span_s
    for rate_hz, share in (
        (found.stated_rate_hz, Fraction(9, 10)),
        (measured_hz, Fraction(1, 4)),
    ):
        if rate_hz:
            step = 1 / (rate_hz * found.tick_s)
            off = (tick - found.ticks[0] - i * step for i, tick in enumerate(found.ticks))
            if all(abs(ticks) <= min(Fraction(1), share * step) for ticks in off):
                return rate_hz
    return None
