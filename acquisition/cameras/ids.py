"""IDS cameras through ids-peak: what is connected."""

from acquisition.camera import CameraInfo
from acquisition.cameras.discovery import Discovery, sdk_import

DRIVER = "ids (ids-peak)"


def discover() -> Discovery:
    """List the connected IDS cameras; without the vendor's runtime, say what to install."""
    try:
        with sdk_import():
            from ids_peak import ids_peak  # noqa: PLC0415 - loads the vendor's library
    except ImportError as error:
        return Discovery(DRIVER, (), f"ids-peak cannot be loaded: {error}; reinstall motiscope")
    ids_peak.Library.Initialize()
    try:
        manager = ids_peak.DeviceManager.Instance()
        manager.Update()
        cameras = tuple(
            CameraInfo("IDS", device.ModelName(), device.SerialNumber(), has_clock=True)
            for device in manager.Devices()
        )
    except ids_peak.NotFoundException:
        return Discovery(
            DRIVER, (), "the IDS runtime is not installed: install IDS peak from the vendor"
        )
    except ids_peak.Exception as error:
        return Discovery(DRIVER, (), f"IDS peak could not look for cameras: {error}")
    finally:
        ids_peak.Library.Close()
    return Discovery(DRIVER, cameras)
