"""Many simulated fields on several processes, each kept as soon as it is finished."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from acquisition.part_file import part_file
from acquisition.serving import serve_parent
from inference.analysis import Models
from inference.counting import GradeCounts
from inference.evaluation.grade_check import FieldCheck, check_field
from inference.evaluation.simulated import DURATION_S, SETTINGS_VERSION

_models: list[Models] = []


class KeptError(ValueError):
    """A file of kept fields cannot be gone on with; the text names it and says why."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What kept fields came from: fields of another origin are never mixed with them.

    Attributes:
        heads_sha256: Hash of the detector.
        grades_sha256: Hash of the grader, None where the threshold rule decided.
        settings_version: Version of the bench's settings.
    """

    heads_sha256: str
    grades_sha256: str | None
    settings_version: int = SETTINGS_VERSION

    @classmethod
    def of(cls, models: Models) -> "Origin":
        """Return the origin of what these models find."""
        grades = None if models.grader is None else models.grader.identity.sha256
        return cls(models.detector.identity.sha256, grades)


class KeptFields:
    """A file with one finished field a line, below a line that says where they came from.

    Args:
        path: The file; it is made if it is missing, and what a killed run left half written at
            its end is dropped.
        origin: Where the fields come from.

    Raises:
        KeptError: If the file is of another origin or no such file; it stays as it is.
        OSError: If it cannot be read or written.
    """

    def __init__(self, path: Path, origin: Origin) -> None:
        self._path = path
        text = _text(path)
        head = json.dumps(asdict(origin)) + "\n"
        if text and not text.startswith(head):
            raise KeptError(
                f"{path} holds no fields, or those of another model or other settings; name a new "
                "file"
            )
        lines = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
        self.fields = [_field(line, path) for line in lines[1:]]
        whole = "".join([head, *lines[1:]])
        if whole != text:
            _write(whole, path)

    def add(self, field: FieldCheck) -> None:
        """Append a finished field."""
        self.fields.append(field)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(field)) + "\n")


def check_fields(
    seeds: Sequence[int],
    load: Callable[[], Models],
    workers: int,
    duration_s: float = DURATION_S,
) -> Iterator[FieldCheck]:
    """Check fields on processes of one thread each and yield them as they are finished.

    What is found in a field does not depend on how many processes there are.

    Args:
        seeds: Seeds of the fields.
        load: Loads the models, in each process once.
        workers: How many processes.
        duration_s: How long each field is seen.
    """
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(load,)) as pool:
        waiting = [pool.submit(_check, seed, duration_s) for seed in seeds]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _begin(load: Callable[[], Models]) -> None:
    # At an interrupt the parent lets the fields that are under way be finished.
    serve_parent()
    _models.append(load())


def _check(seed: int, duration_s: float) -> FieldCheck:
    return check_field(seed, _models[0], duration_s)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except UnicodeDecodeError as error:
        raise KeptError(f"{path} is no text; name a new file") from error


def _write(text: str, path: Path) -> None:
    # A link stays one.
    file = path.resolve()
    with part_file(file) as part:
        part.write_text(text, encoding="utf-8")
        part.replace(file)


def _field(line: str, path: Path) -> FieldCheck:
    try:
        values: dict[str, Any] = json.loads(line)
        for name in ("truth", "found", "counted"):
            values[name] = GradeCounts(**values[name])
        for name in ("ci95_percent", "confusion"):
            values[name] = tuple(tuple(row) for row in values[name])
        for name in ("mix_percent", "grader_variance"):
            values[name] = tuple(values[name])
        return FieldCheck(**values)
    except (ValueError, TypeError, KeyError) as error:
        raise KeptError(f"{path} holds a line that is no field: {error}") from error
