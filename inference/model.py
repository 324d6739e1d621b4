"""The ONNX models that ship with motiscope: their cards and their hashes."""

from dataclasses import dataclass


class ModelError(Exception):
    """A model is missing, altered or does not fit; the text names the file."""


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model produced a result."""

    name: str
    sha256: str
