"""The readings of a round as readers of a set, to be scored and reported like any other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from inference.counting import GradeCounts
from qc.eqa.readers import SetReader
from qc.eqa.rounds.order import readers_of
from qc.eqa.rounds.values import Reader, ReaderKind, Reading, Round, RoundError, SignedReading
from qc.eqa.scored import AssignedSet, ScoredReader, ScoredSet, named_videos, score_set
from qc.eqa.scores.consensus import consensus_grades
from qc.eqa.scores.reading import GradeReading, Parameter
from qc.eqa.scoring.scoring import score_reader
from qc.eqa.scoring.values import ScoringRules

LEAST_OTHERS = 3
"""Readers that a consensus without one's own reading is made of, at least."""


def score_round(one: Round, readings: Sequence[SignedReading], seed: int = 1) -> ScoredSet:
    """Score everyone who has read a round by its assigned values.

    Args:
        one: The round.
        readings: All that is signed of it.
        seed: Of the bootstrap.

    Raises:
        RoundError: If it is still open, so that nobody may see its values, or nobody has read it.
    """
    readers = _readers(one, readings)
    values = {item.video_id: item.assigned for item in one.items}
    assigned = AssignedSet(one.name, one.source, one.table_sha256, values, ())
    return score_set(assigned, readers, _rules(one, seed))


def score_round_by_others(
    one: Round, readings: Sequence[SignedReading], seed: int = 1
) -> ScoredSet:
    """Score everyone who has read a round by what the others read, and never by the own reading.

    The assigned value of a video is the robust mean of all others, with its own uncertainty (ISO
    13528:2022, 7.7); a video that fewer than three others have read is not scored.

    Args:
        one: The round.
        readings: All that is signed of it.
        seed: Of the bootstrap.

    Raises:
        RoundError: If it is still open, or no video was read by four.
    """
    readers = _readers(one, readings)
    rules = _rules(one, seed)
    scored = [each for each in (_by_others(who, readers, rules) for who in readers) if each]
    if not scored:
        raise RoundError(
            f"{one.name}: no video was read by {LEAST_OTHERS + 1} readers, so that there is no "
            "consensus without one's own reading"
        )
    source = f"{one.source}; not used: each reader is held against the robust mean of all others"
    values = {item.video_id: item.assigned for item in one.items}
    assigned = AssignedSet(one.name, source, one.table_sha256, values, ())
    return ScoredSet(assigned, tuple(scored), rules, tuple(_not_scored(values, readers)))


def _by_others(
    who: SetReader, readers: Sequence[SetReader], rules: ScoringRules
) -> ScoredReader | None:
    values: dict[int, GradeReading] = {}
    uncertainties: dict[int, dict[Parameter, float]] = {}
    for video in who.readings:
        every = {each.name: each.readings[video] for each in readers if video in each.readings}
        if len(every) > LEAST_OTHERS:
            values[video], uncertainties[video] = consensus_grades(every, who.name)
    if not values:
        return None
    return ScoredReader(who, score_reader(who.name, who.readings, values, rules, uncertainties))


def _not_scored(videos: Iterable[int], readers: Sequence[SetReader]) -> Iterator[str]:
    """Say what was not read, and what was read by too few for a consensus."""
    for each in readers:
        unread = tuple(video for video in videos if video not in each.readings)
        if unread:
            yield f"{each.name}: no reading that can be used of {named_videos(unread)}"
    read_by = {video: sum(video in each.readings for each in readers) for video in videos}
    for video, count in read_by.items():
        if 0 < count <= LEAST_OTHERS:
            few = f"read by {count}, fewer than {LEAST_OTHERS + 1}"
            yield f"video {video} was {few}: scored for nobody"


def _readers(one: Round, readings: Sequence[SignedReading]) -> list[SetReader]:
    if one.closed is None:
        raise RoundError(
            f"{one.name} is open: its values are shown to nobody; close it first, with motiscope "
            "eqa round close"
        )
    if not readings:
        raise RoundError(f"nobody has read {one.name}")
    everyone = readers_of(signed.reading for signed in readings)
    return [_as_reader(one, who, readings) for who in everyone]


def _rules(one: Round, seed: int) -> ScoringRules:
    return ScoringRules(one.given_sigma, one.standard_uncertainty, seed=seed)


def _as_reader(one: Round, reader: Reader, signed: Sequence[SignedReading]) -> SetReader:
    own = [each for each in signed if each.reading.reader == reader]
    counts = _pooled(one, [each.reading for each in own])
    is_software = reader.kind is ReaderKind.INSTRUMENT
    return SetReader(
        name=str(reader),
        readings={video: GradeReading.of(found) for video, found in counts.items()},
        source=f"{len(own)} signed readings, seal of the last",
        sha256=own[-1].sha256,
        software=own[-1].reading.software if is_software else "",
        models=tuple(dict.fromkeys(model for each in own for model in each.reading.models)),
        videos={one.item(e.reading.item_id).video_id: one.item(e.reading.item_id).sha256
                for e in own},
        counted={video: found.total for video, found in counts.items()},
    )  # fmt: skip


def _pooled(one: Round, readings: Sequence[Reading]) -> Mapping[int, GradeCounts]:
    """Return what was counted in each video, repeats together."""
    counts: dict[int, GradeCounts] = {}
    for reading in readings:
        video = one.item(reading.item_id).video_id
        counts[video] = counts.get(video, GradeCounts()) + reading.counts
    return counts
