"""Rounds without a database and videos without a file, for the quality screens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from acquisition.video import VideoInfo
from calibration.scale import Scale
from qc.eqa.rounds.blocking import Block, blocks
from qc.eqa.rounds.instrument import ItemRead
from qc.eqa.rounds.signing import broken_seals, seal_of_round, sign
from qc.eqa.rounds.values import (
    Closing,
    Reader,
    Reading,
    Release,
    Round,
    RoundError,
    RoundItem,
    SignedReading,
)
from qc.records.database import StoreError
from tui.quality import ItemVideo, Made, QualityServices, Told
from tui.round_request import RoundRequest

UM = Scale(0.5, 0.5, "drawn")


class FakeRounds:
    """Holds rounds and readings in memory; with `trouble` they cannot be read."""

    def __init__(self, *rounds: Round, trouble: str = "") -> None:
        self.held = {one.round_id: one for one in rounds}
        self.signed: dict[UUID, list[SignedReading]] = {one.round_id: [] for one in rounds}
        self.released: dict[UUID, list[Release]] = {one.round_id: [] for one in rounds}
        self.trouble = trouble

    def add(self, one: Round) -> None:
        self.held[one.round_id] = one
        self.signed[one.round_id], self.released[one.round_id] = [], []

    def all(self) -> tuple[Round, ...]:
        if self.trouble:
            raise StoreError(self.trouble)
        return tuple(self.held.values())

    def readings(self, round_id: UUID) -> tuple[SignedReading, ...]:
        return tuple(self.signed[round_id])

    def sign(self, one: Round, reading: Reading) -> SignedReading:
        if self.trouble:
            raise StoreError(self.trouble)
        if self.held[one.round_id].closed is not None:
            raise RoundError(f"{one.name} is closed; it takes no more readings")
        chain = self.signed[one.round_id]
        before = chain[-1].sha256 if chain else seal_of_round(one)
        chain.append(sign(reading, len(chain) + 1, before))
        return chain[-1]

    def close(self, one: Round, closing: Closing) -> None:
        self.held[one.round_id] = replace(one, closed=closing)

    def release(self, one: Round, release: Release) -> None:
        self.released[one.round_id].append(release)

    def releases(self, round_id: UUID) -> tuple[Release, ...]:
        return tuple(self.released[round_id])

    def faults(self, one: Round) -> tuple[str, ...]:
        return broken_seals(one, self.readings(one.round_id))

    def blocks(self) -> tuple[Block, ...]:
        return tuple(
            block
            for one in self.held.values()
            if one.closed is None
            for block in blocks(
                one,
                [each.reading for each in self.signed[one.round_id]],
                self.released[one.round_id],
            )
        )


@dataclass(frozen=True, slots=True)
class DrawnVideo:
    """A video that is drawn when it is read.

    Attributes:
        pictures: How many.
        rate_hz: How many of them a second.
        draw: Draws the picture of an index.
    """

    pictures: int
    rate_hz: float
    draw: Callable[[int], NDArray[np.uint8]]

    @property
    def info(self) -> VideoInfo:
        high, wide = self.draw(0).shape
        return VideoInfo(Path("drawn"), "0" * 64, self.pictures, self.rate_hz, wide, high)

    def frames(self) -> Iterator[Frame]:
        for index in range(self.pictures):
            yield Frame(self.draw(index), index, round(index * 1e6 / self.rate_hz))


def swimmers(index: int, seed: int = 5) -> NDArray[np.uint8]:
    """Draw bright heads on noise, the first of them a little farther with every index."""
    rng = np.random.default_rng(seed)
    pixels = rng.normal(100, 3.0, (240, 320))
    for place, (x, y) in enumerate(rng.integers((20, 20), (280, 220), (20, 2))):
        left = x + (index % 20 if place == 0 else 0)
        pixels[y : y + 6, left : left + 6] = 230
    return pixels.clip(0, 255).astype(np.uint8)


def card(text_row: int = 100) -> NDArray[np.uint8]:
    """Draw a title card: one grey, and bright strokes on it."""
    pixels = np.full((240, 320), 40, np.uint8)
    pixels[text_row : text_row + 20 : 4, 60:200] = 220
    return pixels


def open_drawn(item: RoundItem) -> ItemVideo:
    """Open a second of swimmers, whatever the item."""
    return ItemVideo(DrawnVideo(25, 25.0, swimmers), UM)


def make_quality(
    rounds: FakeRounds | None = None,
    make: Callable[[RoundRequest, Told], Made] | None = None,
    open_item: Callable[[RoundItem], ItemVideo] = open_drawn,
    read_due: Callable[[Round, Told], Iterator[ItemRead]] = lambda one, told: iter(()),
    report: Callable[[Round, tuple[Reader, ...]], tuple[Path, ...]] = lambda one, readers: (),
    managers: tuple[str, ...] = ("Quinn",),
) -> QualityServices:
    """Return quality services over rounds that the test holds."""

    def refuse(request: RoundRequest, told: Told) -> Made:
        raise RoundError("nothing is made here")

    return QualityServices(
        rounds or FakeRounds(), make or refuse, open_item, read_due, report, managers, "scope 1"
    )
