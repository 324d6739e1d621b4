"""A stand-in for ids-peak and one camera behind it, under the real library's names.

`test_ids` holds every name in it against the installed library.
"""

# ruff: noqa: N802 - the names are the library's

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.acquisition.recordings import picture


class PeakError(Exception):
    pass


class TimeoutException(PeakError):  # noqa: N818
    pass


class NotFoundException(PeakError):  # noqa: N818
    pass


class BadAccessException(PeakError):  # noqa: N818
    pass


class Accessible:
    """What all nodes have."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def IsWriteable(self) -> bool:
        return True

    def IsReadable(self) -> bool:
        return True


class Valued(Accessible):
    """What all nodes with a value have."""

    def Value(self) -> Any:
        return self.value

    def SetValue(self, value: Any) -> None:
        self.value = value


class BooleanNode(Valued):
    pass


class IntegerNode(Valued):
    def __init__(self, value: int, low: int, high: int, step: int = 1) -> None:
        super().__init__(value)
        self.low, self.high, self.step = low, high, step

    def Minimum(self) -> Any:
        return self.low

    def Maximum(self) -> Any:
        return self.high

    def Increment(self) -> Any:
        return self.step

    def SetValue(self, value: Any) -> None:
        assert isinstance(value, int)
        assert self.low <= value <= self.high
        assert (value - self.low) % self.step == 0
        self.value = value


class FloatNode(Valued):
    def __init__(self, value: float, low: float, high: float, unit: str = "") -> None:
        super().__init__(value)
        self.low, self.high, self.unit = low, high, unit

    def Minimum(self) -> float:
        return self.low

    def Maximum(self) -> float:
        return self.high

    def HasConstantIncrement(self) -> bool:
        return False

    def Unit(self) -> str:
        return self.unit

    def SetValue(self, value: float) -> None:
        assert isinstance(value, float)
        assert self.low <= value <= self.high
        self.value = value


class EnumerationNode(Accessible):
    def __init__(self, value: str, *entries: str) -> None:
        super().__init__(value)
        self.entries = entries

    def AvailableSymbolicValues(self) -> Sequence[str]:
        return self.entries

    def SetCurrentEntry(self, entry: str) -> None:
        assert entry in self.entries
        self.value = entry


class CommandNode(Accessible):
    def __init__(self, does: Callable[[], None]) -> None:
        super().__init__(None)
        self.does = does

    def Execute(self) -> None:
        self.does()


@dataclass
class Buffer:
    pixels: NDArray[np.generic]
    frame_id: int
    ns: int
    incomplete: bool

    def IsIncomplete(self) -> bool:
        return self.incomplete

    def FrameID(self) -> int:
        return self.frame_id

    def Timestamp_ns(self) -> int:
        return self.ns


class Image:
    """The picture in a buffer's memory, which the next frame overwrites."""

    def __init__(self, buffer: Buffer) -> None:
        self.pixels = buffer.pixels

    def get_numpy_2D(self) -> NDArray[np.generic]:
        assert self.pixels.dtype == np.uint8
        return self.pixels

    def get_numpy_2D_16(self) -> NDArray[np.generic]:
        assert self.pixels.dtype == np.uint16
        return self.pixels


@dataclass
class FakeCamera:
    """What happens at the camera.

    Attributes:
        plugged: Whether it is connected.
        silent: Whether it sends nothing.
        spoilt: How many of the next frames arrive incomplete.
        skipped: How many of the next frames are lost on their way.
        has_clock: Whether its frames carry a time.
        busy: Whether another program has it.
        runtime: Whether the vendor's runtime is installed.
    """

    serial: str = "4108765432"
    plugged: bool = True
    silent: bool = False
    spoilt: int = 0
    skipped: int = 0
    has_clock: bool = True
    busy: bool = False
    runtime: bool = True
    running: bool = False
    frame: int = 0
    opened: int = 0
    nodes: dict[str, Any] = field(default_factory=dict)

    def start(self) -> None:
        self.running, self.frame = True, 0

    def stop(self) -> None:
        self.running = False


class NodeMap:
    def __init__(self, camera: FakeCamera) -> None:
        self.camera = camera
        camera.nodes = {
            "Width": IntegerNode(1936, 64, 1936, 8),
            "Height": IntegerNode(1216, 4, 1216, 2),
            "OffsetX": IntegerNode(0, 0, 1872, 8),
            "OffsetY": IntegerNode(0, 0, 1212, 2),
            "BinningHorizontal": IntegerNode(1, 1, 2),
            "BinningVertical": IntegerNode(1, 1, 2),
            "PixelFormat": EnumerationNode("Mono8", "Mono8", "Mono12"),
            "TriggerSelector": EnumerationNode("ExposureStart", "ExposureStart"),
            "TriggerMode": EnumerationNode("On", "On", "Off"),
            "AcquisitionMode": EnumerationNode("Continuous", "Continuous"),
            "GainSelector": EnumerationNode("DigitalAll", "AnalogAll", "DigitalAll"),
            "Gain": FloatNode(1.0, 1.0, 24.0),
            "ExposureTime": FloatNode(5_000.0, 28.0, 2e6, "us"),
            "AcquisitionFrameRate": FloatNode(20.0, 0.5, 160.0, "Hz"),
            "PayloadSize": IntegerNode(0, 0, 1 << 30),
            "TLParamsLocked": IntegerNode(0, 0, 1),
            "AcquisitionStart": CommandNode(camera.start),
            "AcquisitionStop": CommandNode(camera.stop),
        }

    def TryFindNode(self, name: str) -> Any:
        if not self.camera.plugged:
            raise BadAccessException("the port is closed")
        return self.camera.nodes.get(name)

    def FindNode(self, name: str) -> Any:
        found = self.TryFindNode(name)
        assert found is not None
        return found


class DataStream:
    def __init__(self, camera: FakeCamera) -> None:
        self.camera = camera
        self.queued = 0

    def NumBuffersAnnouncedMinRequired(self) -> int:
        return 3

    def AllocAndAnnounceBuffer(self, size: int) -> object:
        return object()

    def QueueBuffer(self, buffer: object) -> None:
        self.queued += 1

    def StartAcquisition(self) -> None:
        pass

    def StopAcquisition(self, mode: int) -> None:
        pass

    def FlushAndRevokeAllBuffers(self) -> None:
        self.queued = 0

    def WaitForFinishedBuffer(self, timeout_ms: int) -> Buffer:
        camera = self.camera
        assert self.queued > 0
        quiet = camera.silent or not camera.plugged or not camera.running
        if quiet or camera.nodes["TriggerMode"].value == "On":
            time.sleep(timeout_ms / 1000)
            raise TimeoutException("no buffer in time")
        self.queued -= 1
        camera.frame += camera.skipped
        camera.skipped = 0
        incomplete = camera.spoilt > 0
        camera.spoilt -= incomplete
        at, camera.frame = camera.frame, camera.frame + 1
        return Buffer(self._picture(at), at, self._ns(at), incomplete)

    def _ns(self, at: int) -> int:
        step_ns = 1e9 / self.camera.nodes["AcquisitionFrameRate"].value
        return 7_000_000_000 + round(at * step_ns) if self.camera.has_clock else 0

    def _picture(self, at: int) -> NDArray[np.generic]:
        nodes = self.camera.nodes
        pixels = picture(at, nodes["Width"].value, nodes["Height"].value)
        deep = nodes["PixelFormat"].value == "Mono12"
        return pixels.astype(np.uint16) << 4 if deep else pixels


class Opened:
    """An opened device with its remote device and its one stream."""

    def __init__(self, camera: FakeCamera) -> None:
        self.map, self.stream = NodeMap(camera), DataStream(camera)

    def RemoteDevice(self) -> "Opened":
        return self

    def NodeMaps(self) -> list[NodeMap]:
        return [self.map]

    def DataStreams(self) -> "list[Opened]":
        return [self]

    def OpenDataStream(self) -> DataStream:
        return self.stream


class DeviceDescriptor:
    def __init__(self, camera: FakeCamera) -> None:
        self.camera = camera

    def ModelName(self) -> str:
        return "U3-3060CP-M-GL"

    def SerialNumber(self) -> str:
        return self.camera.serial

    def Key(self) -> str:
        return f"key of {self.camera.serial}"

    def IsOpenable(self) -> bool:
        return not self.camera.busy

    def OpenDevice(self, access: int) -> Opened:
        self.camera.opened += 1
        return Opened(self.camera)


class DeviceManager:
    def __init__(self, camera: FakeCamera) -> None:
        self.camera = camera
        self.callbacks: list[Any] = []

    def Instance(self) -> "DeviceManager":
        return self

    def Update(self) -> None:
        if not self.camera.runtime:
            raise NotFoundException("GENICAM_GENTL64_PATH is not set")
        if not self.camera.plugged:
            for callback in self.callbacks:
                callback(f"key of {self.camera.serial}")

    def Devices(self) -> list[DeviceDescriptor]:
        return [DeviceDescriptor(self.camera)] if self.camera.plugged else []

    def DeviceLostCallback(self, call: Callable[[str], None]) -> Callable[[str], None]:
        return call

    def RegisterDeviceLostCallback(self, callback: Callable[[str], None]) -> object:
        self.callbacks.append(callback)
        return callback

    def UnregisterDeviceLostCallback(self, handle: Any) -> None:
        self.callbacks.remove(handle)


class Library:
    """Counts who needs it, as the real one does."""

    def __init__(self) -> None:
        self.users = 0

    def Initialize(self) -> None:
        self.users += 1

    def Close(self) -> None:
        assert self.users > 0
        self.users -= 1


class FakePeak:
    """The module ids_peak."""

    Exception = PeakError
    TimeoutException = TimeoutException
    NotFoundException = NotFoundException
    FloatNode = FloatNode
    IntegerNode = IntegerNode
    DeviceAccessType_Control = 3
    AcquisitionStopMode_Default = 0

    def __init__(self, camera: FakeCamera) -> None:
        self.Library = Library()
        self.DeviceManager = DeviceManager(camera)


class FakeExtension:
    """The module ids_peak_ipl_extension."""

    @staticmethod
    def BufferToImage(buffer: Buffer) -> Image:
        return Image(buffer)
