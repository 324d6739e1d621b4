"""The one entrance: a simulated field from its pictures to its count."""

from pathlib import Path

import pytest

from acquisition.specimen import FieldView, Specimen, SpecimenSettings
from acquisition.specimen.recording import SimulatedRecording
from acquisition.video import VideoError, open_video
from calibration.scale import Scale
from inference.analysis import analyse, load_models
from tests.acquisition.recordings import picture, write_images


@pytest.fixture(scope="module")
def recording() -> SimulatedRecording:
    specimen = Specimen(SpecimenSettings(seed=880_002, cells_per_mm2=500, extent_um=1_600))
    return SimulatedRecording(FieldView(specimen, None, 480, 360), 75, 50.0)


def test_a_field_is_counted_near_its_truth_and_says_where_it_comes_from(recording):
    models = load_models(threads=2)
    told: list[tuple[int, int]] = []
    scale = Scale(0.5, 0.5, "drawn")
    analysis = analyse(
        recording, scale, models, progress=lambda done, total: told.append((done, total))
    )
    truth = len(recording.truth_at_start())
    assert analysis.counted.total == pytest.approx(truth, abs=max(3, 0.2 * truth))
    assert analysis.model == models.detector.identity
    assert analysis.scale is scale
    assert analysis.video == recording.info
    assert told[-1] == (75, 75)
    assert analysis.fields[0].lost_frames == 0


@pytest.mark.parametrize(
    ("width", "height", "um_per_px"), [(1, 1, 0.5), (64, 1, 0.5), (16, 20, 0.03), (15, 40, 0.5)]
)
def test_a_picture_that_is_too_small_for_a_cell_is_said(
    tmp_path: Path, width: int, height: int, um_per_px: float
) -> None:
    write_images(tmp_path, [f"f{i}.png" for i in range(5)], picture(0, width, height))
    scale = Scale(um_per_px, um_per_px, "test")
    with pytest.raises(VideoError, match=f"{tmp_path} is {width}x{height} px, .* too small"):
        analyse(open_video(tmp_path, 50.0), scale, load_models(1))
