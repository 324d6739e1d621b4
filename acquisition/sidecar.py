"""The sidecar of a clip: how it was recorded and when each of its frames was taken."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.frame import Frame
from acquisition.stage import Position
from acquisition.temperature_log import Reading
from calibration.scale import Scale

SCHEMA = 1
KIND = "motiscope clip"
SIDECAR_SUFFIX = ".clip.json"
_MOST = 2**63 - 1
# No camera takes fewer or more frames of a field per second; what says so is damaged.
_RATES_HZ = (0.01, 1e6)


class ClipError(Exception):
    """A clip cannot be written or read; the text names the file and says why."""


def software() -> str:
    """Return the name and version of this software."""
    return f"motiscope {version('motiscope')}"


@dataclass(frozen=True, slots=True)
class Moment:
    """Where one stored picture stands in its recording: a `Frame` without its pixels.

    Attributes:
        index: As of the frame.
        time_us: As of the frame.
        host_time_ns: As of the frame.
        lost_before: As of the frame.
        crc32: Check sum of its pixels, row after row; None where none was taken.
    """

    index: int
    time_us: int | None = None
    host_time_ns: int = 0
    lost_before: int = 0
    crc32: int | None = None

    @classmethod
    def of(cls, frame: Frame) -> "Moment":
        """Return the moment of a frame."""
        return cls(
            frame.index,
            frame.time_us,
            frame.host_time_ns,
            frame.lost_before,
            check_sum(frame.pixels),
        )


def check_follows(moment: Moment, before: Moment | None) -> None:
    """Refuse a moment that cannot come after the one before it, None for the first.

    Raises:
        ValueError: If its index or time does not come after, or is no number of 64 bits.
    """
    index, time_us = moment.index, moment.time_us
    if not 0 <= index <= _MOST:
        raise ValueError(f"{index} is no index of a frame")
    if not 0 <= moment.lost_before <= index:
        raise ValueError(f"frame {index} cannot have {moment.lost_before} lost frames before it")
    if time_us is not None and abs(time_us) > _MOST:
        raise ValueError(f"frame {index} has the time {time_us} µs, which is none")
    if before is None:
        return
    if index <= before.index:
        raise ValueError(f"frame {index} comes after frame {before.index}")
    if (time_us is None) != (before.time_us is None):
        raise ValueError(f"of frames {before.index} and {index} only one has a time")
    if time_us is not None and before.time_us is not None and time_us <= before.time_us:
        raise ValueError(
            f"frame {index} has the time {time_us} µs, and the one before it {before.time_us}"
        )


def check_sum(pixels: NDArray[np.uint8]) -> int:
    """Return the CRC-32 of a picture, row after row."""
    return zlib.crc32(np.ascontiguousarray(pixels).data)


@dataclass(frozen=True, slots=True)
class ClipNotes:
    """What is known of a clip before its first frame.

    Attributes:
        camera: Which camera.
        asked: Settings that were asked for.
        accepted: Settings as the camera accepted them.
        scale: Scale with its source, or None if the microscope was not calibrated.
        position: Where the stage stood, or None without a stage.
        temperatures_c: Readings of the heated stage, in order: before the recording and, where
            it is read during it, the log.
        temperature_times_s: When those of the log were taken, from its begin with the recording;
            as many as there are readings of the log, which are the last ones.
        session: Identity of the session, or None outside one.
        replicate: Number of the replicate in its session, from 1.
        field_number: Number of the field in its replicate, from 1.
        seed: Seed of the field plan.
    """

    camera: CameraInfo
    asked: CameraSettings
    accepted: CameraSettings
    scale: Scale | None = None
    position: Position | None = None
    temperatures_c: tuple[float, ...] = ()
    temperature_times_s: tuple[float, ...] = ()
    session: str | None = None
    replicate: int | None = None
    field_number: int | None = None
    seed: int | None = None

    @property
    def logged(self) -> tuple[Reading, ...]:
        """The readings during the recording, with their times."""
        times_s = self.temperature_times_s
        last_c = self.temperatures_c[len(self.temperatures_c) - len(times_s) :]
        return tuple(Reading(*pair) for pair in zip(times_s, last_c, strict=True))


@dataclass(frozen=True, slots=True)
class MomentColumns:
    """The moments of a clip, one column a value, as they are stored.

    Clips of early versions have no check sums, and that column is empty. Each frame comes after the
    one before it, by its index and, where the camera has a clock, by its time.
    """

    index: tuple[int, ...]
    time_us: tuple[int | None, ...]
    host_time_ns: tuple[int, ...]
    lost_before: tuple[int, ...]
    crc32: tuple[int | None, ...] = ()

    def __post_init__(self) -> None:
        names = [name for name in self.__slots__ if name != "crc32" or self.crc32]
        lengths = {len(getattr(self, name)) for name in names}
        if len(lengths) != 1:
            raise ValueError(f"its columns have different lengths: {sorted(lengths)}")
        before: Moment | None = None
        for place, moment in enumerate(self.rows(), start=1):
            try:
                check_follows(moment, before)
            except ValueError as error:
                raise ValueError(f"picture {place}: {error}") from error
            before = moment

    @classmethod
    def of(cls, moments: Iterable[Moment]) -> "MomentColumns":
        """Turn moments into columns."""
        rows = [(m.index, m.time_us, m.host_time_ns, m.lost_before, m.crc32) for m in moments]
        return cls(*(zip(*rows, strict=True) if rows else ((),) * 5))

    def rows(self) -> tuple[Moment, ...]:
        """Turn the columns back into moments."""
        sums = self.crc32 or (None,) * len(self.index)
        columns = (self.index, self.time_us, self.host_time_ns, self.lost_before, sums)
        return tuple(Moment(*row) for row in zip(*columns, strict=True))


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Everything that is stored beside a clip.

    Attributes:
        software: Name and version of the software that recorded it.
        started_utc: When recording began.
        notes: What was known before the first frame.
        complete: Whether the field was recorded to its end.
        unsaved: Frames at the end that were grabbed but did not reach the disk.
        sha256: Hash of the clip.
        frames: The moments of the stored pictures, in order.
        schema: Version of this format.
        kind: What this file is.
    """

    software: str
    started_utc: datetime
    notes: ClipNotes
    complete: bool
    sha256: str
    frames: MomentColumns
    unsaved: int = 0
    schema: int = SCHEMA
    kind: str = KIND

    @property
    def lost(self) -> int:
        """Frames that the camera lost."""
        return sum(self.frames.lost_before)

    @property
    def duration_s(self) -> float:
        """Time from the first to the last frame in s."""
        return duration_s(self.frames.rows(), self.notes.accepted.frame_rate_hz)

    @property
    def frame_rate_hz(self) -> float:
        """The rate by the camera's clock, or without one the rate that it accepted."""
        index = self.frames.index
        if None in self.frames.time_us or self.duration_s <= 0:
            return self.notes.accepted.frame_rate_hz
        return (index[-1] - index[0]) / self.duration_s

    def to_json(self) -> str:
        """Return the sidecar as JSON."""
        return _SIDECAR.dump_json(self, indent=1).decode()


def duration_s(moments: tuple[Moment, ...], frame_rate_hz: float) -> float:
    """Return the time from the first to the last moment in s.

    By the camera's clock, or where it has none by the index and the frame rate.
    """
    if not moments:
        return 0.0
    first, last = moments[0], moments[-1]
    if first.time_us is not None and last.time_us is not None:
        return (last.time_us - first.time_us) / 1e6
    return (last.index - first.index) / frame_rate_hz


def sidecar_path(clip: Path) -> Path:
    """Return where the sidecar of a clip lies."""
    return clip.with_suffix(SIDECAR_SUFFIX)


def read_sidecar(path: Path) -> Sidecar:
    """Read a sidecar.

    Raises:
        ClipError: If it is missing, damaged, or from a newer version.
    """
    try:
        return parse_sidecar(path.read_text(encoding="utf-8"), path)
    except OSError as error:
        raise ClipError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ClipError(f"{path} cannot be read ({error})") from error


def parse_sidecar(text: str, path: Path) -> Sidecar:
    """Turn JSON into a sidecar; `path` is for the error's text.

    Raises:
        ClipError: If it is damaged or from a newer version.
    """
    try:
        data = from_json(text)
    except ValueError as error:
        raise ClipError(f"{path} is damaged: {error}") from error
    check_kind(data, path)
    try:
        sidecar = _SIDECAR.validate_python(data)
    except ValidationError as error:
        raise ClipError(f"{path} is damaged: {one_line(error)}") from error
    _check_rate(sidecar.notes.accepted.frame_rate_hz, path)
    _check_rate(sidecar.frame_rate_hz, path)
    return sidecar


def _check_rate(rate_hz: float, path: Path) -> None:
    if not _RATES_HZ[0] <= rate_hz <= _RATES_HZ[1]:
        raise ClipError(f"{path} is damaged: no camera takes {rate_hz:g} frames/s")


def check_kind(data: object, path: Path) -> None:
    """Refuse JSON that is no sidecar or one of a newer version.

    Raises:
        ClipError: If so.
    """
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise ClipError(f"{path} is no sidecar of a motiscope clip")
    schema = data.get("schema")
    if not isinstance(schema, int) or schema > SCHEMA:
        raise ClipError(
            f"{path} has schema {schema}, this motiscope knows up to {SCHEMA}; update motiscope"
        )


def one_line(error: ValidationError) -> str:
    """Return the first fault of a validation as one line."""
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    fault = first["msg"].removeprefix("Value error, ")
    return f"{place}: {fault}" if place else fault


_SIDECAR = TypeAdapter(Sidecar)
