"""Exposure and gain found from the picture: as much light as the brightest heads allow."""

import math
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from acquisition.camera import Camera, CameraError, CameraSettings

# Heads shine in phase contrast; few pixels may be brighter than this.
BRIGHT_GREY = 230.0
BRIGHT_PERCENTILE = 99.9
# The background needs room above it for what is brighter.
BACKGROUND_GREY = 150.0
# A head at 150 µm/s moves by 0.6 µm meanwhile, an eighth of its length; more light comes from gain.
LONGEST_US = 4_000.0
MOST_GAIN_DB = 24.0
# Closer than this to the light that was aimed at is good enough.
TOLERANCE = 0.08
SATURATED_GREY = 255
# A saturated picture does not tell by how much it is too bright.
_WHEN_SATURATED = 0.4
_ROUNDS = 8
# The first frames may still have been exposed as before.
_FRAMES_PASSED = 2


class ExposureError(Exception):
    """No exposure makes the picture right; one line says what to do. The camera is well."""


def light_factor(grey: NDArray[np.uint8]) -> float:
    """Return by how much the light of a picture, shape (height, width), should change."""
    bright = float(np.percentile(grey, BRIGHT_PERCENTILE))
    background = float(np.median(grey))
    if bright >= SATURATED_GREY or background >= SATURATED_GREY:
        return _WHEN_SATURATED
    return min(BRIGHT_GREY / max(bright, 1.0), BACKGROUND_GREY / max(background, 1.0))


def relit(settings: CameraSettings, factor: float) -> CameraSettings:
    """Return settings with so much times the light: by exposure first, by gain beyond its limit.

    Args:
        settings: As they are.
        factor: Of the light.
    """
    light_us = settings.exposure_us * 10 ** (settings.gain_db / 20) * factor
    exposure_us = min(light_us, LONGEST_US, 1e6 / settings.frame_rate_hz)
    gain_db = 20 * math.log10(light_us / exposure_us)
    return replace(settings, exposure_us=exposure_us, gain_db=min(gain_db, MOST_GAIN_DB))


def expose(camera: Camera, settings: CameraSettings) -> CameraSettings:
    """Try exposures on an open camera that does not stream, and return the settings it accepted.

    Args:
        camera: The camera.
        settings: As they are now.

    Raises:
        CameraError: If the camera fails or sends nothing.
        ExposureError: If no exposure makes the picture right.
    """
    accepted = camera.apply(settings)
    for _ in range(_ROUNDS):
        factor = light_factor(_picture(camera))
        if abs(math.log(factor)) <= TOLERANCE:
            return accepted
        before, accepted = accepted, camera.apply(relit(accepted, factor))
        if (accepted.exposure_us, accepted.gain_db) == (before.exposure_us, before.gain_db):
            word = "dark" if factor > 1 else "bright"
            raise ExposureError(
                f"the picture is too {word} whatever the exposure: set the lamp and the condenser"
            )
    raise ExposureError("no exposure makes the picture steady: does the lamp flicker?")


def _picture(camera: Camera) -> NDArray[np.uint8]:
    with camera.frames() as stream:
        frame = next(islice(stream, _FRAMES_PASSED, None), None)
    if frame is None:
        raise CameraError(f"{camera.info.model} sent no frame; check the camera")
    return frame.pixels
