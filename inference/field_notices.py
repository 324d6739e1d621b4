"""What must be known of the fields of a recording, beside what is known of all of it."""

from collections.abc import Iterator, Sequence

from acquisition.notice import Notice
from acquisition.video_info import FrameNumber, as_read
from inference.field import FieldResult


def field_notices(fields: Sequence[FieldResult], number: FrameNumber = as_read) -> Iterator[Notice]:
    """Yield what must be known of fields that are given together.

    Where there are several, that is told, too, and with which frame the field of a notice begins.

    Args:
        fields: The fields.
        number: How frames are numbered.
    """
    begins = [number(field.first_frame) for field in fields]
    if len(fields) > 1:
        yield _montage(begins)
    for begin, field in zip(begins, fields, strict=True):
        where = f"from frame {begin}: " if len(fields) > 1 else ""
        for notice in field.notices:
            yield Notice(notice.code, where + notice.text)


def _montage(begins: Sequence[int]) -> Notice:
    return Notice(
        "montage",
        f"the picture changes at once: {len(begins)} fields were read, from frame "
        f"{', '.join(map(str, begins))}, each with cells of its own",
    )
