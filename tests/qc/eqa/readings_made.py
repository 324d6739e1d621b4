"""A reading of a video to work with."""

from acquisition.notice import Notice
from calibration.scale import Scale
from inference.counting import GradeCounts, shares
from inference.identity import ModelIdentity
from qc.eqa.reading import FieldReading, LeftOut, VideoReading

NOTICES = (
    Notice("micrometer", "the first 6.0 s show a stage micrometer; they were left out"),
    Notice("unchecked_rate", "do not rely on these grades"),
    Notice("montage", "the picture changes at once"),
    Notice("drift", "from frame 5: it drifts"),
)


def video_reading(*counts: GradeCounts) -> VideoReading:
    """One field for each count, and what was left out."""
    return VideoReading(
        sha256="ab",
        model=ModelIdentity("heads", "cd"),
        grader=None,
        edition="WHO 2021",
        scale=Scale(0.5, 0.47, "drawn", 0.002, 0.002),
        duration_s=61.5,
        cuts=(5, 130),
        fields=tuple(FieldReading(5, 5.0, one) for one in counts),
        shares=shares(counts),
        left_out=(LeftOut(0, "a title card", is_field=False), LeftOut(130, "it is short")),
        notices=NOTICES,
    )
