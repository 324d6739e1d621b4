"""The recording played again with what was found drawn over it."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.video import Video
from inference.analysis import Analysis
from inference.field import GradedTrack
from inference.grading import Grade

# Blue, green, red; told apart by people who see no red or green (Okabe and Ito 2008).
GRADE_BGR = {
    Grade.RAPID: (115, 158, 0),
    Grade.SLOW: (233, 180, 86),
    Grade.NON_PROGRESSIVE: (66, 228, 240),
    Grade.IMMOTILE: (167, 121, 204),
}
PATH_S = 1.0
Picture = NDArray[np.uint8]


def write_overlay(video: Video, analysis: Analysis, path: Path) -> None:
    """Write an MP4 with each cell's path of the last second, its grade and graded speed in µm/s.

    Raises:
        OSError: If the file cannot be written.
    """
    shown = _by_frame(analysis)
    with av.open(f"file:{path}", "w", format="mp4") as container:
        rate = round(video.info.frame_rate_hz)
        stream = container.add_stream(
            "h264", rate=rate, options={"crf": "18", "preset": "veryfast"}
        )
        stream.width, stream.height = (side - side % 2 for side in _size(video))
        stream.pix_fmt = "yuv420p"
        for picture in _pictures(video, analysis, shown):
            even = np.ascontiguousarray(picture[: stream.height, : stream.width])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="bgr24")))
        container.mux(stream.encode(None))


def _size(video: Video) -> tuple[int, int]:
    return video.info.width_px, video.info.height_px


def _by_frame(analysis: Analysis) -> dict[int, list[tuple[GradedTrack, int]]]:
    """Cells of each frame, with the place of the frame in their track."""
    shown: dict[int, list[tuple[GradedTrack, int]]] = defaultdict(list)
    for field in analysis.fields:
        for cell in field.cells:
            for place, frame in enumerate(cell.track.frame):
                shown[int(frame)].append((cell, place))
    return shown


def _pictures(
    video: Video, analysis: Analysis, shown: dict[int, list[tuple[GradedTrack, int]]]
) -> Iterator[Picture]:
    for frame in video.frames():
        picture = np.asarray(cv2.cvtColor(frame.pixels, cv2.COLOR_GRAY2BGR), np.uint8)
        for cell, place in shown[frame.index]:
            draw_cell(picture, cell, place, analysis)
        yield picture


def draw_cell(picture: Picture, cell: GradedTrack, place: int, analysis: Analysis) -> None:
    """Draw one cell at its `place`-th position into a colour picture (h, w, 3)."""
    track, colour = cell.track, GRADE_BGR[cell.grade]
    recent = (track.time_s <= track.time_s[place]) & (track.time_s > track.time_s[place] - PATH_S)
    way = np.round(analysis.scale.to_px(track.xy_um[recent]) * 8).astype(np.int32)
    cv2.polylines(picture, [way], False, colour, 1, cv2.LINE_AA, shift=3)
    x, y = (round(float(value)) for value in analysis.scale.to_px(track.xy_um[place]))
    thickness = 1 if track.interpolated[place] else 2
    cv2.circle(picture, (x, y), 9, colour, thickness, cv2.LINE_AA)
    speed = "" if cell.kinematics is None else f" {cell.kinematics.progress_um_s:.0f}"
    label = f"{cell.grade.value}{speed}"
    cv2.putText(
        picture, label, (x + 11, y - 5), cv2.FONT_HERSHEY_SIMPLEX, 0.38, colour, 1, cv2.LINE_AA
    )
