"""A video's own micrometer is measured, and its specimen begins where the micrometer ends."""

import numpy as np
import pytest

from acquisition.interlacing import FieldOrder
from acquisition.opening import MIXED, find_opening, without_opening
from acquisition.video import VideoError, open_video
from calibration.readings import (
    FILE_ASPECT_U_REL,
    SQUARE_U_REL,
    NotAMicrometerError,
    Refusal,
)
from calibration.scale import Scale
from tests.acquisition.interlaced import PAL_ASPECT, PAL_SIZE, write_mpeg2
from tests.acquisition.opened import (
    OPTICS,
    RATE_HZ,
    dissolve,
    micrometer_pictures,
    oblong,
    specimen_pictures,
    write_opened,
)


def opened(path, pictures):
    video = open_video(write_opened(path, pictures))
    return video, find_opening(video, 10.0)


def test_the_scale_is_that_of_the_micrometer_and_the_specimen_begins_after_the_cut(tmp_path):
    shot = micrometer_pictures(40)
    video, opening = opened(tmp_path / "v.mkv", [*shot, *specimen_pictures(20)])
    scale = opening.scale()
    assert scale.um_per_px_x == pytest.approx(OPTICS.um_per_px_x, rel=5e-3)
    assert scale.um_per_px_y == pytest.approx(OPTICS.um_per_px_y, rel=5e-3)
    assert scale.u_rel_x is not None
    assert 0.002 < scale.u_rel_x < 0.004
    assert scale.u_rel_y == pytest.approx(SQUARE_U_REL, rel=0.01), "nothing tells a pixel's shape"
    assert scale.source.startswith("read from the video's own micrometer: ")
    assert len(opening.readings) >= 5
    assert opening.end == 40 + MIXED
    rest = without_opening(video, opening, scale)
    assert [frame.index for frame in rest.frames()] == list(range(40 + MIXED, 60))
    assert [notice.code for notice in rest.info.notices] == ["micrometer"], (
        "a still slide is no repeat"
    )


def test_a_pal_dvd_is_read_as_its_fields_with_pixels_of_their_shape(tmp_path):
    optics = oblong(PAL_ASPECT)
    specimen = specimen_pictures(40, optics, FieldOrder.TOP_FIRST, PAL_SIZE)
    pictures = [*micrometer_pictures(20, optics, 0.5, PAL_SIZE), *specimen]
    video = open_video(write_mpeg2(tmp_path / "pal.mpg", pictures, marked=True, aspect=PAL_ASPECT))
    assert video.info.field_order is FieldOrder.TOP_FIRST
    opening = find_opening(video, 10.0)
    scale = opening.scale()
    assert scale.um_per_px_x == pytest.approx(optics.um_per_px_x, rel=5e-3)
    assert scale.um_per_px_y == pytest.approx(optics.um_per_px_y, rel=5e-3)
    assert "pixels 16:15" in scale.source
    assert scale.u_rel_x is not None
    assert scale.u_rel_y is not None
    assert 0.002 < scale.u_rel_x < 0.004
    assert scale.u_rel_y > 0.75 * FILE_ASPECT_U_REL, "y is by the file's word, but for the angle"
    assert opening.end == pytest.approx(2 * 20 + MIXED, abs=1)
    rest = without_opening(video, opening, scale)
    (told,) = [one.text for one in rest.info.notices if one.code == "micrometer"]
    assert told.startswith("the first 0.8 s show"), "read or in the file: frames differ, times not"


def test_a_title_may_come_first_and_a_dissolve_may_end_it(tmp_path):
    title = [np.full((240, 320), 30, np.uint8)] * 30
    shot, specimen = micrometer_pictures(30), specimen_pictures(60)
    blend = dissolve(shot[-1], specimen[0], 20)
    _, opening = opened(tmp_path / "v.mkv", [*title, *shot, *blend, *specimen])
    assert opening.scale().um_per_px_x == pytest.approx(OPTICS.um_per_px_x, rel=5e-3)
    assert 80 <= opening.end <= 80 + RATE_HZ


def test_a_slide_that_is_out_of_focus_for_a_moment_is_still_the_opening(tmp_path):
    shot = micrometer_pictures(20)
    hazy = [np.full_like(shot[0], round(shot[0].mean()))] * 20
    _, opening = opened(tmp_path / "v.mkv", [*shot, *hazy, *shot, *specimen_pictures(20)])
    assert opening.end >= 60


def test_a_video_that_shows_nothing_else_has_no_specimen(tmp_path):
    video, opening = opened(tmp_path / "slide.mkv", micrometer_pictures(12))
    assert opening.end is None
    with pytest.raises(VideoError, match="no specimen; motiscope calibrate"):
        without_opening(video, opening, opening.scale())


def test_a_specimen_is_no_micrometer(tmp_path):
    with pytest.raises(NotAMicrometerError) as refusal:
        opened(tmp_path / "v.mkv", specimen_pictures(20))
    assert refusal.value.reason is Refusal.NO_RULINGS


def test_another_scale_that_contradicts_the_micrometer_is_told(tmp_path):
    pictures = [*micrometer_pictures(20), *specimen_pictures(10)]
    video, opening = opened(tmp_path / "v.mkv", pictures)
    wrong = without_opening(video, opening, Scale(0.5, 0.5, "a guess"))
    assert [notice.code for notice in wrong.info.notices] == ["micrometer", "scale"]
    assert "+6.4 % in x" in wrong.info.notices[1].text
