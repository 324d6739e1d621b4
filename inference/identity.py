"""Which model a number came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model produced a result."""

    name: str
    sha256: str


def joint_identity(parts: Sequence[ModelIdentity]) -> ModelIdentity:
    """Return the identity of several models that work as one.

    Its hash is the SHA-256 of theirs, written one after the other as hexadecimal digits, so that
    anyone can work it out from the models' cards.
    """
    digits = "".join(part.sha256 for part in parts)
    return ModelIdentity(
        ", ".join(part.name for part in parts), sha256(digits.encode()).hexdigest()
    )
