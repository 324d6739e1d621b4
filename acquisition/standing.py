"""Stretches of a recording in which the picture stands: no camera sees the same twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2

from acquisition.changes import Grey
from acquisition.frame import Frame
from acquisition.notice import Notice
from acquisition.video_info import FrameNumber, as_read

# A codec may leave out what little changes between two pictures, but hardly for as long.
LEAST_S = 0.5
# It codes a picture that stands anew now and then, a little otherwise: by up to 5 grey values in
# 1 % of the pixels where that was measured. In VISEM-Tracking 52, where little moves, two pictures
# differ by at least 26, and in 5 %.
MOST_GREY, MOST_SHARE = 8, 0.02
# A few rows tell nearly always that something changes.
ROWS = 16
MOST_SAID = 3
# A codec shows a title in full a few frames after it has begun.
COVERED_SHARE = 0.9


@dataclass(slots=True)
class Standing:
    """Watches frames go by, and tells where the picture stood.

    Attributes:
        frame_rate_hz: Frames per second.
        stretches: First and last frame of each stretch of LEAST_S or more, in order.
    """

    frame_rate_hz: float
    stretches: list[tuple[int, int]] = field(default_factory=list)

    def watched(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Yield the frames as they are."""
        first = last = None
        for frame in frames:
            if first is None or last is None or not stands(last.pixels, frame.pixels):
                self._end(first, last)
                first = frame
            last = frame
            yield frame
        self._end(first, last)

    def _end(self, first: Frame | None, last: Frame | None) -> None:
        if first is None or last is None:
            return
        if last.index - first.index >= LEAST_S * self.frame_rate_hz:
            self.stretches.append((first.index, last.index))

    def covers(self, first: int, last: int) -> bool:
        """Tell whether the picture stood from one frame to another, but for a few."""
        stood = sum(max(0, min(last, end) - max(first, begin) + 1) for begin, end in self.stretches)
        return stood >= COVERED_SHARE * (last - first + 1)

    def notices(
        self, left_out: Sequence[tuple[int, int]] = (), number: FrameNumber = as_read
    ) -> Iterator[Notice]:
        """Say where the picture stood, once all frames were watched.

        Args:
            left_out: First and last frame of what was not graded for it: titles, black pictures.
            number: How frames are numbered.
        """
        if left_out:
            yield Notice(
                "titles",
                f"the picture stands in frames {_in_words(left_out, number)}: a title or no "
                "picture at all; left out",
            )
        graded = [
            (first, last)
            for first, last in self.stretches
            if not any(begin <= last and first <= end for begin, end in left_out)
        ]
        if not graded:
            return
        stood_s = sum(last - first for first, last in graded) / self.frame_rate_hz
        yield Notice(
            "frozen",
            f"hardly a pixel changes in frames {_in_words(graded, number)}, {stood_s:.1f} s in "
            "all: the recording stands still there, and whatever it shows looks immotile; record "
            "it again",
        )


def _in_words(stretches: Sequence[tuple[int, int]], number: FrameNumber) -> str:
    said = ", ".join(f"{number(first)} to {number(last)}" for first, last in stretches[:MOST_SAID])
    more = len(stretches) - MOST_SAID
    return f"{said} and {more} more times" if more > 0 else said


def stands(before: Grey, after: Grey) -> bool:
    """Tell whether two pictures (h, w) are the same but for what a codec does to them."""
    return _alike(before[::ROWS], after[::ROWS]) and _alike(before, after)


def _alike(before: Grey, after: Grey) -> bool:
    apart = cv2.absdiff(before, after)
    return int(apart.max()) <= MOST_GREY and cv2.countNonZero(apart) <= MOST_SHARE * apart.size
