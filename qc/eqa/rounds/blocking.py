"""What keeps a reader's results from being reported, and what lets them through again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qc.charts.westgard import Rule
from qc.eqa.rounds.control import Broken, judged
from qc.eqa.rounds.order import readers_of
from qc.eqa.rounds.values import Reader, Reading, Release, Round
from qc.eqa.scores.reading import Parameter

_MEANT = {
    Rule.ONE_2S: "a warning: one reading beyond 2 sd",
    Rule.ONE_3S: "one reading beyond 3 sd",
    Rule.TWO_2S: "two in a row beyond the same 2 sd",
    Rule.R_4S: "one beyond +2 sd and one beyond −2 sd",
    Rule.FOUR_1S: "four in a row beyond the same 1 sd",
    Rule.TEN_X: "ten in a row on one side of the mean",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A reader whose results are not reported until someone with the right to do so says why.

    Attributes:
        round_name: The control programme.
        reader: Who.
        broken: The rules that reject, that nobody has released yet, the oldest first.
    """

    round_name: str
    reader: Reader
    broken: tuple[Broken, ...]

    @property
    def occasion(self) -> int:
        """The newest occasion that has to be released."""
        return self.broken[-1].occasion

    def __str__(self) -> str:
        first, more = self.broken[0], len(self.broken) - 1
        others = f" and {more} more" if more else ""
        return (
            f"{self.reader} has broken a rule of {self.round_name} on occasion {first.occasion}: "
            f"{in_words(first.parameter, first.rule)}{others}"
        )


def in_words(parameter: Parameter, rule: Rule) -> str:
    """Return a broken rule in words."""
    return f"{parameter} {rule} ({_MEANT[rule]})"


def blocks(
    one: Round, readings: Sequence[Reading], releases: Iterable[Release]
) -> tuple[Block, ...]:
    """Return everyone whose results are not reported for what they read of a control programme."""
    if not one.is_control:
        return ()
    released = {release.reader: release.occasion for release in _by_occasion(releases)}
    return tuple(_blocks(one, readings, released))


def _by_occasion(releases: Iterable[Release]) -> list[Release]:
    return sorted(releases, key=lambda release: release.occasion)


def _blocks(
    one: Round, readings: Sequence[Reading], released: dict[Reader, int]
) -> Iterator[Block]:
    for reader in readers_of(readings):
        left = tuple(
            broken
            for broken in judged(one, reader, readings)
            if broken.rule.rejects and broken.occasion > released.get(reader, 0)
        )
        if left:
            yield Block(one.name, reader, left)
