"""Which stretches of a video are fields, and which of these count."""

from acquisition.video import VideoInfo
from calibration.micrometer import measure
from calibration.readings import NotAMicrometerError
from inference.field import FieldResult
from qc.eqa.reading import LeftOut
from qc.eqa.shots import Shot

POOR = ("short", "no_cells", "repeat_field")
"""Notices of a field, worst first, with which it is not counted."""


class SortedOut:
    """The fields of a video, those that count and what does not.

    Args:
        info: The video.
        division_um: Length of the finest division of a micrometer that may be shown.

    Attributes:
        kept: The fields that count.
        cuts: First frame of every field, as the file counts them.
        left_out: What does not count.
    """

    def __init__(self, info: VideoInfo, division_um: float) -> None:
        self.kept: list[FieldResult] = []
        self.cuts: list[int] = []
        self.left_out: list[LeftOut] = []
        self._info = info
        self._division_um = division_um

    def take(self, field: FieldResult, shot: Shot) -> None:
        """Sort a field in, with the shot that shows it."""
        first = self._info.frame_in_file(field.first_frame)
        other = self._no_field(field, shot)
        if other is None:
            self.cuts.append(first)
        poor = other or _why_poor(field)
        if poor is None:
            self.kept.append(field)
        else:
            self.left_out.append(LeftOut(first, poor, is_field=other is None))

    def _no_field(self, field: FieldResult, shot: Shot) -> str | None:
        """Tell what is shown that is no field; where cells swim, that is one."""
        if field.counted.progressive or shot.picture is None:
            return None
        if shot.is_card:
            return "a title card"
        try:
            measure(shot.picture, self._division_um)
        except NotAMicrometerError:
            return None
        return "a stage micrometer"


def _why_poor(field: FieldResult) -> str | None:
    said = {notice.code: notice.text for notice in field.notices}
    return next((said[code] for code in POOR if code in said), None)
