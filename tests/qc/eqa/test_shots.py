"""Title cards are told from fields, in which even dead cells are recorded with noise."""

import cv2
import numpy as np
import pytest

from acquisition.dvd import SIZE_PX, write_dvd
from acquisition.specimen import FieldView, GradeMix, OpticsSettings, Specimen, SpecimenSettings
from acquisition.video import open_video
from qc.eqa.shots import Watched, flat_share

DEAD = SpecimenSettings(
    seed=3, cells_per_mm2=200, mix=GradeMix(0, 0, 0, 1), debris_per_mm2=300, extent_um=1_600
)
OPTICS = OpticsSettings(um_per_px_x=0.5, um_per_px_y=0.47, noise=0.8, texture=0.0, unevenness=0.0)


def card(grey=40):
    picture = np.full(SIZE_PX[::-1], grey, np.uint8)
    cv2.putText(picture, "Sample 7", (110, 300), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 255 - grey, 3)
    return picture


def shots(path, pictures):
    write_dvd(path, pictures)
    watched = Watched(open_video(path))
    assert sum(1 for _ in watched.frames()) == watched.info.frames
    return watched


@pytest.fixture
def field():
    view = FieldView(Specimen(DEAD), OPTICS, *SIZE_PX)
    return [view.render(index / 25) for index in range(14)]


@pytest.mark.parametrize("grey", [0, 40, 200])
def test_a_card_is_one_and_a_field_of_dead_cells_is_none(tmp_path, field, grey):
    watched = shots(tmp_path / "a.mkv", [*[card(grey)] * 14, *field])
    assert [shot.is_card for shot in watched.shots] == [True, False]
    assert [shot.first // 2 for shot in watched.shots] == [
        pytest.approx(0),
        pytest.approx(14, abs=1),
    ]
    assert watched.shot_at(5) is watched.shots[0]
    assert watched.shot_at(50) is watched.shots[1]


def test_nothing_is_flat_of_no_picture():
    assert flat_share(None) == 0
    assert flat_share(np.full((64, 64), 9, np.uint8)) == 1
