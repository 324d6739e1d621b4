"""Choosing a camera by driver and serial number."""

from pathlib import Path

from acquisition.camera import Camera, CameraError, CameraInfo
from acquisition.cameras import basler, ids
from acquisition.cameras.discovery import Discovery
from acquisition.file_name import with_home

EMULATED = "emulated"
DRIVERS = (basler.NAME, ids.NAME)
FORMS = "basler:SERIAL, ids:SERIAL or emulated:FOLDER"
"""How a camera is named; without a serial number the only one of its driver is meant."""

_PLAYED = (".bmp", ".tif", ".tiff")
_DRIVER_OF_VENDOR = {"Basler": basler.NAME, "IDS": ids.NAME}


def discover() -> tuple[Discovery, ...]:
    """Look for the cameras of every vendor; a missing driver is an answer, not an error."""
    return (basler.discover(), ids.discover())


def is_camera(name: str) -> bool:
    """Whether a text names a camera by its driver."""
    return name.partition(":")[0] in (*DRIVERS, EMULATED)


def choose_camera(name: str) -> Camera:
    """Return the camera that a text names, not yet opened.

    Args:
        name: As FORMS says.

    Raises:
        CameraError: If it names none, or names no serial number and there is not just one.
    """
    driver, _, which = name.partition(":")
    if driver == EMULATED:
        return _emulated(with_home(Path(which)))
    if driver == basler.NAME:
        return basler.BaslerCamera(which or _only(basler.discover()))
    if driver == ids.NAME:
        return ids.IdsCamera(which or _only(ids.discover()))
    raise CameraError(f"camera {name} is unknown; give {FORMS}")


def name_of(info: CameraInfo) -> str | None:
    """Return the name by which a camera is chosen again, None where it is no vendor's camera."""
    driver = _DRIVER_OF_VENDOR.get(info.vendor)
    return None if driver is None else f"{driver}:{info.serial}"


def _emulated(folder: Path) -> Camera:
    if not folder.is_dir():
        raise CameraError(f"{folder} is no folder; the emulated camera plays a folder of images")
    if not any(one.suffix.lower() in _PLAYED for one in folder.iterdir()):
        raise CameraError(f"{folder} holds no picture; the emulated camera plays TIFF and BMP")
    return basler.emulated_camera(folder)


def _only(found: Discovery) -> str:
    if found.problem:
        raise CameraError(found.problem)
    serials = [camera.serial for camera in found.cameras]
    if len(serials) == 1:
        return serials[0]
    if not serials:
        raise CameraError(f"no {found.driver} camera is connected; plug it in")
    names = ", ".join(f"{found.driver}:{serial}" for serial in serials)
    raise CameraError(f"there are several {found.driver} cameras; give one of {names}")
