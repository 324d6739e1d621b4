"""The marks of found rulings lie on the rulings, however the slide lies."""

import numpy as np
import pytest

from acquisition.specimen.micrometer import MicrometerSettings, MicrometerView
from acquisition.specimen.settings import OpticsSettings
from calibration.micrometer import measure
from tui.widgets.ruling_marks import ruling_marks


@pytest.mark.parametrize("angle_deg", [0.0, 20.0, -20.0, 90.0, 160.0, 180.0, 250.0])
def test_marks_lie_on_the_rulings(angle_deg):
    lying = MicrometerSettings(angle_rad=np.radians(angle_deg))
    pixels = MicrometerView(lying, OpticsSettings()).render(0.0)
    marks = ruling_marks(measure(pixels), 640, 480)
    darkest = [
        pixels[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].min()
        for x, y in ((round(mark.x_px), round(mark.y_px)) for mark in marks)
        if 0 <= x < 640 and 0 <= y < 480
    ]
    light = np.median(pixels)
    assert np.mean(np.array(darkest) < 0.7 * light) > 0.8
