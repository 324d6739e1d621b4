"""A network on single frames as one more learner, whose finished folds are kept."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qc.visem.folds import Places
from qc.visem.frames import Pictures, ShownFrames
from qc.visem.kept_folds import KeptFolds
from qc.visem.metrics import Percentages

OnEpoch = Callable[[int], None]
"""Called with the epochs that are done in this fold."""


class Trainer(Protocol):
    """Learns percentages from pictures, and tells them of others."""

    @property
    def epochs(self) -> int:
        """How often every known picture is seen."""
        ...

    @property
    def identity(self) -> Mapping[str, object]:
        """Everything that decides what is told besides pictures, targets and seed, for JSON."""
        ...

    def learn_and_tell(
        self,
        known: Pictures,
        targets: Percentages,
        asked: Pictures,
        seed: int,
        state: Path,
        on_epoch: OnEpoch,
    ) -> Percentages:
        """Return asked pictures x targets, in percent.

        Args:
            known: Pictures to learn from, shape (n, height, width), uint8.
            targets: Of each known picture, shape (n, targets), in percent.
            asked: Pictures to be told of, shape (m, height, width), uint8.
            seed: Of whatever is drawn at random.
            state: Where training keeps after each epoch what it has come to; if the file is there,
                it goes on from it.
            on_epoch: Told after each epoch.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class FrameLearner:
    """Learns from the frames of participants; what it tells of one is the mean over his frames.

    Attributes:
        frames: Of each participant, by place.
        trainer: What learns.
        kept: Finished folds.
        on_epoch: Told after each epoch.
    """

    frames: Sequence[ShownFrames]
    trainer: Trainer
    kept: KeptFolds
    on_epoch: OnEpoch

    def learn_and_tell(
        self, known: Places, targets: Percentages, asked: Places, seed: int
    ) -> Percentages:
        """Train on the known participants' frames, unless the same fold is kept."""
        key = self._key(known, targets, asked, seed)
        told = self.kept.find(key)
        if told is None:
            told = self._train(known, targets, asked, seed, self.kept.state(key))
            self.kept.keep(key, told)
        return told

    def _train(
        self, known: Places, targets: Percentages, asked: Places, seed: int, state: Path
    ) -> Percentages:
        learnt, owners = self._pictures(known)
        shown, whose = self._pictures(asked)
        told = self.trainer.learn_and_tell(
            learnt, targets[owners], shown, seed, state, self.on_epoch
        )
        return np.stack([told[whose == place].mean(axis=0) for place in range(len(asked))])

    def _pictures(self, places: Places) -> tuple[Pictures, NDArray[np.intp]]:
        """Return the pictures of these participants, and the row of the one each belongs to."""
        shown = [self.frames[place].pictures for place in places]
        owners = np.repeat(np.arange(len(shown)), [len(one) for one in shown])
        return np.concatenate(shown), owners

    def _key(self, known: Places, targets: Percentages, asked: Places, seed: int) -> str:
        parts = {
            "trainer": dict(self.trainer.identity),
            "seed": seed,
            "known": self._keys(known),
            "targets": targets.tolist(),
            "asked": self._keys(asked),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _keys(self, places: Iterable[int]) -> list[str]:
        return [self.frames[place].key for place in places]
