"""The list of sessions: filter, open, export."""

from typing import ClassVar
from uuid import UUID

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import DataTable, Footer, Input, Static

from qc.records.database import StoreError
from qc.records.values import SessionSummary
from tui.screens.keyed import HELP_KEY, KeyedScreen
from tui.services import EXPORT_FAILURES, Services
from tui.widgets.title_bar import TitleBar
from tui.widgets.words import STATE_WORDS, clipped, local_time, written, written_percent


class SessionsScreen(KeyedScreen):
    """Every session of the laboratory, newest first."""

    CSS_PATH = "sessions.tcss"
    TITLE = "Sessions"
    AUTO_FOCUS = "DataTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "open",
            "Result",
            tooltip="Show the session's result",
            id="sessions.open",
            priority=True,
        ),
        Binding("e", "export", "Export", tooltip="Write the session to files", id="export"),
        Binding("r", "review", "Review", tooltip="Look at its cells, correct them", id="review"),
        Binding(
            "ctrl+e",
            "app.go('quality')",
            "QC",
            tooltip="Rounds, controls and their scores",
            id="sessions.quality",
            priority=True,
        ),
        Binding("slash", "filter", "Filter", tooltip="Type to filter", id="sessions.filter"),
        Binding("escape", "back", "Back", tooltip="Leave the filter, or the list", id="back"),
        HELP_KEY,
    ]
    REMARKS: ClassVar[tuple[str, ...]] = (
        "The filter looks for its words in sample, operator, state and date. "
        "A stored session is never deleted.",
    )

    class Opened(Message):
        """The result of a session is to be shown."""

        def __init__(self, session_id: UUID) -> None:
            super().__init__()
            self.session_id = session_id

    class ReviewWanted(Message):
        """The cells of a session are to be shown."""

        def __init__(self, session_id: UUID) -> None:
            super().__init__()
            self.session_id = session_id

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._sessions: tuple[SessionSummary, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the filter above the table."""
        yield TitleBar("Sessions")
        yield Input(placeholder="filter", id="filter", compact=True)
        yield DataTable(cursor_type="row", zebra_stripes=False)
        yield Static("", id="message", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Name the columns."""
        table = self.query_one(DataTable)
        for name in ("begun", "sample", "operator", "state", "counted", "   PR"):
            table.add_column(name, key=name)

    def on_screen_resume(self) -> None:
        """Read the list again; it may have grown."""
        self._load()

    @work(thread=True, exclusive=True, exit_on_error=False, group="sessions")
    def _load(self) -> None:
        try:
            found = self._services.store.sessions()
        except StoreError as error:
            self.app.call_from_thread(self.say, f"✗ {error}")
        else:
            self.app.call_from_thread(self._show, found)

    def _show(self, found: tuple[SessionSummary, ...]) -> None:
        self._sessions = found
        self._fill()

    @on(Input.Changed, "#filter")
    def _fill(self) -> None:
        words = self.query_one("#filter", Input).value.lower().split()
        shown = [s for s in self._sessions if all(word in _searched(s) for word in words)]
        table = self.query_one(DataTable)
        table.clear()
        for session in shown:
            table.add_row(*map(Text, _cells(session)), key=str(session.session_id))
        self.query_one(TitleBar).say(f"{len(shown)} of {len(self._sessions)}")
        self.say("" if self._sessions else "no session yet")

    def action_open(self) -> None:
        """Go from the filter to what it found, or show the session under the cursor."""
        if self.query_one("#filter", Input).has_focus:
            self.query_one(DataTable).focus()
        elif chosen := self._chosen():
            self.post_message(self.Opened(chosen))

    def action_export(self) -> None:
        """Write the session under the cursor to files."""
        if chosen := self._chosen():
            self.say("writing …")
            self._export(chosen)

    def action_review(self) -> None:
        """Show the cells of the session under the cursor."""
        if chosen := self._chosen():
            self.post_message(self.ReviewWanted(chosen))

    def action_filter(self) -> None:
        """Go to the filter."""
        self.query_one("#filter", Input).focus()

    async def action_back(self) -> None:
        """Leave the filter for the table, or the list for the examination."""
        if self.query_one("#filter", Input).has_focus:
            self.query_one("#filter", Input).clear()
            self.query_one(DataTable).focus()
        else:
            await self.run_action("app.go('examine')")

    @work(thread=True, exclusive=True, exit_on_error=False, group="export")
    def _export(self, session_id: UUID) -> None:
        try:
            done = written(self._services.export(session_id))
        except EXPORT_FAILURES as error:
            done = f"✗ {error}"
        self.app.call_from_thread(self.say, done)

    def say(self, text: str) -> None:
        """Write into the message line."""
        self.query_one("#message", Static).update(text)

    def _chosen(self) -> UUID | None:
        table = self.query_one(DataTable)
        if not table.row_count:
            return None
        return UUID(table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value)


def _searched(session: SessionSummary) -> str:
    return " ".join((session.sample, session.operator, *_cells(session))).lower()


def _cells(session: SessionSummary) -> tuple[str, ...]:
    return (
        local_time(session.begun_utc),
        clipped(session.sample, 14),
        clipped(session.operator, 12),
        STATE_WORDS[session.state],
        f"{session.counted.total:7d}",
        f"{written_percent(session.progressive_percent):>5}",
    )
