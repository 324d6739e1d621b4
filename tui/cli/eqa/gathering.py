"""From the options of a command to a set with the scores of everyone who read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inference.analysis import load_models
from inference.model import SHIPPED_HEADS
from qc.eqa.assigned_table import SetError
from qc.eqa.document import set_document
from qc.eqa.kept_readings import KeptReadings
from qc.eqa.reader import ReaderSettings, VideoReader
from qc.eqa.readers import SetReader, read_document, read_person, reader_of
from qc.eqa.reference_set import open_set
from qc.eqa.run import find_kept
from qc.eqa.scored import AssignedSet, ScoredSet, open_assigned, score_set
from qc.eqa.scoring.values import ScoringRules
from tui.cli.console import UsageError, as_json, talk
from tui.config import Config


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be scored.

    Attributes:
        folder: The set.
        document: Of motiscope's readings; None for those that are kept.
        people: Table of each person, by name.
        settings: What kept readings were read with.
        model: As above; None for the shipped one.
        rules: How it is scored.
    """

    folder: Path
    document: Path | None
    people: dict[str, Path]
    settings: ReaderSettings
    model: Path | None
    rules: ScoringRules


def kept_folder(config: Config) -> Path:
    """Return where readings are kept."""
    return config.home / "eqa" / "readings"


def gather(wanted: Wanted, config: Config) -> ScoredSet:
    """Read assigned values and readings, score them, and tell what does not match.

    Raises:
        SetError: If a file is no table or document of readings.
        UsageError: If nobody has read the set.
        OSError: If a file cannot be read.
    """
    assigned = open_assigned(wanted.folder)
    readers = [*_own(wanted, assigned, config)]
    readers += [read_person(name, file) for name, file in wanted.people.items()]
    if not readers:
        raise UsageError(
            f"no reading of {wanted.folder} is kept: run `motiscope eqa run` with the same "
            "settings first, or give --readings or --reader"
        )
    scored = score_set(assigned, readers, wanted.rules)
    for fault in scored.faults:
        talk.print(fault, style="yellow")
    return scored


def _own(wanted: Wanted, assigned: AssignedSet, config: Config) -> Iterator[SetReader]:
    if wanted.document is not None:
        yield read_document(wanted.document, assigned.values)
        return
    kept = _kept(wanted, assigned, config)
    if kept is not None:
        yield kept
    elif wanted.people:
        talk.print("motiscope's own readings of this set are not kept: people alone are scored")


def _kept(wanted: Wanted, assigned: AssignedSet, config: Config) -> SetReader | None:
    """Return motiscope by its kept readings, None where there is none."""
    folder = kept_folder(config)
    if not folder.is_dir():
        return None
    try:
        reference = open_set(wanted.folder)
    except SetError:
        # People can be scored where the videos are not.
        return None
    reader = VideoReader(
        load_models(config.threads, wanted.model or SHIPPED_HEADS), wanted.settings
    )
    found = find_kept(reference, reader, KeptReadings(folder))
    if not any(one.grades for one in found):
        return None
    text = as_json(set_document(reference, found)).encode()
    return reader_of(text, "kept readings", assigned.values)
