"""Recorded pictures from any source: a video file, a folder of images, a motiscope clip."""

from fractions import Fraction
from pathlib import Path

from acquisition.clip_video import is_clip, open_clip
from acquisition.deinterlacing import Deinterlace
from acquisition.image_folder import open_folder
from acquisition.interlacing import FieldOrder
from acquisition.video_fields import FieldsVideo
from acquisition.video_file import open_file
from acquisition.video_info import MIN_FRAMES, FrameRateError, Video, VideoError, VideoInfo
from acquisition.video_survey import open_container, stated_pixel_aspect, video_stream

__all__ = [
    "MIN_FRAMES",
    "Deinterlace",
    "FrameRateError",
    "Video",
    "VideoError",
    "VideoInfo",
    "open_video",
    "pixel_aspect",
]


def open_video(
    path: Path,
    frame_rate_hz: float | None = None,
    deinterlace: Deinterlace = Deinterlace.AUTO,
) -> Video:
    """Open a video file, a folder of numbered images or a motiscope clip.

    Args:
        path: File or folder.
        frame_rate_hz: Frames per second. Needed for a folder of images; for a file it is held
            against what the file says of itself.
        deinterlace: Whether frames are taken apart into their fields. By itself that is done with
            interlaced video files alone: images and clips are those of progressive cameras.

    Raises:
        VideoError: If it is no video, cannot be graded, or contradicts the frame rate.
    """
    if frame_rate_hz is not None and not 0 < frame_rate_hz < float("inf"):
        raise FrameRateError(
            f"--frame-rate {frame_rate_hz:g} is no frame rate; give it in frames per second"
        )
    if path.is_dir():
        return _deinterlaced(open_folder(path, frame_rate_hz), deinterlace)
    if not path.exists():
        raise VideoError(f"{path} does not exist")
    if is_clip(path):
        return _deinterlaced(open_clip(path, frame_rate_hz), deinterlace)
    return open_file(path, frame_rate_hz, deinterlace)


def pixel_aspect(path: Path) -> Fraction | None:
    """Return a pixel's width divided by its height as a video file states it.

    None where it states none, as folders of images never do.

    Raises:
        VideoError: If it is no video.
    """
    if path.is_dir():
        return None
    with open_container(path) as container:
        return stated_pixel_aspect(video_stream(container))


def _deinterlaced(video: Video, asked: Deinterlace) -> Video:
    if asked.order in (None, FieldOrder.PROGRESSIVE):
        return video
    return FieldsVideo(video, asked.order)
