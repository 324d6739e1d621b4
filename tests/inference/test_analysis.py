"""The one entrance: a simulated field from its pictures to its count."""

import pytest

from acquisition.specimen import FieldView, Specimen, SpecimenSettings
from acquisition.specimen.recording import SimulatedRecording
from calibration.scale import Scale
from inference.analysis import analyse, load_models


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
