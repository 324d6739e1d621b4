"""The simulated microscope with its stage micrometer under the lens."""

import time

import pytest

from calibration.micrometer import measure
from tui.assembly import open_simulated
from tui.micrometer import calibrating


def frame(bench):
    for _ in range(3000):
        if (found := bench.newest_frame()) is not None:
            return found.pixels
        time.sleep(0.01)
    raise AssertionError("no live picture")


def test_the_live_picture_shows_the_slide_and_turns_with_it():
    bench = calibrating(open_simulated(0, paced=True))
    lying = measure(frame(bench))
    bench.turn()
    frame(bench)
    upright = measure(frame(bench))
    bench.close()
    bench.close()
    assert bench.camera.serial == "SIM-0001"
    assert abs(lying.angle_deg) < 1
    assert abs(upright.angle_deg) == pytest.approx(90, abs=1)
