"""Seals of signed readings: each holds the one before it, so that a change anywhere shows."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from qc.eqa.rounds.values import Reading, Round, RoundItem, SignedReading


def seal_of_round(one: Round) -> str:
    """Return the seal of a round: what it asks, of which videos, with which assigned values."""
    return _seal(_asked(one, [[*_shown(item), str(item.item_id)] for item in one.items]))


def _former_seal(one: Round) -> str:
    """Return the seal of a round as it was before items were sealed with their keys."""
    return _seal(_asked(one, [_shown(item) for item in one.items]))


def _asked(one: Round, items: list[list[Any]]) -> dict[str, Any]:
    return {
        "name": one.name,
        "source": one.source,
        "table": one.table_sha256,
        "items": items,
        "sigma": {name.value: points for name, points in one.given_sigma.items()},
        "standard uncertainty": one.standard_uncertainty,
        "seed": one.seed,
        "schedule": None if one.schedule is None else asdict(one.schedule),
        "created": [one.created_by, one.created_utc.isoformat()],
    }


def _shown(item: RoundItem) -> list[Any]:
    return [item.number, item.video_id, item.sha256, list(item.assigned.grades)]


def sign(reading: Reading, number: int, previous_sha256: str) -> SignedReading:
    """Return a reading with its seal, in its place in the chain of its round."""
    return SignedReading(
        reading, number, previous_sha256, _seal_of_reading(reading, number, previous_sha256)
    )


def broken_seals(one: Round, readings: Sequence[SignedReading]) -> tuple[str, ...]:
    """Return one line for each reading whose seal does not fit, in order of signing."""
    return tuple(_broken(one, readings))


def _broken(one: Round, readings: Sequence[SignedReading]) -> Iterator[str]:
    previous = seal_of_round(one)
    if readings and readings[0].previous_sha256 == _former_seal(one):
        previous = readings[0].previous_sha256
    for place, signed in enumerate(readings, start=1):
        who = f"reading {signed.number} of {one.name}, by {signed.reading.reader}"
        if signed.number != place:
            yield f"{who}: number {place} is missing before it"
        if signed.previous_sha256 != previous:
            yield f"{who}: it does not follow what is stored before it"
        if signed.sha256 != _seal_of_reading(signed.reading, signed.number, signed.previous_sha256):
            yield f"{who}: it is not what was signed"
        previous = signed.sha256


def _seal_of_reading(reading: Reading, number: int, previous_sha256: str) -> str:
    return _seal(
        {
            "previous": previous_sha256,
            "number": number,
            "item": str(reading.item_id),
            "occasion": reading.occasion,
            "repeat": reading.repeat,
            "reader": [reading.reader.kind.value, reading.reader.name],
            "counts": asdict(reading.counts),
            "software": reading.software,
            "models": [list(model) for model in reading.models],
            "begun": reading.begun_utc.isoformat(),
            "signed": reading.signed_utc.isoformat(),
        }
    )


def _seal(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
