"""Basler cameras through pypylon: what is connected."""

from acquisition.camera import CameraInfo
from acquisition.cameras.discovery import Discovery, sdk_import

DRIVER = "basler (pypylon)"


def discover() -> Discovery:
    """List the connected Basler cameras, emulated ones among them."""
    try:
        with sdk_import():
            from pypylon import genicam, pylon  # noqa: PLC0415 - loads the vendor's runtime
    except ImportError as error:
        return Discovery(DRIVER, (), f"pypylon cannot be loaded: {error}; reinstall motiscope")
    try:
        devices = pylon.TlFactory.GetInstance().EnumerateDevices()
    except genicam.GenericException as error:
        return Discovery(DRIVER, (), f"pylon could not look for cameras: {error}")
    return Discovery(
        DRIVER,
        tuple(
            CameraInfo("Basler", device.GetModelName(), device.GetSerialNumber(), has_clock=True)
            for device in devices
        ),
    )
