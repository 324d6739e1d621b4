"""A camera that plays a recording: a video file, a folder of images or a clip."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from acquisition.camera import CameraError, CameraInfo, CameraSettings
from acquisition.file_name import in_utf_8
from acquisition.frame import Frame
from acquisition.video import Video, VideoError, open_video


class ReplayCamera:
    """A recording behind the camera protocol.

    Nothing is lost in replay: a reader that is too slow gets its frames late. Frames that the
    recording lost stay lost.

    Args:
        source: An opened recording, or the path of one.
        paced: Whether frames come no sooner than in life.
        loop: Whether the recording starts again at its end, its times running on.
        goes_on: Whether a stream begins where the last one stopped, so that no cell is shown to
            an examination twice; its indices and times start at 0 all the same.
        frame_rate_hz: Frames per second, for a folder of images.
        sleep: Waits for a time in s; replaced in tests.
        now_ns: The host's monotonic clock in ns; replaced in tests.
    """

    def __init__(
        self,
        source: Video | Path,
        *,
        paced: bool = False,
        loop: bool = False,
        goes_on: bool = False,
        frame_rate_hz: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._source = source
        self._paced = paced
        self._loop = loop
        self._goes_on = goes_on
        self._rest: Iterator[Frame] | None = None
        self._frame_rate_hz = frame_rate_hz
        self._sleep = sleep
        self._now_ns = now_ns
        self._video: Video | None = None

    @property
    def info(self) -> CameraInfo:
        """The file, as a camera whose serial number is the file's name."""
        path = self._source if isinstance(self._source, Path) else self._source.info.path
        return CameraInfo("motiscope", "replay", in_utf_8(path.name), has_clock=True)

    def open(self) -> None:
        """Open the recording.

        Raises:
            CameraError: If it cannot be read.
        """
        if not isinstance(self._source, Path):
            self._video = self._source
            return
        try:
            self._video = open_video(self._source, self._frame_rate_hz)
        except VideoError as error:
            raise CameraError(str(error)) from error

    def apply(self, settings: CameraSettings) -> CameraSettings:
        """Return the recording's own settings, whatever is asked for.

        Exposure and gain are not known of a recording and come back as 0.
        """
        info = self._opened().info
        return replace(
            settings,
            width_px=info.width_px,
            height_px=info.height_px,
            frame_rate_hz=info.frame_rate_hz,
            exposure_us=0.0,
            gain_db=0.0,
            binning=1,
            left_px=0,
            top_px=0,
            bits=8,
        )

    @contextmanager
    def frames(self) -> Iterator[Iterator[Frame]]:
        """Start at the recording's first frame, or go on; the stream ends with the recording.

        Raises:
            CameraError: If the camera is not open, or later, if a frame cannot be read, or if
                there is nothing left to go on with.
        """
        stream = self._stream(self._opened())
        try:
            yield stream
        finally:
            stream.close()

    def close(self) -> None:
        """Let the recording go."""
        self._video = self._rest = None

    def _opened(self) -> Video:
        if self._video is None:
            raise CameraError(f"the replay of {self.info.serial} is not open")
        return self._video

    def _stream(self, video: Video) -> Generator[Frame, None, None]:
        start_ns, first = self._now_ns(), None
        try:
            for frame in self._remaining(video):
                first = first or frame
                if self._paced:
                    self._wait_until(
                        start_ns + 1000 * ((frame.time_us or 0) - (first.time_us or 0))
                    )
                shown = _since(first, frame) if self._goes_on else frame
                yield replace(shown, host_time_ns=self._now_ns())
        except VideoError as error:
            raise CameraError(str(error)) from error
        if first is None and self._goes_on:
            raise CameraError(f"{self.info.serial} has been played to its end; nothing is left")

    def _remaining(self, video: Video) -> Iterator[Frame]:
        if not self._goes_on:
            return self._rounds(video)
        self._rest = self._rest or self._rounds(video)
        return self._rest

    def _rounds(self, video: Video) -> Iterator[Frame]:
        """Play the recording, and again if it loops; times start at 0 and run on."""
        next_index, next_us, step_us = 0, 0, 1e6 / video.info.frame_rate_hz
        while True:
            first_index, first_us, zero_us = next_index, next_us, None
            for frame in video.frames():
                time_us = frame.time_us or 0
                zero_us = time_us if zero_us is None else zero_us
                index, played_us = first_index + frame.index, first_us + time_us - zero_us
                yield replace(frame, index=index, time_us=played_us)
                next_index, next_us = index + 1, played_us + round(step_us)
            if not self._loop:
                return

    def _wait_until(self, due_ns: int) -> None:
        wait_ns = due_ns - self._now_ns()
        if wait_ns > 0:
            self._sleep(wait_ns / 1e9)


def _since(first: Frame, frame: Frame) -> Frame:
    """Return a frame as one of the stream that begins with the first; losses before it are none."""
    return replace(
        frame,
        index=frame.index - first.index,
        time_us=(frame.time_us or 0) - (first.time_us or 0),
        lost_before=0 if frame is first else frame.lost_before,
    )
