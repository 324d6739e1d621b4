"""The grader: a small network that reads a cell's path and activity and weighs the four grades."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inference.grading import FieldConditions
from inference.identity import ModelIdentity
from inference.model import ModelCard, load_model
from inference.path_features import batch, path_features
from inference.tracks import Track


class PathGrader:
    """The shipped network; see `inference.grading.Grader`."""

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._session = load_model(card)

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._card.identity

    def probabilities(
        self, tracks: Sequence[Track], conditions: FieldConditions
    ) -> NDArray[np.float64]:
        """Return the probabilities of a, b, c and d of each track, shape (n, 4)."""
        if not tracks:
            return np.empty((0, 4))
        described = batch([path_features(track, conditions) for track in tracks])
        answer = self._session.run(None, {"paths": described})[0]
        return np.asarray(answer, np.float64)
