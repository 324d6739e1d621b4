"""What must be known of the fields of a recording, beside what is known of all of it."""

from collections.abc import Iterator, Sequence

from acquisition.notice import Notice
from acquisition.video_info import FrameNumber, as_read
from inference.field import FieldResult


def field_notices(fields: Sequence[FieldResult], number: FrameNumber = as_read) -> Iterator[Notice]:
    """Yield what must be known of fields that are given together.

    Where there are several, each notice says with which frame its field begins.

    Args:
        fields: The fields.
        number: How frames are numbered.
    """
    for field in fields:
        where = f"from frame {number(field.first_frame)}: " if len(fields) > 1 else ""
        for notice in field.notices:
            yield Notice(notice.code, where + notice.text)
