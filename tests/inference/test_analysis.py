"""The one entrance: a simulated field from its pictures to its count."""

import pytest

from acquisition.specimen import FieldView, Specimen, SpecimenSettings
from acquisition.specimen.recording import SimulatedRecording
from calibration.scale import Scale
from inference.analysis import analyse, load_models
from inference.counting import GradeCounts
from inference.evaluation.simulated import FieldComparison, summarise


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


def test_errors_of_percentages_and_counts_are_told_with_their_sign():
    field = FieldComparison(1, GradeCounts(10, 0, 0, 10), GradeCounts(12, 0, 0, 4))
    assert field.percent_errors == pytest.approx((25, 0, 0, -25))
    assert field.count_error == pytest.approx(-0.2)
    summary = summarise(
        [field, FieldComparison(2, GradeCounts(10, 0, 0, 10), GradeCounts(10, 0, 0, 10))]
    )
    assert summary.mean_abs_points == pytest.approx((12.5, 0, 0, 12.5))
    assert summary.mean_abs_count == pytest.approx(0.1)
    assert summary.pooled_count == pytest.approx(-0.1)
