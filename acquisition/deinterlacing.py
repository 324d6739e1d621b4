"""Whether a recording's frames are taken apart into fields, and which field comes first."""

from collections.abc import Iterator
from enum import StrEnum

from acquisition.interlacing import FieldOrder
from acquisition.notice import Notice
from acquisition.video_look import Look


class Deinterlace(StrEnum):
    """What is asked of frames that may hold two fields each."""

    AUTO = "auto"
    OFF = "off"
    TOP_FIRST = "tff"
    BOTTOM_FIRST = "bff"

    @property
    def order(self) -> FieldOrder | None:
        """The order that is asked for; None where the pictures decide."""
        if self is Deinterlace.AUTO:
            return None
        return FieldOrder.PROGRESSIVE if self is Deinterlace.OFF else FieldOrder(self.value)


def choose_order(
    asked: Deinterlace, stated: FieldOrder | None, look: Look
) -> tuple[FieldOrder, tuple[Notice, ...]]:
    """Return how the rows of frames are taken to follow each other, and what is doubtful about it.

    What is asked for comes first, then what the pictures show, then what the file says.

    Args:
        asked: What is asked for.
        stated: What the file says, if anything.
        look: What the pictures show.
    """
    if asked.order is not None:
        return asked.order, tuple(_against_what_was_asked(asked, asked.order, look))
    order = look.field_order or stated or FieldOrder.PROGRESSIVE
    return order, tuple(_against_what_is_stated(stated, look))


def _against_what_was_asked(asked: Deinterlace, order: FieldOrder, look: Look) -> Iterator[Notice]:
    if look.field_order not in (None, order):
        yield Notice(
            "field_order",
            f"--deinterlace {asked} was followed, but the pictures are {look.field_order.words}",
        )


def _against_what_is_stated(stated: FieldOrder | None, look: Look) -> Iterator[Notice]:
    said = f"the file says {stated.words}" if stated else "the file says nothing of interlacing"
    marked = stated not in (None, FieldOrder.PROGRESSIVE)
    if look.field_order is not None:
        if look.field_order is not (stated or FieldOrder.PROGRESSIVE):
            text = f"{said}, but its pictures are {look.field_order.words}; they were read so"
            yield Notice("field_order", text)
    elif look.unclear:
        read = "they were read as the file says" if stated else "they were read as whole frames"
        yield Notice(
            "field_order",
            f"{said}, and whether its pictures are interlaced cannot be told for sure; {read}: if "
            "cells that swim look combed or jump, give --deinterlace tff, bff or off",
        )
    elif marked:
        yield Notice("field_order", f"{said}; too little moves to check that, so it was believed")
