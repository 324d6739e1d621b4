"""What a report holds, without a word of how it is written: the same in HTML and in PDF."""

from dataclasses import dataclass

from qc.eqa.scoring.tables import TextTable
from qc.plots.chart import Sheet

Part = Sheet | TextTable


@dataclass(frozen=True, slots=True)
class Chapter:
    """One reader, or one parameter of one.

    Attributes:
        title: Over it.
        parts: Plots and the tables that belong to them, in the order of reading.
    """

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    Attributes:
        title: Over it.
        facts: Which data and which software, with hashes, as pairs of name and text.
        remarks_title: What the remarks are.
        remarks: One line each.
        common: Plots before the chapters.
        chapters: One after the other.
        methods: How everything was reckoned, with its sources, one paragraph each.
        hashes: Of every file that was read; None where there are none.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    remarks_title: str
    remarks: tuple[str, ...]
    common: tuple[Sheet, ...]
    chapters: tuple[Chapter, ...]
    methods: tuple[str, ...]
    hashes: TextTable | None = None
