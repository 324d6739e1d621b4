"""Heated stages without hardware: an Okolab on a pseudo-terminal, and pymodbus' own devices."""

import asyncio
import os
import pty
import select
import socket
import threading
import time
import tty
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

ROOM_C = 22.0
TIME_CONSTANT_S = 0.05


class Plate:
    """A small plate that warms within moments; with `silent` its controller says nothing."""

    def __init__(self) -> None:
        self.silent = False
        self.target_c: float | None = None
        self._start_c, self._since_s = ROOM_C, time.monotonic()

    @property
    def temperature_c(self) -> float:
        if self.target_c is None:
            return ROOM_C
        gap = (self._start_c - self.target_c) * 2.718 ** (-self._passed_s / TIME_CONSTANT_S)
        return self.target_c + gap

    @property
    def _passed_s(self) -> float:
        return time.monotonic() - self._since_s

    def aim(self, target_c: float) -> None:
        self._start_c, self._since_s = self.temperature_c, time.monotonic()
        self.target_c = target_c


class Terminal:
    """One end of a pseudo-terminal, whose other end has a name that a driver opens."""

    def __init__(self) -> None:
        self.end, self._other = pty.openpty()
        tty.setraw(self._other)
        self.port = os.ttyname(self._other)

    def unplug(self) -> None:
        for descriptor in (self._other, self.end):
            with suppress(OSError):
                os.close(descriptor)


class Loop:
    """Calls something again and again in a thread until the context is left."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        with suppress(OSError, ValueError):
            while not self._over.is_set():
                self._work()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(5)


def bytes_of(descriptor: int) -> bytes:
    """Return what has come, nothing after a moment."""
    ready, _, _ = select.select([descriptor], [], [], 0.02)
    return os.read(descriptor, 1024) if ready else b""


class OkolabEmulator(Plate):
    """An H401-T as its protocol describes it: three digits ask, three digits and a value answer."""

    def __init__(self) -> None:
        super().__init__()
        self.terminal = Terminal()
        self.answers: dict[str, str] = {}
        self._asked = b""
        self.loop = Loop(self._serve)

    def _serve(self) -> None:
        self._asked += bytes_of(self.terminal.end)
        while b"\r" in self._asked:
            line, self._asked = self._asked.split(b"\r", 1)
            if not self.silent:
                os.write(self.terminal.end, (self._answer(line.decode()) + "\r").encode())

    def _answer(self, line: str) -> str:
        command, value = line[:3], line[3:]
        if command in self.answers:
            return self.answers[command]
        if command == "017":
            return "017H401-T"
        if command in ("001", "037"):
            return f"{command}{self.temperature_c:.2f}"
        if command in ("008", "063"):
            self.aim(float(value))
            return f"{command}OK"
        return "E01"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the emulated controller keeps its values."""

    measured: int = 1
    target: int = 2
    per_c: float = 10.0
    unit: int = 1


class ModbusEmulator(Plate):
    """pymodbus' simulated device behind its own server, over TCP or a linked pseudo-terminal."""

    def __init__(self, layout: Layout | None = None, *, serial: bool = False) -> None:
        super().__init__()
        self._layout = layout or Layout()
        self.port = _free_port()
        self.refuses = False
        self._ends = (Terminal(), Terminal()) if serial else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def serial_port(self) -> str:
        assert self._ends is not None
        return self._ends[1].port

    def unplug(self) -> None:
        """Take the controller away."""
        if self._ends is not None:
            self._ends[1].unplug()
        self._call(self._server.shutdown())

    def __enter__(self) -> Self:
        self._thread.start()
        self._pump = Loop(self._carry)
        if self._ends is not None:
            self._pump.__enter__()
        self._call(self._serve())
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):
            self._call(self._server.shutdown())
        if self._ends is not None:
            self._pump.__exit__()
            for end in self._ends:
                end.unplug()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _serve(self) -> None:
        layout = self._layout
        registers = [SimData(0, count=20_000, values=0, datatype=DataType.REGISTERS)]
        device = SimDevice(layout.unit, registers, action=self._act)
        self._server: Any = (
            ModbusTcpServer(device, address=("127.0.0.1", self.port))
            if self._ends is None
            else ModbusSerialServer(
                device, framer=FramerType.RTU, port=self._ends[0].port, baudrate=9600
            )
        )
        await self._server.serve_forever(background=True)

    async def _act(
        self,
        function: int,
        start: int,
        address: int,
        count: int,
        current: list[int],
        set_values: list[int] | list[bool] | None,
    ) -> Any:
        del function, count
        if self.silent:
            await asyncio.sleep(3)
        if self.refuses:
            return ExcCodes.ILLEGAL_ADDRESS
        if set_values is not None and address == self._layout.target:
            self.aim(set_values[0] / self._layout.per_c)
        current[self._layout.measured - start] = (
            round(self.temperature_c * self._layout.per_c) & 0xFFFF
        )
        return None

    def _call(self, coroutine: Any) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def _carry(self) -> None:
        assert self._ends is not None
        one, other = (end.end for end in self._ends)
        for source, sink in ((one, other), (other, one)):
            if data := bytes_of(source):
                os.write(sink, data)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
