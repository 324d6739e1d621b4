"""What the live picture says of the bench, and what the technician should do about it; pure."""

from dataclasses import dataclass

from acquisition.image_quality import ImageQuality

# Real phase contrast read 0.51 to 0.58, bright field from 0.37; 12 µm out of focus reads 0.4 and
# less where it read 0.6 in focus (`acquisition.image_quality`).
LEAST_FOCUS = 0.33
# More white than heads in phase contrast have.
MOST_SATURATED = 0.002
LEAST_EXPOSURE = 0.12
# Real recordings read 0.04 to 0.08.
MOST_UNEVENNESS = 0.4


@dataclass(frozen=True, slots=True)
class Picture:
    """What one moment of the live picture shows.

    Attributes:
        quality: Focus, exposure and even light of the newest picture.
        drift_um_s: How fast the whole picture moves, None where that cannot be told.
        visible: Cells in it, None where they are not counted.
    """

    quality: ImageQuality
    drift_um_s: float | None = None
    visible: int | None = None

    @property
    def light(self) -> str:
        """What is wrong with the light in a word; empty where nothing is."""
        if self.quality.saturated_share > MOST_SATURATED:
            return "too bright"
        if self.quality.mean_exposure < LEAST_EXPOSURE:
            return "too dark"
        return "uneven" if self.quality.unevenness > MOST_UNEVENNESS else ""

    @property
    def in_focus(self) -> bool:
        """Whether what is there is sharp; a picture without anything to see is not judged."""
        return self.quality.focus == 0 or self.quality.focus >= LEAST_FOCUS


def advice(picture: Picture, max_drift_um_s: float) -> str:
    """Return what to do about the worst fault of a picture, in one line; empty where it is well.

    Args:
        picture: The picture.
        max_drift_um_s: A field that drifts faster is recorded again.
    """
    if picture.light in ("too bright", "too dark"):
        return f"the picture is {picture.light}: set the exposure or the lamp"
    if not picture.in_focus:
        return "out of focus: turn the knob until the focus is largest"
    if picture.drift_um_s is not None and picture.drift_um_s > max_drift_um_s:
        speed = f"{picture.drift_um_s:.0f} µm/s"
        return f"drifts at {speed} and will be repeated: wait, or make a new preparation"
    if picture.light:
        return "the light is uneven: centre the lamp and the condenser"
    return ""
