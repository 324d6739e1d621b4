"""The readings of a round as readers of a set, to be scored and reported like any other."""

from collections.abc import Mapping, Sequence

from inference.counting import GradeCounts
from qc.eqa.readers import SetReader
from qc.eqa.rounds.order import readers_of
from qc.eqa.rounds.values import Reader, ReaderKind, Reading, Round, RoundError, SignedReading
from qc.eqa.scored import AssignedSet, ScoredSet, score_set
from qc.eqa.scores.reading import GradeReading
from qc.eqa.scoring.values import ScoringRules


def score_round(
    one: Round, readings: Sequence[SignedReading], seed: int = 1, occasion: int = 1
) -> ScoredSet:
    """Score everyone who has read a round.

    Args:
        one: The round.
        readings: All that is signed of it.
        seed: Of the bootstrap.
        occasion: Which occasion, of a control programme.

    Raises:
        RoundError: If it is a round that is still open, whose values nobody may see yet, or nobody
            has read it.
    """
    if one.closed is None and not one.is_control:
        raise RoundError(
            f"{one.name} is open: its values are shown to nobody; close it first, with motiscope "
            "eqa round close"
        )
    present = [signed for signed in readings if signed.reading.occasion == occasion]
    if not present:
        raise RoundError(f"nobody has read {one.name} yet")
    assigned = AssignedSet(
        one.name, one.source, one.table_sha256, {i.video_id: i.assigned for i in one.items}, ()
    )
    rules = ScoringRules(one.given_sigma, one.standard_uncertainty, seed)
    people = readers_of(signed.reading for signed in present)
    return score_set(assigned, [_as_reader(one, who, present) for who in people], rules)


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
