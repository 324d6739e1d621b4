"""A random view moves the heads with the picture."""

import cv2
import numpy as np
import pytest

from inference.heatmap import INSTANTS
from inference.training.augmentation import augment
from inference.training.samples import RealRecording, Sample


def with_dots(heads: np.ndarray) -> Sample:
    """A dark picture with a bright dot on every head."""
    picture = np.full((240, 320), 60, np.uint8)
    for x, y in heads:
        cv2.circle(picture, (round(x), round(y)), 4, 255, -1)
    nothing = np.empty((0, 2))
    return Sample(
        np.stack([picture] * (INSTANTS + 2)),
        0.5,
        np.stack([heads] * INSTANTS, axis=1),
        np.full(heads.shape, 16.0),
        np.full(len(heads), np.nan),
        nothing,
        np.empty(0),
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_dots_stay_under_the_heads(seed):
    heads = np.array([[80.0, 60.0], [160.0, 120.0], [240.0, 200.0]])
    view = augment(with_dots(heads), 256, 0.5, np.random.default_rng(seed))
    assert view.pictures.shape == (INSTANTS + 2, 256, 256)
    background = np.median(view.pictures[INSTANTS // 2 + 1])
    places = view.heads_xy[:, INSTANTS // 2]
    inside = np.all((places > 8) & (places < 247), axis=1)
    for x, y in np.round(places[inside]).astype(int):
        seen = view.pictures[INSTANTS // 2 + 1][y - 1 : y + 2, x - 1 : x + 2].mean()
        assert abs(seen - background) > 30  # a negative shows the dots dark


def test_the_size_of_a_head_follows_the_zoom():
    heads = np.array([[100.0, 100.0], [200.0, 100.0]])
    view = augment(with_dots(heads), 256, 0.5, np.random.default_rng(3))
    apart = np.hypot(*(view.heads_xy[1, 1] - view.heads_xy[0, 1]))
    assert view.heads_size[0, 0] / 16.0 == pytest.approx(apart / 100.0)


@pytest.mark.real
def test_the_heads_of_recording_11_lie_on_something_bright(data_dir):
    folder = data_dir / "visem-tracking" / "11"
    source = RealRecording(folder / "frames", folder / "tracks.csv", 0.5, 49.0)
    sample = source.draw(np.random.default_rng(0))
    assert sample.pictures.shape == (INSTANTS + 2, 480, 640)
    assert len(sample.heads_xy) > 20
    now = sample.heads_xy[:, INSTANTS // 2]
    places = np.clip(np.round(now[np.isfinite(now[:, 0])]).astype(int), 0, (639, 479))
    brightest = [
        sample.pictures[INSTANTS // 2 + 1][max(0, y - 8) : y + 9, max(0, x - 8) : x + 9].max()
        for x, y in places
    ]
    assert np.median(brightest) > np.median(sample.pictures[INSTANTS // 2 + 1]) + 60
