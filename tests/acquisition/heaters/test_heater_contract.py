"""What every heated stage must do, whoever made it.

Another heater joins the suite by one line in HEATERS: a name and a context that gives the heater,
cold, with a switch that makes its device silent.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest

from acquisition.heater import Heater, HeaterError
from acquisition.heaters.modbus import (
    ModbusHeater,
    ModbusRegisters,
    ModbusSettings,
    SerialLine,
    TcpLine,
)
from acquisition.heaters.okolab import OkolabHeater, OkolabSettings
from acquisition.heaters.simulated import HeaterFaults, SimulatedHeater
from acquisition.specimen.bench import SimulatedMicroscope
from tests.acquisition.heaters.emulated import Layout, ModbusEmulator, OkolabEmulator, Plate


@dataclass(frozen=True, slots=True)
class Bench:
    """A heater and what silences its device or lets it speak."""

    heater: Heater
    silence: Callable[[bool], None]


def _silencing(plate: Plate) -> Callable[[bool], None]:
    def silence(silent: bool) -> None:
        plate.silent = silent

    return silence


@contextmanager
def simulated() -> Iterator[Bench]:
    heater = SimulatedHeater(SimulatedMicroscope())

    def silence(silent: bool) -> None:
        heater._faults = HeaterFaults(silent=silent)

    yield Bench(heater, silence)


@contextmanager
def okolab(channel: int) -> Iterator[Bench]:
    device = OkolabEmulator()
    with device.loop:
        yield Bench(OkolabHeater(OkolabSettings(device.terminal.port, channel)), _silencing(device))
    device.terminal.unplug()


@contextmanager
def modbus_tcp() -> Iterator[Bench]:
    with ModbusEmulator() as device:
        settings = ModbusSettings(TcpLine("127.0.0.1", device.port))
        yield Bench(ModbusHeater(settings), _silencing(device))


@contextmanager
def modbus_with_other_registers() -> Iterator[Bench]:
    with ModbusEmulator(Layout(measured=0x100, target=0x103, per_c=100.0, unit=17)) as device:
        registers = ModbusRegisters(0x100, 0x103, measured_is_input=True, c_per_count=0.01)
        settings = ModbusSettings(TcpLine("127.0.0.1", device.port), 17, registers)
        yield Bench(ModbusHeater(settings), _silencing(device))


@contextmanager
def modbus_rtu() -> Iterator[Bench]:
    with ModbusEmulator(serial=True) as device:
        settings = ModbusSettings(SerialLine(device.serial_port))
        yield Bench(ModbusHeater(settings), _silencing(device))


HEATERS: dict[str, Callable[[], AbstractContextManager[Bench]]] = {
    "simulated": simulated,
    "okolab": lambda: okolab(1),
    "okolab, second plate": lambda: okolab(2),
    "modbus tcp": modbus_tcp,
    "modbus tcp, other registers": modbus_with_other_registers,
    "modbus rtu": modbus_rtu,
}


@pytest.fixture(params=HEATERS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with HEATERS[request.param]() as made:
        yield made
        made.heater.close()


def warm(heater: Heater) -> None:
    until = time.monotonic() + 20
    while not heater.settled():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_it_is_cold_and_not_settled_before_it_is_told(bench: Bench) -> None:
    assert bench.heater.temperature_c() == pytest.approx(22.0, abs=0.5)
    assert not bench.heater.settled()


def test_it_reaches_body_temperature_and_is_then_settled(bench: Bench) -> None:
    bench.heater.set_target_c(37.0)
    warm(bench.heater)
    assert bench.heater.temperature_c() == pytest.approx(37.0, abs=0.5)
    bench.heater.set_target_c(30.0)
    assert not bench.heater.settled()


def test_settled_asks_no_more_than_its_tolerance(bench: Bench) -> None:
    bench.heater.set_target_c(37.0)
    warm(bench.heater)
    bench.heater.set_target_c(36.0)
    assert bench.heater.settled(tolerance_c=2.0)


@pytest.mark.parametrize("target_c", [-5.0, 45.5, 90.0, float("nan")])
def test_it_refuses_to_boil_or_freeze_the_sample(bench: Bench, target_c: float) -> None:
    with pytest.raises(HeaterError, match="out of the heater's range"):
        bench.heater.set_target_c(target_c)


def test_silence_is_noticed_within_two_seconds_and_told_in_one_line(bench: Bench) -> None:
    bench.heater.set_target_c(37.0)
    bench.silence(True)
    for ask in (bench.heater.temperature_c, bench.heater.settled):
        began = time.monotonic()
        with pytest.raises(HeaterError, match="cable") as told:
            ask()
        assert time.monotonic() - began < 2
        assert "\n" not in str(told.value)


def test_after_a_silence_it_answers_again_without_being_made_anew(bench: Bench) -> None:
    bench.silence(True)
    with pytest.raises(HeaterError):
        bench.heater.temperature_c()
    bench.silence(False)
    until = time.monotonic() + 10
    while True:
        try:
            assert bench.heater.temperature_c() == pytest.approx(22.0, abs=0.5)
            break
        except HeaterError:
            assert time.monotonic() < until
    bench.heater.set_target_c(37.0)
    warm(bench.heater)


def test_closing_twice_is_safe(bench: Bench) -> None:
    bench.heater.close()
    bench.heater.close()
