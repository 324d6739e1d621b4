"""A laboratory counter: one key for each grade, large figures, and what is still wanted."""

from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widgets import Digits, Static

from inference.counting import GradeCounts
from inference.grading import Grade
from qc.eqa.rounds.values import Reader
from tui.widgets.words import GLYPHS, GRADE_WORDS, count_of, local_time, percent_of

AIM = 200
"""Cells that are to be counted, as WHO asks for each replicate."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted, in the order of the keys.

    Attributes:
        cells: The grade of each cell.
    """

    cells: tuple[Grade, ...] = ()

    @property
    def counts(self) -> GradeCounts:
        """Cells by grade."""
        return GradeCounts(*(self.cells.count(grade) for grade in Grade))

    def with_one(self, grade: Grade) -> "Tally":
        """Count one cell."""
        return Tally((*self.cells, grade))

    def without_last(self) -> "Tally":
        """Take the last cell away, where there is one."""
        return Tally(self.cells[:-1])


class TallyPanel(Vertical):
    """Shows a tally.

    Attributes:
        tally: What was counted.
    """

    DEFAULT_CSS = """
    TallyPanel {
        .tally--line {
            height: 3;
        }

        .tally--name {
            width: 11;
            height: 3;
            color: $text-muted;
        }

        Digits {
            width: 1fr;
            text-align: right;
        }

        .tally--percent {
            width: 6;
            height: 3;
            text-align: right;
            color: $text-muted;
        }

        #line-total {
            margin: 1 0 0 0;
            text-style: bold;
        }

        .reached {
            color: $text-success;
        }
    }
    """

    tally: reactive[Tally] = reactive(Tally)

    def compose(self) -> ComposeResult:
        """Lay out a line for each grade, and one for all."""
        for grade in Grade:
            name = f"{grade} {GLYPHS[grade]}\n{GRADE_WORDS[grade]}"
            yield from self._line(str(grade), name)
        yield from self._line("total", f"all\nof {AIM}")

    def _line(self, key: str, name: str) -> ComposeResult:
        with Horizontal(classes="tally--line", id=f"line-{key}"):
            yield Static(name, classes="tally--name", markup=False)
            yield Digits("0", id=f"count-{key}")
            yield Static("", classes="tally--percent", id=f"percent-{key}", markup=False)

    def watch_tally(self, tally: Tally) -> None:
        """Show the figures."""
        if not self.is_mounted:
            return
        counts = tally.counts
        for grade in Grade:
            count = count_of(counts, grade)
            self.query_one(f"#count-{grade}", Digits).update(f"{count}")
            share = percent_of(count, counts.total)
            self.query_one(f"#percent-{grade}", Static).update(share)
        reached = counts.total >= AIM
        self.query_one("#count-total", Digits).update(f"{counts.total}")
        self.query_one("#count-total").set_class(reached, "reached")
        self.query_one("#percent-total", Static).update("✓" if reached else "")

    def on_mount(self) -> None:
        """Show an empty tally."""
        self.watch_tally(self.tally)


def statement(counts: GradeCounts, reader: Reader, at_utc: datetime) -> str:
    """Return what is signed, in words; with a warning where too little was counted."""
    each = ", ".join(
        f"{grade} {count_of(counts, grade)} ({percent_of(count_of(counts, grade), counts.total)})"
        for grade in Grade
    )
    few = f"! Fewer than {AIM} cells: the percentages are uncertain.\n"
    return (
        f"{each}; {counts.total} cells in all\n{few if counts.total < AIM else ''}"
        f"I counted these cells in this video. Signed: {reader}, {local_time(at_utc)}; it cannot "
        "be changed."
    )
