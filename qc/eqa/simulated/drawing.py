"""The pictures of a planned video, and what is really in them."""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.dvd import SIZE_PX, woven
from acquisition.specimen import FieldView, Specimen
from acquisition.specimen.micrometer import MicrometerView
from calibration.scale import Scale
from inference.counting import GradeCounts, tally
from inference.evaluation.true_cells import in_counting_frame
from inference.grading import Grade
from qc.eqa.simulated.plan import FilmedField, VideoPlan

Grey = NDArray[np.uint8]

_CARD_GREY, _LETTERS_GREY = 40, 220


class DrawnVideo:
    """A planned video that can be drawn.

    Args:
        plan: What it shows.
    """

    def __init__(self, plan: VideoPlan) -> None:
        self.plan = plan
        self._view = FieldView(Specimen(plan.specimen), plan.optics, *SIZE_PX)

    def pictures(self) -> Iterator[Grey]:
        """Yield the interlaced frames in order."""
        first, second = self._micrometer(), self._card()
        if self.plan.card_first:
            first, second = second, first
        yield from first
        yield from second
        for field in self.plan.fields:
            yield from self._field(field)

    def truth(self) -> list[GradeCounts]:
        """Return what is to be counted: cells in each field's frame at its first instant."""
        return [self._counted(field) for field in self.plan.fields]

    def _counted(self, field: FilmedField) -> GradeCounts:
        cells = self._view.cells_in_view(field.begin_s, field.position)
        optics = self.plan.optics
        scale = Scale(optics.um_per_px_x, optics.um_per_px_y, "drawn")
        counted = in_counting_frame(cells, SIZE_PX, scale)
        return tally([Grade(cell.grade.value) for cell in counted])

    def _field(self, field: FilmedField) -> Iterator[Grey]:
        return woven(
            lambda time_s: self._view.render(field.begin_s + time_s, field.position), field.frames
        )

    def _micrometer(self) -> Iterator[Grey]:
        optics = replace(self.plan.optics, focus_um=0.0)
        return woven(
            MicrometerView(self.plan.slide, optics, *SIZE_PX).render, self.plan.micrometer_frames
        )

    def _card(self) -> Iterator[Grey]:
        card = np.full(SIZE_PX[::-1], _CARD_GREY, np.uint8)
        for row, text in enumerate(("External quality assessment", f"Sample {self.plan.video_id}")):
            place = (110, 250 + 70 * row)
            cv2.putText(card, text, place, cv2.FONT_HERSHEY_SIMPLEX, 1.1, _LETTERS_GREY, 2)
        return (card for _ in range(self.plan.card_frames))
