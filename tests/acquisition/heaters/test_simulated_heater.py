"""The simulated heater starts cold, warms up in simulated time and fails when asked to."""

import pytest

from acquisition.heater import HeaterError
from acquisition.heaters.simulated import HeaterFaults, SimulatedHeater
from acquisition.specimen.bench import SimulatedMicroscope


def test_it_starts_at_room_temperature_and_unsettled() -> None:
    heater = SimulatedHeater(SimulatedMicroscope())
    assert heater.temperature_c() == 22.0
    assert not heater.settled()


def test_it_reaches_body_temperature_within_seconds() -> None:
    world = SimulatedMicroscope()
    heater = SimulatedHeater(world)
    heater.set_target_c(37.0)
    readings = []
    while not heater.settled():
        readings.append(heater.temperature_c())
    assert readings == sorted(readings)
    assert world.clock.now_s() < 8
    assert heater.temperature_c() == pytest.approx(37.0, abs=0.5)


def test_a_weak_heater_never_settles() -> None:
    world = SimulatedMicroscope()
    heater = SimulatedHeater(world, HeaterFaults(short_by_c=3.0))
    heater.set_target_c(37.0)
    world.clock.wait_until(600.0)
    assert heater.temperature_c() == pytest.approx(34.0)
    assert not heater.settled()


def test_a_silent_heater_is_an_error() -> None:
    heater = SimulatedHeater(SimulatedMicroscope(), HeaterFaults(silent=True))
    for ask in (heater.temperature_c, heater.settled):
        with pytest.raises(HeaterError, match="cable"):
            ask()


@pytest.mark.parametrize("target_c", [-5.0, 90.0])
def test_it_refuses_to_boil_the_sample(target_c: float) -> None:
    with pytest.raises(HeaterError, match="range"):
        SimulatedHeater(SimulatedMicroscope()).set_target_c(target_c)
