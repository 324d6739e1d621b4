"""What is unusual about a reference video that is read all the same."""

from collections.abc import Iterator

from acquisition.notice import Notice
from acquisition.video import VideoInfo

USUAL = ("micrometer", "montage")
"""Notices of what every reference video shows: people need not be told of each."""

LEAST_RATE_HZ = 45.0
"""Below it the pictures of a video are not the fields of PAL or NTSC."""

NTSC_SIZES = frozenset({(720, 480), (704, 480)})
USUAL_S = 5.0
"""A field of a reference video lasts 5 to 10 s."""


def remarks(info: VideoInfo) -> Iterator[Notice]:
    """Tell what is unusual for a reference video from a European DVD."""
    if info.frame_rate_hz < LEAST_RATE_HZ:
        yield Notice(
            "progressive",
            f"{info.field_order.words}: read at {info.frame_rate_hz:.4g} pictures a second, "
            "where interlaced video gives 50",
        )
    if (info.width_px, info.height_px) in NTSC_SIZES:
        yield Notice(
            "ntsc",
            f"{info.width_px}x{info.height_px} at {info.frame_rate_hz:.4g} pictures a second is "
            "NTSC, not PAL: read as it is",
        )
    if info.frames / info.frame_rate_hz < USUAL_S:
        yield Notice(
            "short_video",
            f"it lasts {info.frames / info.frame_rate_hz:.1f} s, less than one field of a "
            f"reference video ({USUAL_S:g} s)",
        )
