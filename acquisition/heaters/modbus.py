"""A heated stage behind a temperature controller that speaks Modbus, over TCP or a serial line.

Controllers keep their values in different registers; the controller's manual lists them. The
defaults are those of a common layout: the measured value in holding register 1 and the set point
in register 2, in tenths of a degree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from acquisition.heater import DEFAULT_TOLERANCE_C, HeaterError, check_target, is_near

ANSWER_S = 1.0
LOWEST_C = 4.0
_CHECK = "check its cable, address and power"
# Further off than any stage can be, a value comes from the wrong register or has another scale.
_PLAUSIBLE_C = (-40.0, 150.0)

Parity = Literal["N", "E", "O"]


@dataclass(frozen=True, slots=True)
class ModbusRegisters:
    """Where a controller keeps its values; addresses count from 0, as on the wire.

    Attributes:
        measured: Register of the measured temperature.
        target: Register of the set point.
        measured_is_input: Whether the measured temperature is an input register (function 4);
            else it is a holding register (function 3).
        c_per_count: °C of one count, 0.1 where 370 means 37.0 °C.
    """

    measured: int = 1
    target: int = 2
    measured_is_input: bool = False
    c_per_count: float = 0.1


@dataclass(frozen=True, slots=True)
class TcpLine:
    """A controller in the network."""

    host: str
    port: int = 502

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class SerialLine:
    """A controller on a serial port, such as COM3 or /dev/ttyUSB0, speaking RTU."""

    port: str
    baud: int = 9600
    parity: Parity = "N"
    stop_bits: int = 1

    def __str__(self) -> str:
        return self.port


@dataclass(frozen=True, slots=True)
class ModbusSettings:
    """Which controller.

    Attributes:
        line: Where it is connected.
        unit: Its address on that line, 1 to 247.
        registers: Where it keeps its values.
    """

    line: TcpLine | SerialLine
    unit: int = 1
    registers: ModbusRegisters = ModbusRegisters()


class ModbusHeater:
    """A heated stage; see `acquisition.heater.Heater`. It is read once when it is made.

    After a failure the line is opened anew at the next question, so that a controller that was
    plugged in again is found.

    Raises:
        HeaterError: If pymodbus is missing, or no controller answers.
    """

    def __init__(self, settings: ModbusSettings) -> None:
        self._settings = settings
        self._package = _package()
        self._client = self._new_client()
        self._target_c: float | None = None
        try:
            self.temperature_c()
        except HeaterError:
            self.close()
            raise

    def temperature_c(self) -> float:
        """Measured temperature of the stage in °C.

        Raises:
            HeaterError: If the controller does not answer, or with what is no temperature.
        """
        registers = self._settings.registers
        client = self._client
        read = (
            client.read_input_registers
            if registers.measured_is_input
            else client.read_holding_registers
        )
        answer = self._ask(lambda: read(registers.measured, count=1, device_id=self._settings.unit))
        return self._plausible(_signed(answer.registers[0]) * registers.c_per_count)

    def set_target_c(self, target_c: float) -> None:
        """Ask for a temperature in °C.

        Raises:
            HeaterError: If the controller does not answer or refuses, or it is out of range.
        """
        check_target(target_c, LOWEST_C)
        registers = self._settings.registers
        counts = round(target_c / registers.c_per_count)
        self._ask(
            lambda: self._client.write_register(
                registers.target, counts, device_id=self._settings.unit
            )
        )
        self._target_c = target_c

    def settled(self, tolerance_c: float = DEFAULT_TOLERANCE_C) -> bool:
        """Whether the measured temperature is within the tolerance of the target.

        Raises:
            HeaterError: If the controller does not answer.
        """
        return is_near(self.temperature_c(), self._target_c, tolerance_c)

    def close(self) -> None:
        """Let the line go; the controller goes on heating."""
        self._client.close()

    def _ask(self, question: Callable[[], Any]) -> Any:  # noqa: ANN401 - pymodbus' own answers
        """Open the line where it is not open, and return the answer to one question."""
        where = f"the heater at {self._settings.line}, unit {self._settings.unit},"
        try:
            if not self._client.connected and not self._client.connect():
                raise HeaterError(f"{where} cannot be reached; {_CHECK}")
            answer = question()
        except (self._package.ModbusException, OSError) as error:
            self._client.close()
            raise HeaterError(f"{where} does not answer; {_CHECK}") from error
        if answer.isError():
            raise HeaterError(
                f"{where} refused (Modbus exception {answer.exception_code}); "
                "check the registers in the settings against its manual"
            )
        return answer

    def _plausible(self, measured_c: float) -> float:
        if not _PLAUSIBLE_C[0] <= measured_c <= _PLAUSIBLE_C[1]:
            raise HeaterError(
                f"register {self._settings.registers.measured} of the heater at "
                f"{self._settings.line} reads {measured_c:g} °C; check register and scale, and "
                "that its sensor is connected"
            )
        return measured_c

    def _new_client(self) -> Any:  # noqa: ANN401 - the package is loaded when it is used
        line = self._settings.line
        if isinstance(line, TcpLine):
            return self._package.TcpClient(line.host, port=line.port, timeout=ANSWER_S, retries=0)
        return self._package.SerialClient(
            line.port,
            baudrate=line.baud,
            parity=line.parity,
            stopbits=line.stop_bits,
            timeout=ANSWER_S,
            retries=0,
        )


@dataclass(frozen=True, slots=True)
class _Package:
    """What is used of pymodbus."""

    TcpClient: Any
    SerialClient: Any
    ModbusException: type[Exception]


def missing_library() -> str | None:
    """Return what to install before such a heater can be used, None where nothing is missing."""
    try:
        _package()
    except HeaterError as error:
        return str(error)
    return None


def _package() -> _Package:
    try:
        import serial  # noqa: F401, PLC0415 - pymodbus fails late without it
        from pymodbus import ModbusException  # noqa: PLC0415
        from pymodbus.client import ModbusSerialClient, ModbusTcpClient  # noqa: PLC0415
    except ImportError as error:
        raise HeaterError(
            "pymodbus is not installed; install it with: uv sync --extra modbus"
        ) from error
    return _Package(ModbusTcpClient, ModbusSerialClient, ModbusException)


def _signed(register: int) -> int:
    """Return the 16 bits of a register as a signed number, for stages below 0 °C."""
    return register - 0x10000 if register >= 0x8000 else register
