"""Close-ups of what the detector answers with, and whether each shows a spermatozoon."""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from inference.closeups import close_ups
from inference.heatmap import INSTANTS, read_heads
from inference.model import HeadsCard, load_model
from inference.pictures import CONTRAST_GREY, SIDE_MULTIPLE_PX, normalise, to_model_scale
from inference.training.samples import Sample, Source
from inference.training.simulation import SimulatedSpecimens, load_scene

# What is turned by any angle needs a wider rim.
WIDE_PX = 70
LEAST_SCORE = 0.1
HIT_UM = 3.0
MISS_UM = 5.0
NOW = INSTANTS // 2
# Close-ups are kept as grey values about this one.
GROUND = 128.0
_looker: "Looker"


@dataclass(frozen=True, slots=True, eq=False)
class CloseUps:
    """Close-ups as grey values (n, pictures, WIDE_PX, WIDE_PX), and 1 for cells, 0 for none."""

    grey: NDArray[np.uint8]
    is_cell: NDArray[np.uint8]


class Looker:
    """Lets a detector find what is to be looked at."""

    def __init__(self, card: HeadsCard) -> None:
        self._um_per_px = card.um_per_px
        self._session: onnxruntime.InferenceSession = load_model(card)

    def look(self, sample: Sample) -> CloseUps:
        """Return close-ups of all answers in a sample of which it is known what they are."""
        factor = sample.um_per_px / self._um_per_px
        contrasts = _contrasts(sample, factor)
        heads = read_heads(
            self._session.run(None, {"pictures": contrasts[None]})[0][0], LEAST_SCORE
        )
        heads = heads.of(heads.instant == NOW)
        answer = answers(heads.xy, sample, factor, self._um_per_px)
        known = np.isfinite(answer)
        cut = close_ups(contrasts, heads.xy[known], WIDE_PX) * CONTRAST_GREY + GROUND
        return CloseUps(cut.round().astype(np.uint8), answer[known].astype(np.uint8))


def _contrasts(sample: Sample, factor: float) -> NDArray[np.float32]:
    grey = [to_model_scale(picture, factor, factor) for picture in sample.pictures]
    height, width = grey[0].shape
    sides = (-(-side // SIDE_MULTIPLE_PX) * SIDE_MULTIPLE_PX for side in (height, width))
    contrasts = np.zeros((len(grey), *sides), np.float32)
    for picture, out in zip(grey, contrasts, strict=True):
        normalise(picture, out[:height, :width])
    return contrasts


def answers(
    xy: NDArray[np.float64], sample: Sample, factor: float, um_per_px: float
) -> NDArray[np.float64]:
    """Return 1 for the best answer to a head, 0 for an answer to nothing, NaN else, (n,).

    Args:
        xy: The answers in px of the detector's input, best first, (n, 2).
        sample: What is known of the heads in its middle picture.
        factor: Detector's px for each px of the sample.
        um_per_px: Scale of the detector's input.
    """
    places = sample.heads_xy[:, NOW] * factor
    apart_um = cdist(xy, places[np.isfinite(places[:, 0])]) * um_per_px
    unsure = (cdist(xy, sample.ignore_xy * factor) < sample.ignore_radius * factor).any(axis=1)
    answer = np.full(len(xy), np.nan)
    if sample.complete:
        answer[(apart_um > MISS_UM).all(axis=1) & ~unsure] = 0.0
    for of_head in apart_um.T:
        near = np.flatnonzero(of_head < HIT_UM)
        # Answers come best first; a second one to the same head is neither cell nor debris.
        answer[near[:1]] = 1.0
    return answer


def look_at_recording(source: Source, instants: int, seed: int, card: HeadsCard) -> CloseUps:
    """Look at a recording at so many instants."""
    rng, looker = np.random.default_rng(seed), Looker(card)
    return _joined(looker.look(source.draw(rng)) for _ in range(instants))


def look_at_drawn(specimens: SimulatedSpecimens, card: HeadsCard) -> CloseUps:
    """Look at all simulated specimens, each once."""
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=_open_looker, initargs=(card,)
    ) as workers:
        return _joined(workers.map(_look_at_scene, specimens.files, chunksize=16))


def _open_looker(card: HeadsCard) -> None:
    """Load the detector that this process looks with."""
    global _looker  # noqa: PLW0603 - a process opens it once, for all of its scenes
    cv2.setNumThreads(1)
    _looker = Looker(card)


def _look_at_scene(file: Path) -> CloseUps:
    return _looker.look(load_scene(file))


def _joined(looked: Iterable[CloseUps]) -> CloseUps:
    """Put close-ups of several samples together, with little more memory than they take."""
    parts = deque(looked)
    count = sum(len(one.is_cell) for one in parts)
    shape = parts[0].grey.shape[1:]
    whole = CloseUps(np.empty((count, *shape), np.uint8), np.empty(count, np.uint8))
    begin = 0
    while parts:
        part = parts.popleft()
        end = begin + len(part.is_cell)
        whole.grey[begin:end], whole.is_cell[begin:end] = part.grey, part.is_cell
        begin = end
    return whole
