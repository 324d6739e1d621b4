"""What a reader of a result must be told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader of the result must know.

    Attributes:
        code: Stable name for machines, such as "drift".
        text: One sentence for people, with the figures.
    """

    code: str
    text: str
