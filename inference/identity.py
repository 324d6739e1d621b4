"""Which model a number came from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model produced a result."""

    name: str
    sha256: str
