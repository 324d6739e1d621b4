"""The Okolab driver on a pseudo-terminal: the real package and a device that misbehaves."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from acquisition.heater import HeaterError
from acquisition.heaters.okolab import OkolabHeater, OkolabSettings, missing_library
from tests.acquisition.heaters.emulated import OkolabEmulator


@pytest.fixture
def device() -> Iterator[OkolabEmulator]:
    made = OkolabEmulator()
    with made.loop:
        yield made
    made.terminal.unplug()


@pytest.fixture
def heater(device: OkolabEmulator) -> Iterator[OkolabHeater]:
    made = OkolabHeater(OkolabSettings(device.terminal.port))
    yield made
    made.close()


def test_it_says_its_name(heater: OkolabHeater) -> None:
    assert heater.name == "H401-T"


@pytest.mark.parametrize("answer", ["001OFF", "001OPEN"])
def test_a_plate_that_is_off_or_open_is_said(
    device: OkolabEmulator, heater: OkolabHeater, answer: str
) -> None:
    device.answers["001"] = answer
    with pytest.raises(HeaterError, match=r"plate 1 .* is off or has no sensor"):
        heater.temperature_c()


@pytest.mark.parametrize("answer", ["001warm", "", "0"])
def test_an_answer_that_is_no_temperature_is_said(
    device: OkolabEmulator, heater: OkolabHeater, answer: str
) -> None:
    device.answers["001"] = answer
    with pytest.raises(HeaterError, match="is no Okolab heater"):
        heater.temperature_c()


def test_a_refused_set_point_is_said(device: OkolabEmulator, heater: OkolabHeater) -> None:
    device.answers["008"] = "E05"
    with pytest.raises(HeaterError, match="refused: Value out of range"):
        heater.set_target_c(37.0)
    assert not heater.settled()


def test_an_unplugged_heater_is_noticed_within_two_seconds(
    device: OkolabEmulator, heater: OkolabHeater
) -> None:
    device.terminal.unplug()
    for _ in range(2):
        began = time.monotonic()
        with pytest.raises(HeaterError, match="does not answer; check its cable"):
            heater.temperature_c()
        assert time.monotonic() - began < 2


def test_an_absent_port_is_one_line() -> None:
    with pytest.raises(HeaterError, match=r"/dev/nothing does not answer"):
        OkolabHeater(OkolabSettings("/dev/nothing"))


def test_a_closed_heater_says_so(heater: OkolabHeater) -> None:
    heater.close()
    with pytest.raises(HeaterError, match="was closed"):
        heater.temperature_c()


def test_a_silent_heater_does_not_keep_the_program_from_ending(device: OkolabEmulator) -> None:
    device.silent = True
    program = (
        "from acquisition.heaters.okolab import *\n"
        f"try: OkolabHeater(OkolabSettings({device.terminal.port!r}))\n"
        "except Exception as error: print(error)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert "does not answer" in ended.stdout
    assert ended.stderr == ""


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_library() is None
    monkeypatch.setitem(sys.modules, "okolab", None)
    assert "uv sync --extra okolab" in (missing_library() or "")
