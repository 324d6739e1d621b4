"""Mean absolute errors in three and in four categories."""

import pytest

from qc.eqa.mean_errors import mean_errors
from qc.eqa.scores.reading import GradeReading


def test_errors_are_averaged_over_videos_and_categories():
    errors = mean_errors(
        [
            (GradeReading(40, 20, 10, 30), GradeReading(30, 30, 10, 30)),
            (GradeReading(10, 10, 20, 60), GradeReading(10, 14, 20, 56)),
        ]
    )
    assert errors.videos == 2
    assert errors.by_category == {"a": 5, "b": 7, "c": 0, "d": 2, "progressive": 2}
    assert errors.three == pytest.approx(4 / 3)
    assert errors.four == pytest.approx(3.5)


def test_without_a_video_there_is_no_error():
    errors = mean_errors([])
    assert (errors.videos, errors.three, errors.four) == (0, None, None)
