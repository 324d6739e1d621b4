"""Basler cameras through pypylon, and the emulated one that plays a folder of images."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from acquisition.camera import (
    CameraError,
    CameraInfo,
    CameraSettings,
    CameraSilentError,
    CameraVanishedError,
)
from acquisition.cameras.discovery import Discovery, sdk_import
from acquisition.cameras.genicam import (
    TICKS,
    Limits,
    first_number,
    free_run,
    take_over,
)
from acquisition.cameras.streaming import POLL_MS, Grabbed, buffers_for, frames_of
from acquisition.frame import Frame

NAME, LIBRARY = "basler", "pypylon"
EMULATED_SERIAL = "0815-0000"
EMULATION = "PYLON_CAMEMU"
_OPEN_TIMEOUT_MS = 2_000
_NO_ID = 2**64 - 1
_TICKS_HZ = 1_000_000_000


def discover() -> Discovery:
    """List the connected Basler cameras, emulated ones among them."""
    try:
        genicam, pylon = _sdk()
    except CameraError as error:
        return Discovery(NAME, LIBRARY, (), str(error))
    try:
        devices = pylon.TlFactory.GetInstance().EnumerateDevices()
    except genicam.GenericException as error:
        return Discovery(NAME, LIBRARY, (), f"pylon could not look for cameras: {_line(error)}")
    return Discovery(
        NAME,
        LIBRARY,
        tuple(
            CameraInfo("Basler", device.GetModelName(), device.GetSerialNumber(), has_clock=True)
            for device in devices
        ),
    )


class BaslerCamera:
    """A Basler camera; see `acquisition.camera.Camera`.

    Every frame is grabbed in order (OneByOne), so that only the camera itself can lose one; gaps
    in its own count and buffers that arrive damaged are losses.

    Args:
        serial: Serial number; by it the camera is found, and found again.
        pictures: Folder of images that pylon's emulated camera plays, in the order of their names
            and over again; None for a real camera.
    """

    def __init__(self, serial: str, pictures: Path | None = None) -> None:
        self._serial = serial
        self._pictures = pictures
        self._info = CameraInfo("Basler", "", serial, has_clock=True)
        self._settings = CameraSettings()
        self._device: Any = None
        self._ticks_hz = _TICKS_HZ
        self._stop = threading.Event()

    @property
    def info(self) -> CameraInfo:
        """Which camera this is."""
        return self._info

    def open(self) -> None:
        """Connect, and let the camera send one frame, which shows whether it has a clock.

        Raises:
            CameraError: If it is absent, used by another program, or sends nothing.
        """
        self.close()
        with self._told():
            device = _connected(self._serial)
            try:
                self._begin(device)
            except BaseException:
                device.Close()
                raise
            self._device = device

    def apply(self, settings: CameraSettings) -> CameraSettings:
        """Take over settings, each brought into the camera's range.

        Raises:
            CameraError: If the camera is not open, has vanished or refuses.
        """
        device = self._opened()
        with self._told():
            self._settings = take_over(_BaslerNodes(device), settings)
        return self._settings

    @contextmanager
    def frames(self) -> Iterator[Iterator[Frame]]:
        """Start the stream; leaving the context stops it.

        Raises:
            CameraError: If the camera is not open or cannot start.
        """
        device = self._opened()
        self._stop = stop = threading.Event()
        with self._told():
            device.MaxNumBuffer.Value = buffers_for(self._settings)
            device.StartGrabbing(_sdk()[1].GrabStrategy_OneByOne)
        try:
            yield frames_of(lambda: self._fetch(device), self._info, self._settings, stop)
        finally:
            stop.set()
            with suppress(_sdk()[0].GenericException):
                device.StopGrabbing()

    def close(self) -> None:
        """Let the camera go."""
        self._stop.set()
        device, self._device = self._device, None
        if device is not None:
            with suppress(_sdk()[0].GenericException):
                device.Close()
            with suppress(_sdk()[0].GenericException):
                device.DestroyDevice()

    def _begin(self, device: Any) -> None:  # noqa: ANN401 - pypylon has no types
        nodes = _BaslerNodes(device)
        free_run(nodes)
        if self._pictures is not None:
            nodes.choose("TestImageSelector", "Off")
            device.ImageFilename.Value = str(self._pictures)
            nodes.choose("ImageFileMode", "On")
        self._ticks_hz = int(first_number(nodes, TICKS) or _TICKS_HZ)
        with device.GrabOne(_OPEN_TIMEOUT_MS) as first:
            has_clock = first.TimeStamp != 0
        model = device.GetDeviceInfo().GetModelName()
        self._info = replace(self._info, model=model, has_clock=has_clock)
        self._settings = take_over(nodes, CameraSettings())

    def _opened(self) -> Any:  # noqa: ANN401
        if self._device is None:
            raise CameraError(f"camera {self._serial} is not open; open it first")
        return self._device

    def _fetch(self, device: Any) -> Grabbed | None:  # noqa: ANN401
        with self._told():
            result = device.RetrieveResult(POLL_MS, _sdk()[1].TimeoutHandling_Return)
            # An unplugged camera need not fail: the flag alone is sure.
            if device.IsCameraDeviceRemoved():
                raise self._vanished()
            if not result.IsValid():
                return None
            with result:
                return self._grabbed(result)

    def _grabbed(self, result: Any) -> Grabbed:  # noqa: ANN401
        if not result.GrabSucceeded():
            return Grabbed(None)
        frame_id = None if result.BlockID == _NO_ID else result.BlockID
        time_us = result.TimeStamp * 1_000_000 // self._ticks_hz
        return Grabbed(result.Array, frame_id, time_us)

    def _vanished(self) -> CameraVanishedError:
        self.close()
        return CameraVanishedError(f"camera {self._serial} was unplugged; plug it in again")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn pylon's errors into one line of ours."""
        genicam = _sdk()[0]
        try:
            yield
        except genicam.TimeoutException as error:
            raise CameraSilentError(
                f"camera {self._serial} sends nothing; check its cable and power"
            ) from error
        except genicam.GenericException as error:
            if self._device is not None and self._device.IsCameraDeviceRemoved():
                raise self._vanished() from error
            raise CameraError(f"camera {self._serial}: {_line(error)}") from error


def emulated_camera(pictures: Path) -> BaslerCamera:
    """Return pylon's emulated camera, which plays a folder of images."""
    os.environ.setdefault(EMULATION, "1")
    return BaslerCamera(EMULATED_SERIAL, pictures)


class _BaslerNodes:
    """A Basler camera's features; see `acquisition.cameras.genicam.Nodes`."""

    def __init__(self, device: Any) -> None:  # noqa: ANN401
        self._nodes = device.GetNodeMap()
        self._genicam = _sdk()[0]

    def limits(self, name: str) -> Limits | None:
        node = self._nodes.GetNode(name)
        if node is None or not self._genicam.IsWritable(node):
            return None
        try:
            return Limits(node.Min, node.Max, node.Inc)
        except self._genicam.GenericException:
            return Limits(node.Min, node.Max)

    def read(self, name: str) -> float | None:
        node = self._nodes.GetNode(name)
        readable = node is not None and self._genicam.IsReadable(node)
        return node.Value if readable else None

    def write(self, name: str, value: float) -> None:
        node = self._nodes.GetNode(name)
        whole = isinstance(node, self._genicam.IInteger)
        node.Value = round(value) if whole else float(value)

    def switch_on(self, name: str) -> None:
        node = self._nodes.GetNode(name)
        if node is not None and self._genicam.IsWritable(node):
            node.Value = True

    def choose(self, name: str, entry: str) -> bool:
        node = self._nodes.GetNode(name)
        if node is None or not self._genicam.IsWritable(node) or entry not in node.Symbolics:
            return False
        node.Value = entry
        return True


def _connected(serial: str) -> Any:  # noqa: ANN401
    """Open the device of a serial number."""
    _, pylon = _sdk()
    factory = pylon.TlFactory.GetInstance()
    there = [device for device in factory.EnumerateDevices() if device.GetSerialNumber() == serial]
    if not there:
        raise CameraError(
            f"no Basler camera {serial} is connected; plug it in, or see motiscope doctor"
        )
    if not factory.IsDeviceAccessible(there[0]):
        raise CameraError(f"camera {serial} is used by another program; close that and try again")
    device = pylon.InstantCamera(factory.CreateDevice(there[0]))
    device.Open()
    return device


def _sdk() -> tuple[Any, Any]:
    """Load the vendor's library: the modules genicam and pylon."""
    try:
        with sdk_import():
            from pypylon import genicam, pylon  # noqa: PLC0415 - loads the vendor's runtime
    except ImportError as error:
        raise CameraError(f"pypylon cannot be loaded: {error}; reinstall motiscope") from error
    return genicam, pylon


def _line(error: Exception) -> str:
    """Return what pylon says without the places in its sources."""
    return " ".join(str(error).split(" : ")[0].split())
