"""A simulated field as a recording, drawn frame by frame while it is read."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from acquisition.frame import Frame
from acquisition.specimen.picture import CENTRE, FieldView
from acquisition.specimen.truth import CellTruth
from acquisition.stage import Position
from acquisition.video_info import VideoInfo


class SimulatedRecording:
    """A `Video` of one field of a specimen.

    Args:
        view: The specimen and the optics that look at it.
        frames: Number of frames.
        frame_rate_hz: Frames per second.
        position: Place on the slide.
        start_s: Simulated time of the first frame.
    """

    def __init__(
        self,
        view: FieldView,
        frames: int,
        frame_rate_hz: float,
        position: Position = CENTRE,
        start_s: float = 0.0,
    ) -> None:
        self._view = view
        self._position = position
        self._start_s = start_s
        what = (
            f"{view.specimen.settings} {view.optics} {position} {start_s} {frame_rate_hz} {frames}"
        )
        self._info = VideoInfo(
            path=Path(f"simulated-{view.specimen.settings.seed}"),
            sha256=sha256(what.encode()).hexdigest(),
            frames=frames,
            frame_rate_hz=frame_rate_hz,
            width_px=view.size[0],
            height_px=view.size[1],
        )

    @property
    def info(self) -> VideoInfo:
        """What is known before drawing; the hash is that of the settings."""
        return self._info

    def truth_at_start(self) -> list[CellTruth]:
        """Return the cells whose heads are in the first frame."""
        return self._view.cells_in_view(self._start_s, self._position)

    def frames(self) -> Iterator[Frame]:
        """Draw every frame in order."""
        for index in range(self._info.frames):
            time_s = index / self._info.frame_rate_hz
            yield Frame(
                self._view.render(self._start_s + time_s, self._position),
                index,
                time_us=round(time_s * 1e6),
            )
