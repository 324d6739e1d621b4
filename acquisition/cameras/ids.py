"""IDS cameras through ids-peak; it needs the vendor's runtime beside it.

Not yet run on a device: the tests drive it against a stand-in for the library, and hold every name
it uses against the real one.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from acquisition.camera import (
    CameraError,
    CameraInfo,
    CameraSettings,
    CameraSilentError,
    CameraVanishedError,
)
from acquisition.cameras.discovery import Discovery, sdk_import
from acquisition.cameras.genicam import Limits, free_run, take_over
from acquisition.cameras.streaming import POLL_MS, Fetch, Grabbed, buffers_for, frames_of
from acquisition.frame import Frame

NAME, LIBRARY = "ids", "ids-peak"
NO_RUNTIME = "the IDS runtime is not installed: install IDS peak from the vendor"
_OPEN_TRIES = 20
# After so many empty waits in a row the library is asked whether the camera is still there.
_LOOK_AFTER = 5


def discover() -> Discovery:
    """List the connected IDS cameras; without the vendor's runtime, say what to install."""
    try:
        peak, _ = _sdk()
    except CameraError as error:
        return Discovery(NAME, LIBRARY, (), str(error))
    peak.Library.Initialize()
    try:
        cameras = tuple(
            CameraInfo("IDS", device.ModelName(), device.SerialNumber(), has_clock=True)
            for device in _devices(peak)
        )
    except CameraError as error:
        return Discovery(NAME, LIBRARY, (), str(error))
    except peak.Exception as error:
        problem = f"IDS peak could not look for cameras: {_line(error)}"
        return Discovery(NAME, LIBRARY, (), problem)
    finally:
        peak.Library.Close()
    return Discovery(NAME, LIBRARY, cameras)


class IdsCamera:
    """An IDS camera; see `acquisition.camera.Camera`.

    Gaps in the camera's own count and incomplete buffers are losses.

    Args:
        serial: Serial number; by it the camera is found, and found again.
    """

    def __init__(self, serial: str) -> None:
        self._serial = serial
        self._info = CameraInfo("IDS", "", serial, has_clock=True)
        self._settings = CameraSettings()
        self._initialized = False
        self._device: Any = None
        self._lost_handle: Any = None
        self._lost = threading.Event()
        self._empty_waits = 0
        self._stop = threading.Event()

    @property
    def info(self) -> CameraInfo:
        """Which camera this is."""
        return self._info

    def open(self) -> None:
        """Connect, and let the camera send one frame, which shows whether it has a clock.

        Raises:
            CameraError: If it or the vendor's runtime is absent, it is used by another program, or
                it sends nothing.
        """
        self.close()
        peak, _ = _sdk()
        peak.Library.Initialize()
        self._initialized = True
        try:
            with self._told():
                self._connect(peak)
            self.apply(CameraSettings())
            self._look_for_a_clock()
        except BaseException:
            self.close()
            raise

    def apply(self, settings: CameraSettings) -> CameraSettings:
        """Take over settings, each brought into the camera's range.

        Raises:
            CameraError: If the camera is not open, has vanished or refuses.
        """
        device = self._opened()
        with self._told():
            self._settings = take_over(_IdsNodes(device), settings)
        return self._settings

    @contextmanager
    def frames(self) -> Iterator[Iterator[Frame]]:
        """Start the stream; leaving the context stops it.

        Raises:
            CameraError: If the camera is not open or cannot start.
        """
        self._stop = stop = threading.Event()
        with self._running() as fetch:
            try:
                yield frames_of(fetch, self._info, self._settings, stop)
            finally:
                stop.set()

    def close(self) -> None:
        """Let the camera go."""
        self._stop.set()
        if not self._initialized:
            return
        peak, _ = _sdk()
        self._initialized = False
        handle, self._device, self._lost_handle = self._lost_handle, None, None
        with suppress(peak.Exception):
            if handle is not None:
                peak.DeviceManager.Instance().UnregisterDeviceLostCallback(handle)
        # Letting go of the device closes it; the library counts who still needs it.
        peak.Library.Close()

    def _connect(self, peak: Any) -> None:  # noqa: ANN401 - ids-peak's types are its strings
        there = [each for each in _devices(peak) if each.SerialNumber() == self._serial]
        if not there:
            raise CameraError(
                f"no IDS camera {self._serial} is connected; plug it in, or see motiscope doctor"
            )
        if not there[0].IsOpenable():
            raise CameraError(
                f"camera {self._serial} is used by another program; close that and try again"
            )
        key, manager = there[0].Key(), peak.DeviceManager.Instance()
        self._device = there[0].OpenDevice(peak.DeviceAccessType_Control)
        self._lost.clear()

        def lost(gone: str) -> None:
            if gone == key:
                self._lost.set()

        # The callback lives as long as this object is kept.
        self._callback = manager.DeviceLostCallback(lost)
        self._lost_handle = manager.RegisterDeviceLostCallback(self._callback)
        nodes = _IdsNodes(self._device)
        free_run(nodes)
        nodes.choose("GainSelector", "AnalogAll")
        self._info = replace(self._info, model=there[0].ModelName())

    def _look_for_a_clock(self) -> None:
        with self._running() as fetch:
            tries = (fetch() for _ in range(_OPEN_TRIES))
            first = next((each for each in tries if each and each.pixels is not None), None)
        if first is None:
            raise CameraSilentError(
                f"camera {self._serial} sends nothing; check its cable and power"
            )
        self._info = replace(self._info, has_clock=bool(first.time_us))

    def _opened(self) -> Any:  # noqa: ANN401
        if self._device is None:
            raise CameraError(f"camera {self._serial} is not open; open it first")
        return self._device

    @contextmanager
    def _running(self) -> Iterator[Fetch]:
        """Let the camera run, and yield what waits for its buffers."""
        peak, _ = _sdk()
        device = self._opened()
        with self._told():
            nodes = device.RemoteDevice().NodeMaps()[0]
            stream = device.DataStreams()[0].OpenDataStream()
            size = nodes.FindNode("PayloadSize").Value()
            needed = stream.NumBuffersAnnouncedMinRequired()
            for _ in range(max(buffers_for(self._settings), needed)):
                stream.QueueBuffer(stream.AllocAndAnnounceBuffer(size))
            nodes.FindNode("TLParamsLocked").SetValue(1)
            stream.StartAcquisition()
            nodes.FindNode("AcquisitionStart").Execute()
        try:
            yield lambda: self._fetch(stream)
        finally:
            # Each step is tried: a camera that is gone refuses some.
            for step in (
                lambda: nodes.FindNode("AcquisitionStop").Execute(),
                lambda: stream.StopAcquisition(peak.AcquisitionStopMode_Default),
                stream.FlushAndRevokeAllBuffers,
                lambda: nodes.FindNode("TLParamsLocked").SetValue(0),
            ):
                with suppress(peak.Exception):
                    step()

    def _fetch(self, stream: Any) -> Grabbed | None:  # noqa: ANN401
        peak, _ = _sdk()
        with self._told():
            try:
                buffer = stream.WaitForFinishedBuffer(POLL_MS)
            except peak.TimeoutException:
                buffer = None
                self._look_whether_it_is_there(peak)
            if self._lost.is_set():
                raise self._vanished()
            if buffer is None:
                return None
            self._empty_waits = 0
            grabbed = self._grabbed(buffer)
            stream.QueueBuffer(buffer)
            return grabbed

    def _grabbed(self, buffer: Any) -> Grabbed:  # noqa: ANN401
        if buffer.IsIncomplete():
            return Grabbed(None)
        _, extension = _sdk()
        pixels = grey_values(extension.BufferToImage(buffer), self._settings.bits)
        return Grabbed(pixels, buffer.FrameID(), buffer.Timestamp_ns() // 1000)

    def _look_whether_it_is_there(self, peak: Any) -> None:  # noqa: ANN401
        """Let the library look for its devices: only then it tells of one that was lost."""
        self._empty_waits += 1
        if self._empty_waits % _LOOK_AFTER == 0:
            peak.DeviceManager.Instance().Update()

    def _vanished(self) -> CameraVanishedError:
        self.close()
        return CameraVanishedError(f"camera {self._serial} was unplugged; plug it in again")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the library's errors into one line of ours."""
        peak, _ = _sdk()
        try:
            yield
        except peak.Exception as error:
            if self._lost.is_set():
                raise self._vanished() from error
            raise CameraError(f"camera {self._serial}: {_line(error)}") from error


def grey_values(image: Any, bits: int) -> NDArray[np.uint8] | NDArray[np.uint16]:  # noqa: ANN401
    """Return a copy of an IDS image, (height, width), uint8 or 12 bits in uint16.

    The image lives in the camera's buffer, which is filled again.
    """
    if bits > 8:
        return np.array(image.get_numpy_2D_16(), np.uint16)
    return np.array(image.get_numpy_2D(), np.uint8)


class _IdsNodes:
    """An IDS camera's features; see `acquisition.cameras.genicam.Nodes`.

    IDS gives its gain as a factor; here it is in dB.
    """

    def __init__(self, device: Any) -> None:  # noqa: ANN401
        self._peak, _ = _sdk()
        self._nodes = device.RemoteDevice().NodeMaps()[0]

    def limits(self, name: str) -> Limits | None:
        node = self._nodes.TryFindNode(name)
        if node is None or not node.IsWriteable():
            return None
        low, high = node.Minimum(), node.Maximum()
        if self._is_factor(name, node):
            return Limits(_db(low), _db(high))
        if isinstance(node, self._peak.FloatNode) and not node.HasConstantIncrement():
            return Limits(low, high)
        return Limits(low, high, node.Increment())

    def read(self, name: str) -> float | None:
        node = self._nodes.TryFindNode(name)
        if node is None or not node.IsReadable():
            return None
        value: float = node.Value()
        return _db(value) if self._is_factor(name, node) else value

    def write(self, name: str, value: float) -> None:
        node = self._nodes.TryFindNode(name)
        if self._is_factor(name, node):
            factor = min(max(10 ** (value / 20), node.Minimum()), node.Maximum())
            node.SetValue(factor)
        elif isinstance(node, self._peak.IntegerNode):
            node.SetValue(round(value))
        else:
            node.SetValue(float(value))

    def switch_on(self, name: str) -> None:
        node = self._nodes.TryFindNode(name)
        if node is not None and node.IsWriteable():
            node.SetValue(True)

    def choose(self, name: str, entry: str) -> bool:
        node = self._nodes.TryFindNode(name)
        if node is None or not node.IsWriteable() or entry not in node.AvailableSymbolicValues():
            return False
        node.SetCurrentEntry(entry)
        return True

    def _is_factor(self, name: str, node: Any) -> bool:  # noqa: ANN401
        return name == "Gain" and node.Unit() != "dB"


def _db(factor: float) -> float:
    return 20 * math.log10(factor) if factor > 0 else 0.0


def _devices(peak: Any) -> Any:  # noqa: ANN401
    """Look for devices.

    Raises:
        CameraError: If the vendor's runtime is not there.
    """
    manager = peak.DeviceManager.Instance()
    try:
        manager.Update()
    except peak.NotFoundException as error:
        raise CameraError(NO_RUNTIME) from error
    return manager.Devices()


def _sdk() -> tuple[Any, Any]:
    """Load the vendor's library and its bridge to images."""
    try:
        with sdk_import():
            from ids_peak import ids_peak, ids_peak_ipl_extension  # noqa: PLC0415 - loads it
    except ImportError as error:
        raise CameraError(f"ids-peak cannot be loaded: {error}; reinstall motiscope") from error
    return ids_peak, ids_peak_ipl_extension


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
