"""Which files are results of an earlier run, that a new one may take the place of."""

from pathlib import Path

from acquisition.recorded import is_recorded
from inference.cell_table import CELL_COLUMNS
from inference.exports import TRACK_COLUMNS

# A document begins with its schema and with what wrote it.
_HEAD_BYTES = 400
_WRITER = b'"software": "motiscope'
# Of a table; later ones may have been added since.
_FIRST_COLUMNS = 3


def is_result(file: Path) -> bool:
    """Tell whether a file is a document or a table that motiscope has written, or empty.

    What is no file, such as a pipe, is written to and nothing is replaced.
    """
    if not file.is_file():
        return True
    if is_recorded(file):
        return False
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError:
        return False
    tables = (_beginning(columns) for columns in (TRACK_COLUMNS, tuple(CELL_COLUMNS)))
    is_document = head.lstrip().startswith(b"{") and _WRITER in head
    return not head or is_document or head.startswith(tuple(tables))


def _beginning(columns: tuple[str, ...]) -> bytes:
    return ",".join(columns[:_FIRST_COLUMNS]).encode()
