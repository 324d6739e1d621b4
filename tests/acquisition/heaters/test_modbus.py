"""The Modbus driver against pymodbus' own simulated device that refuses, lies or goes away."""

import sys
import time

import pytest

from acquisition.heater import HeaterError
from acquisition.heaters.modbus import (
    ModbusHeater,
    ModbusRegisters,
    ModbusSettings,
    SerialLine,
    TcpLine,
    missing_library,
)
from tests.acquisition.heaters.emulated import ModbusEmulator


def tcp(device: ModbusEmulator, **registers: float) -> ModbusHeater:
    line = TcpLine("127.0.0.1", device.port)
    return ModbusHeater(ModbusSettings(line, registers=ModbusRegisters(**registers)))  # type: ignore[arg-type]


def test_the_set_point_is_written_in_the_controller_s_counts() -> None:
    with ModbusEmulator() as device:
        heater = tcp(device)
        heater.set_target_c(37.0)
        assert device.target_c == 37.0
        heater.close()


def test_a_stage_below_zero_is_read_as_such() -> None:
    with ModbusEmulator() as device:
        heater = tcp(device)
        device.aim(-3.0)
        time.sleep(0.5)
        assert heater.temperature_c() == pytest.approx(-3.0, abs=0.2)
        heater.close()


def test_a_wrong_scale_is_noticed() -> None:
    with (
        ModbusEmulator() as device,
        pytest.raises(HeaterError, match=r"register 1 .* reads 220 °C; check register and scale"),
    ):
        tcp(device, c_per_count=1.0)


def test_a_refused_register_is_said() -> None:
    with ModbusEmulator() as device:
        heater = tcp(device)
        device.refuses = True
        with pytest.raises(
            HeaterError, match=r"refused \(Modbus exception 2\); check the registers"
        ):
            heater.temperature_c()
        heater.close()


def test_another_unit_does_not_answer() -> None:
    with ModbusEmulator() as device:
        settings = ModbusSettings(TcpLine("127.0.0.1", device.port), unit=9)
        with pytest.raises(HeaterError, match="unit 9,"):
            ModbusHeater(settings)


def test_a_controller_that_is_switched_off_is_noticed_within_two_seconds() -> None:
    with ModbusEmulator() as device:
        heater = tcp(device)
        device.unplug()
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(HeaterError, match="check its cable"):
                heater.temperature_c()
            assert time.monotonic() - began < 2
        heater.close()


def test_an_unplugged_serial_line_is_noticed_within_two_seconds() -> None:
    with ModbusEmulator(serial=True) as device:
        heater = ModbusHeater(ModbusSettings(SerialLine(device.serial_port)))
        device.unplug()
        began = time.monotonic()
        with pytest.raises(HeaterError, match="check its cable"):
            heater.temperature_c()
        assert time.monotonic() - began < 2
        heater.close()


@pytest.mark.parametrize("line", [TcpLine("127.0.0.1", 9), SerialLine("/dev/nothing")])
def test_an_absent_controller_is_one_line(line: TcpLine | SerialLine) -> None:
    with pytest.raises(HeaterError, match=f"at {line}, unit 1, cannot be reached"):
        ModbusHeater(ModbusSettings(line))


def test_without_pymodbus_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_library() is None
    monkeypatch.setitem(sys.modules, "pymodbus", None)
    assert "uv sync --extra modbus" in (missing_library() or "")
