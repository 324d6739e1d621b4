"""Where a camera accepted something else, it is said."""

from dataclasses import replace

from acquisition.accepted import differences
from acquisition.camera import CameraSettings

ASKED = CameraSettings(640, 480, 100.0, 5_000.0, 3.0, 2, 8, 4, 12)


def test_nothing_is_said_where_the_camera_did_as_it_was_asked() -> None:
    assert differences(ASKED, ASKED) == ()


def test_rounding_of_the_device_is_no_difference() -> None:
    rounded = replace(ASKED, frame_rate_hz=99.95, exposure_us=4_999.2, gain_db=3.0005)
    assert differences(ASKED, rounded) == ()


def test_each_difference_is_a_line_with_both_values_and_the_unit() -> None:
    accepted = replace(ASKED, width_px=639, frame_rate_hz=49.9, exposure_us=80.0, bits=8)
    assert differences(ASKED, accepted) == (
        "width: asked 640 px, the camera accepted 639 px",
        "depth: asked 12 bits, the camera accepted 8 bits",
        "frame rate: asked 100 Hz, the camera accepted 49.9 Hz",
        "exposure: asked 5000 µs, the camera accepted 80 µs",
    )


def test_one_pixel_of_many_is_a_difference() -> None:
    assert len(differences(ASKED, replace(ASKED, width_px=641, left_px=9))) == 2
