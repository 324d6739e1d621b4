"""Pictures as files hold them, decoded without what the decoders print of damaged ones."""

import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

_PNG = b"\x89PNG\r\n\x1a\n"
# Length and kind before the data of a chunk, check sum behind it.
_HEAD, _SUM = 8, 4

# What is wrong with a file is said once, by whoever wants it decoded.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def decoded(content: bytes, flags: int) -> NDArray[np.generic] | None:
    """Decode the content of a picture file; None where it is no picture, or a damaged one.

    A PNG is looked through before: its decoder writes of damage to standard error.

    Args:
        content: What the file holds.
        flags: OpenCV's `IMREAD_...`.
    """
    if not content or (content.startswith(_PNG) and not _is_whole_png(content)):
        return None
    try:
        return cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    except cv2.error:  # it says that it is larger than any picture
        return None


def _is_whole_png(content: bytes) -> bool:
    """Tell whether every chunk of a PNG is there and has its check sum."""
    begin = len(_PNG)
    while begin < len(content):
        end = begin + _HEAD + int.from_bytes(content[begin : begin + 4])
        chunk = content[begin + 4 : end]
        if content[end : end + _SUM] != zlib.crc32(chunk).to_bytes(_SUM):
            return False
        if chunk.startswith(b"IEND"):
            return True
        begin = end + _SUM
    return False
