"""The recording played again with what was found drawn over it."""

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from acquisition.video import Video
from calibration.reticle import PITCH_UM, reticle
from calibration.scale import Scale
from inference.analysis import Analysis
from inference.field import GradedTrack
from inference.grading import Grade
from inference.presence import counting_frame_px

# Blue, green, red; told apart by people who see no red or green (Okabe and Ito 2008).
GRADE_BGR = {
    Grade.RAPID: (115, 158, 0),
    Grade.SLOW: (233, 180, 86),
    Grade.NON_PROGRESSIVE: (66, 228, 240),
    Grade.IMMOTILE: (167, 121, 204),
}
LEGEND = {
    Grade.RAPID: "a rapid",
    Grade.SLOW: "b slow",
    Grade.NON_PROGRESSIVE: "c in place",
    Grade.IMMOTILE: "d immotile",
}
PATH_S = 1.0
RETICLE_SHARE, COUNTING_SHARE = 0.3, 0.6
RING_PX, REVIEW_RING_PX = 9, 14
# A bar of the longest of these lengths that takes at most a quarter of the width.
BAR_UM = (1, 2, 5, 10, 20, 50, 100, 200, 500)
# The legend stands below the picture, in two lines, where it hides no cell.
LEGEND_PX, LINE_PX, MARGIN_PX = 40, 18, 8
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
# What an overlay says it is, so that another video is not taken for one and written over.
MARK = "motiscope overlay"
TICK_S = Fraction(1, 90_000)
Colour = tuple[int, int, int]
Picture = NDArray[np.uint8]


def write_overlay(
    video: Video, analysis: Analysis, path: Path, *, with_reticle: bool = False
) -> None:
    """Write an MP4 with each cell's path of the last second, its grade and graded speed in µm/s.

    A faint frame is the counting frame. A legend and a scale bar stand below the picture;
    `with_reticle` lays a grid of 25 µm over it.
    Every picture is shown at its own time, also where some before it were left out.

    Raises:
        OSError: If the file cannot be written.
    """
    info, shown = video.info, _by_frame(analysis)
    rate = Fraction(info.frame_rate_hz).limit_denominator(1_000)
    with av.open(f"file:{path}", "w", format="mp4") as container:
        container.metadata["comment"] = MARK
        stream = container.add_stream(
            "h264", rate=rate, options={"crf": "18", "preset": "veryfast"}
        )
        width, height = (side - side % 2 for side in (info.width_px, info.height_px))
        stream.width, stream.height = width, height + LEGEND_PX
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = TICK_S
        legend = draw_legend(width, analysis, with_reticle=with_reticle)
        start = None
        for frame in video.frames():
            ticks = _ticks(frame, info.frame_rate_hz)
            # A camera's clock begins whenever it was switched on.
            start = ticks if start is None else start
            picture = _picture(frame, analysis, shown, with_reticle=with_reticle)
            even = np.vstack([picture[:height, :width], legend])
            drawn = av.VideoFrame.from_ndarray(even, format="bgr24")
            drawn.pts, drawn.time_base = ticks - start, TICK_S
            container.mux(stream.encode(drawn))
        container.mux(stream.encode(None))


def is_overlay(path: Path) -> bool:
    """Tell whether a file is an overlay that motiscope has written."""
    try:
        with av.open(f"file:{path}") as container:
            return container.metadata.get("comment") == MARK
    except (OSError, ValueError):
        return False


def _ticks(frame: Frame, frame_rate_hz: float) -> int:
    """Return when a frame was taken; where the camera has no clock, by its place."""
    time_us = frame.index * 1e6 / frame_rate_hz if frame.time_us is None else frame.time_us
    return round(time_us / 1e6 / TICK_S)


def _by_frame(analysis: Analysis) -> dict[int, list[tuple[GradedTrack, int]]]:
    """Cells of each frame, with the place of the frame in their track."""
    shown: dict[int, list[tuple[GradedTrack, int]]] = defaultdict(list)
    for field in analysis.fields:
        for cell in field.cells:
            for place, frame in enumerate(cell.track.frame):
                shown[int(frame)].append((cell, place))
    return shown


def _picture(
    frame: Frame,
    analysis: Analysis,
    shown: dict[int, list[tuple[GradedTrack, int]]],
    *,
    with_reticle: bool,
) -> Picture:
    picture = np.asarray(cv2.cvtColor(frame.pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    if with_reticle:
        draw_reticle(picture, analysis.scale)
    draw_counting_frame(picture, analysis.scale)
    for cell, place in shown[frame.index]:
        draw_cell(picture, cell, place, analysis)
    for cell, place in shown[frame.index]:
        label_cell(picture, cell, place, analysis)
    return picture


def draw_reticle(picture: Picture, scale: Scale) -> None:
    """Lay the 25 µm grid over a colour picture (h, w, 3), faint enough to see the cells."""
    height, width = picture.shape[:2]
    lines = reticle(scale, width, height)
    x, y = (np.floor(places).astype(int) for places in (lines.x_px, lines.y_px))
    on_grid = np.zeros((height, width), bool)
    on_grid[:, x] = True
    on_grid[y, :] = True
    _whiten(picture, on_grid, RETICLE_SHARE)


def draw_counting_frame(picture: Picture, scale: Scale) -> None:
    """Draw the frame in which cells count into a colour picture (h, w, 3)."""
    height, width = picture.shape[:2]
    low, high = np.rint(counting_frame_px((width, height), scale)).astype(int)
    frame = np.zeros((height, width), np.uint8)
    cv2.rectangle(frame, low.tolist(), high.tolist(), 1)
    _whiten(picture, frame.astype(bool), COUNTING_SHARE)


def _whiten(picture: Picture, where: NDArray[np.bool_], share: float) -> None:
    faint = share * np.array(WHITE) + (1 - share) * picture[where]
    picture[where] = np.rint(faint).astype(np.uint8)


def draw_cell(picture: Picture, cell: GradedTrack, place: int, analysis: Analysis) -> None:
    """Draw one cell at its `place`-th position into a colour picture (h, w, 3).

    A thin ring is a position that was bridged; a second, dashed ring is a cell that a person
    should look at.
    """
    track, colour = cell.track, GRADE_BGR[cell.grade]
    recent = (track.time_s <= track.time_s[place]) & (track.time_s > track.time_s[place] - PATH_S)
    way = np.round(analysis.scale.to_px(track.xy_um[recent]) * 8).astype(np.int32)
    cv2.polylines(picture, [way], False, colour, 1, cv2.LINE_AA, shift=3)
    at = _at(cell, place, analysis)
    thickness = 1 if track.interpolated[place] else 2
    cv2.circle(picture, at, RING_PX, colour, thickness, cv2.LINE_AA)
    if cell.review:
        _dashed_ring(picture, at, colour)


def label_cell(picture: Picture, cell: GradedTrack, place: int, analysis: Analysis) -> None:
    """Write grade and speed beside one cell at its `place`-th position."""
    label = _label(cell)
    _write(picture, label, _beside(_at(cell, place, analysis), label, picture))


def draw_legend(width: int, analysis: Analysis, *, with_reticle: bool = False) -> Picture:
    """Return a strip (40, width, 3): what letters, colours and marks mean, and a scale bar."""
    strip = np.zeros((LEGEND_PX, width, 3), np.uint8)
    column = (width - MARGIN_PX) // len(Grade)
    for row, grade in enumerate(Grade):
        x = MARGIN_PX + row * column
        cv2.circle(strip, (x + 4, 11), 4, GRADE_BGR[grade], 2, cv2.LINE_AA)
        _write(strip, LEGEND[grade], (x + 13, 15))
    length_um = _bar_um(width * analysis.scale.um_per_px_x)
    end = width - MARGIN_PX
    begin = end - round(length_um / analysis.scale.um_per_px_x)
    strip[10 + LINE_PX : 12 + LINE_PX, begin:end] = WHITE
    grid = f"grid {PITCH_UM:g} µm, bar " if with_reticle else ""
    text = f"{grid}{length_um} µm"
    left = begin - _size_px(text)[0] - 6
    _write(strip, text, (left, 15 + LINE_PX))
    _write(strip, _marks(analysis, left - 2 * MARGIN_PX), (MARGIN_PX, 15 + LINE_PX))
    return strip


def _marks(analysis: Analysis, width_px: int) -> str:
    """Say what the marks of cells mean, the rarest last and only where there is room."""
    said = "number: µm/s"
    review = ["; ?: look at it"] if _any_review(analysis) else []
    for more in [*review, "; frame: counted inside", "; thin ring: not seen, bridged"]:
        if _size_px(said + more)[0] <= width_px:
            said += more
    return said


def _any_review(analysis: Analysis) -> bool:
    return any(cell.review for field in analysis.fields for cell in field.cells)


def _bar_um(width_um: float) -> int:
    return max((one for one in BAR_UM if one <= width_um / 4), default=BAR_UM[0])


def _at(cell: GradedTrack, place: int, analysis: Analysis) -> tuple[int, int]:
    x, y = analysis.scale.to_px(cell.track.xy_um[place])
    return round(float(x)), round(float(y))


def _label(cell: GradedTrack) -> str:
    mark = "?" if cell.review else ""
    if cell.kinematics is None:
        return f"{cell.grade.value}{mark}"
    # Rounded down, for 24.9 is a b and would read 25, the limit of a.
    return f"{cell.grade.value}{mark} {int(cell.kinematics.progress_um_s + 1e-6)}"


def _beside(place: tuple[int, int], label: str, picture: Picture) -> tuple[int, int]:
    """Where a label is written: right above the ring, or left of it at the right edge."""
    x, y = place
    width, height = _size_px(label)
    right = x + REVIEW_RING_PX - 2
    left = right if right + width <= picture.shape[1] else x - REVIEW_RING_PX + 2 - width
    return left, max(height + 2, y - 5)


def _dashed_ring(picture: Picture, place: tuple[int, int], colour: Colour) -> None:
    size = (REVIEW_RING_PX, REVIEW_RING_PX)
    for begin in range(0, 360, 45):
        cv2.ellipse(picture, place, size, 0, begin, begin + 25, colour, 2, cv2.LINE_AA)


def _size_px(text: str) -> tuple[int, int]:
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.4, 1)
    return width, height


def _write(picture: Picture, text: str, place: tuple[int, int]) -> None:
    """Write white text with a dark rim, so that it is read on bright and on grey."""
    x, y = place
    for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1), (0, 0)):
        ink = BLACK if right or down else WHITE
        at = (x + right, y + down)
        cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, ink, 1, cv2.LINE_AA)
