"""A batch seen otherwise is the batch of the sample seen otherwise."""

from dataclasses import fields, replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from inference.heatmap import INSTANTS  # noqa: E402
from inference.training.samples import Sample  # noqa: E402
from inference.training.targets import draw_target  # noqa: E402
from inference.training.turns import View  # noqa: E402

SIDE = 64


def batch_of(sample):
    target = draw_target(sample)
    parts = [sample.pictures.astype(np.float32)]
    parts += [getattr(target, field.name) for field in fields(target)]
    return [torch.from_numpy(np.ascontiguousarray(part))[None] for part in parts]


@pytest.fixture
def sample():
    rng = np.random.default_rng(5)
    heads = rng.uniform(4, SIDE - 5, (4, INSTANTS, 2))
    heads[3, 0] = np.nan
    return Sample(
        rng.integers(0, 255, (INSTANTS + 2, SIDE, SIDE)).astype(np.uint8),
        0.5,
        heads,
        rng.uniform(8, 20, (4, 2)),
        np.array([0.0, 1.0, np.nan, 1.0]),
        np.array([[20.0, 30.0]]),
        np.array([6.0]),
    )


def seen_otherwise(sample, along_x, along_y, diagonal, backwards):
    """The same view, drawn from the sample."""
    pictures, xy, size = sample.pictures, sample.heads_xy.copy(), sample.heads_size
    ignore = sample.ignore_xy.copy()
    for axis, wanted in enumerate((along_x, along_y)):
        if wanted:
            pictures = np.flip(pictures, 2 - axis)
            xy[..., axis] = SIDE - 1 - xy[..., axis]
            ignore[:, axis] = SIDE - 1 - ignore[:, axis]
    if diagonal:
        pictures, xy = pictures.transpose(0, 2, 1), xy[..., ::-1]
        size, ignore = size[:, ::-1], ignore[:, ::-1]
    if backwards:
        pictures, xy = pictures[::-1], xy[:, ::-1]
    return replace(sample, pictures=pictures, heads_xy=xy, heads_size=size, ignore_xy=ignore)


@pytest.mark.parametrize("view", list(np.ndindex(2, 2, 2, 2)))
def test_views(sample, view):
    before = [part.clone() for part in batch_of(sample)]
    given = [part.clone() for part in before]
    for mine, wanted in zip(
        View(*map(bool, view)).of(given), batch_of(seen_otherwise(sample, *view)), strict=True
    ):
        torch.testing.assert_close(mine, wanted, equal_nan=True, atol=1e-4, rtol=1e-4)
    for mine, kept in zip(given, before, strict=True):
        torch.testing.assert_close(mine, kept, equal_nan=True, atol=0, rtol=0)
