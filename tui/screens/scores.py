"""The scores of a closed round, or the control charts of those who read controls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.console import Group
from rich.measure import Measurement
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer, Vertical
from textual.content import Content
from textual.widgets import Footer, Static

from qc.eqa.plots.control import control_sheets
from qc.eqa.plots.sheets import common_sheets, reader_sheets
from qc.eqa.rounds.control import JUDGED, reader_control
from qc.eqa.rounds.scored import score_round
from qc.eqa.rounds.values import Reader, Round, RoundError
from qc.eqa.rounds.wording import broken_lines, control_table
from qc.eqa.scored import ScoredSet
from qc.eqa.scores.reading import Parameter
from qc.eqa.scoring.tables import TextTable, score_tables, video_table
from qc.plots.chart import Sheet
from qc.plots.terminal import lines_of
from qc.records.database import StoreError
from tui.round_lines import SeenRound
from tui.screens.keyed import HELP_KEY, KeyedScreen
from tui.text_tables import rich_table
from tui.widgets.plot import LEAST_LINES, Plot
from tui.widgets.title_bar import TitleBar

_PARAMETERS = (*JUDGED, *(each for each in Parameter if each not in JUDGED))
_WIDEST = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown of one reader in one parameter; of a round, in all of them.

    Attributes:
        reader: Who.
        parameter: In what; empty where all are shown.
        tables: The tables.
        sheets: The charts below them.
        lines: What is said above them.
    """

    reader: str
    parameter: str
    tables: tuple[TextTable, ...]
    sheets: tuple[Sheet, ...]
    lines: tuple[str, ...] = ()


class ScoresScreen(KeyedScreen):
    """Shows one reader at a time.

    Args:
        seen: The round.
        readers: Whose scores may be shown.
        faults: Tells what of a round was changed behind the records' back; called in a thread.
    """

    CSS_PATH = "scores.tcss"
    TITLE = "Scores"
    AUTO_FOCUS = "#body"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "reader", "Reader", tooltip="Show the next reader", id="scores.reader"),
        Binding("t", "parameter", "Grade", tooltip="Show the next grade", id="scores.parameter"),
        Binding("escape,q", "leave", "Back", tooltip="Go back", id="scores.back"),
        HELP_KEY,
    ]
    REMARKS: ClassVar[tuple[str, ...]] = (
        "Arrows and page keys move through the tables, to the right as well.",
    )

    def __init__(
        self,
        seen: SeenRound,
        readers: Sequence[Reader],
        faults: Callable[[Round], tuple[str, ...]],
    ) -> None:
        super().__init__()
        self._seen = seen
        self._readers = tuple(readers)
        self._faults = faults
        self._pages: dict[tuple[str, str], Page] = {}
        self._reader = self._parameter = ""

    def compose(self) -> ComposeResult:
        """Lay out who can be chosen above charts and tables."""
        yield TitleBar("Scores", self._seen.round.name)
        yield Static("", id="chosen")
        with ScrollableContainer(id="body"):
            yield Static("", id="lines", markup=False)
            yield Static("reckoning …", id="tables", markup=False)
            yield Vertical(id="charts")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Reckon; the bootstrap takes a moment."""
        self._reckon()

    @work(thread=True, exclusive=True, exit_on_error=False, group="scores")
    def _reckon(self) -> None:
        try:
            pages = pages_of(self._seen, self._readers, self._faults(self._seen.round))
        except (RoundError, StoreError) as error:
            self.app.call_from_thread(self._fail, f"✗ {error}")
        else:
            self.app.call_from_thread(self._take, pages)

    def _fail(self, text: str) -> None:
        self.query_one("#tables", Static).update(text)

    def _take(self, pages: Sequence[Page]) -> None:
        self._pages = {(page.reader, page.parameter): page for page in pages}
        self._reader, self._parameter = pages[0].reader, pages[0].parameter
        self._show()

    def _show(self) -> None:
        page = self._pages[self._reader, self._parameter]
        names = Content("   ").join(_choice(each, self._reader) for each in self._names)
        if self._parameter:
            names = Content.assemble(names, "   ·   ", (self._parameter, "$accent"))
        self.query_one("#chosen", Static).update(names)
        self.query_one("#lines", Static).update("\n".join(page.lines))
        tables = Group(*(part for table in page.tables for part in (rich_table(table), "")))
        shown = self.query_one("#tables", Static)
        # As wide as they are: the body scrolls, and no cell is folded.
        options = self.app.console.options.update_width(_WIDEST)
        shown.styles.width = Measurement.get(self.app.console, options, tables).maximum
        shown.update(tables)
        self._show_charts(page.sheets)
        self.query_one("#body").scroll_home(animate=False)
        self.refresh_bindings()

    def _show_charts(self, sheets: Sequence[Sheet]) -> None:
        box = self.query_one("#charts", Vertical)
        box.remove_children()
        for sheet in sheets:
            box.mount(Static(sheet.title, classes="sheet", markup=False))
            for chart in sheet.charts:
                plot = Plot(chart)
                plot.styles.height = max(lines_of(chart), LEAST_LINES)
                box.mount(plot)
            if sheet.note:
                box.mount(Static(sheet.note, classes="note", markup=False))

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reader for reader, _ in self._pages))

    @property
    def _parameters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(parameter for _, parameter in self._pages))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a choice only where there is one."""
        del parameters
        possible = {"reader": len(self._names) > 1, "parameter": len(self._parameters) > 1}
        return possible.get(action, True)

    def action_reader(self) -> None:
        """Show the next reader."""
        self._reader = _after(self._names, self._reader)
        self._show()

    def action_parameter(self) -> None:
        """Show the next grade."""
        self._parameter = _after(self._parameters, self._parameter)
        self._show()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()


def pages_of(seen: SeenRound, readers: Sequence[Reader], faults: Sequence[str]) -> tuple[Page, ...]:
    """Return what may be shown of a round.

    Args:
        seen: The round.
        readers: Whose scores may be shown.
        faults: What was changed behind the records' back, which every page says first.

    Raises:
        RoundError: If its values may not be shown yet.
    """
    changed = tuple(f"✗ {fault}" for fault in faults)
    if seen.round.is_control:
        return tuple(
            _charts(seen, reader, each, changed) for reader in readers for each in _PARAMETERS
        )
    scored = score_round(seen.round, seen.signed)
    common = common_sheets([one.scores for one in scored.readers])
    return tuple(
        Page(
            one.reader.name,
            "",
            (*score_tables(one.scores, scored.rules), video_table(one.scores)),
            (*common, *reader_sheets(one.scores)),
            (*changed, *_faults(scored, one.reader.name)),
        )
        for one in scored.readers
    )


def _faults(scored: ScoredSet, reader: str) -> tuple[str, ...]:
    return tuple(f"! {fault}" for fault in scored.faults if fault.startswith(f"{reader}: "))


def _charts(
    seen: SeenRound, reader: Reader, parameter: Parameter, changed: tuple[str, ...]
) -> Page:
    found = reader_control(seen.round, reader, seen.readings, parameter)
    broken = broken_lines(found) or (("✓ no rule is broken",) if found.has_limits else ())
    tables, sheets = (control_table(found),), control_sheets(found)
    return Page(str(reader), parameter.value, tables, sheets, (*changed, *broken))


def _choice(name: str, chosen: str) -> Content:
    return Content.styled(f"▸ {name}", "bold $accent") if name == chosen else Content(name)


def _after(names: tuple[str, ...], present: str) -> str:
    return names[(names.index(present) + 1) % len(names)]
