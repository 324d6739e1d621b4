"""The result of a session: shares with intervals, the replicates' check, notices, files."""

from typing import ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.events import Resize
from textual.message import Message
from textual.widgets import Footer, Static

from qc.records.database import StoreError
from qc.records.values import SessionRecord
from qc.result import Conclusion, SessionResult, session_result
from tui.screens.keyed import HELP_KEY, KeyedScreen
from tui.services import EXPORT_FAILURES, Services
from tui.widgets.replicates import replicates_table
from tui.widgets.shares import shares_chart
from tui.widgets.title_bar import TitleBar
from tui.widgets.words import STATE_WORDS, local_time, written

_MARKS = {
    Conclusion.REPORTED: "✓",
    Conclusion.NEW_REPLICATES: "✗",
    Conclusion.EMPTY: "✗",
    Conclusion.UNFINISHED: "!",
}


class ResultScreen(KeyedScreen):
    """Shows one stored session, as it stands with its corrections."""

    CSS_PATH = "result.tcss"
    TITLE = "Result"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export", tooltip="Write the session to files", id="export"),
        Binding("r", "review", "Review", tooltip="Look at its cells, correct them", id="review"),
        Binding(
            "escape,q,enter",
            "leave",
            "Back",
            key_display="esc",
            tooltip="Go back",
            id="result.back",
        ),
        HELP_KEY,
    ]
    REMARKS: ClassVar[tuple[str, ...]] = (
        "A bar ends at the lower limit of its 95 % interval; ├─●─┤ shows the interval and the "
        "share. The interval holds the spread between the fields.",
        "Arrows and page up or down scroll.",
    )

    class ReviewWanted(Message):
        """The cells of the session are to be shown."""

        def __init__(self, session_id: UUID) -> None:
            super().__init__()
            self.session_id = session_id

    def __init__(self, services: Services, session_id: UUID) -> None:
        super().__init__()
        self._services = services
        self._session_id = session_id
        self._result: SessionResult | None = None

    def compose(self) -> ComposeResult:
        """Lay out figures and words; side by side where there is room."""
        yield TitleBar("Result")
        with VerticalScroll(id="body"):
            with Vertical(id="figures"):
                yield Static("", id="conclusion", markup=False)
                yield Static("", id="shares")
                yield Static("", id="replicates")
            with Vertical(id="words"):
                yield Static("Notices", classes="heading")
                yield Static("", id="notices", markup=False)
                yield Static("Kept with the result", classes="heading")
                yield Static("", id="kept", markup=False)
        yield Static("", id="message", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_screen_resume(self) -> None:
        """Read the session; it may have been corrected meanwhile."""
        self._load()

    @work(thread=True, exclusive=True, exit_on_error=False, group="result")
    def _load(self) -> None:
        try:
            session = self._services.store.session(self._session_id)
        except StoreError as error:
            self.app.call_from_thread(self.say, f"✗ {error}")
        else:
            self.app.call_from_thread(self._show, session, session_result(session))

    def _show(self, session: SessionRecord, result: SessionResult) -> None:
        self._result = result
        plan = session.plan
        self.query_one(TitleBar).say(
            f"sample {plan.sample} · {plan.operator} · {local_time(session.begun_utc)} · "
            f"{STATE_WORDS[session.state]}"
        )
        sentence = self.query_one("#conclusion", Static)
        sentence.update(headline(result))
        sentence.set_class(result.conclusion is not Conclusion.REPORTED, "withheld")
        notices = [f"! {notice.text}" for notice in result.notices]
        self.query_one("#notices", Static).update("\n".join(notices) or "none")
        self.query_one("#kept", Static).update(kept_with(session))
        self.call_after_refresh(self._draw)

    def on_resize(self, _event: Resize) -> None:
        """Fit the bars to the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if self._result is None:
            return
        chart = self.query_one("#shares", Static)
        chart.display = bool(self._result.grades)
        width = self.query_one("#figures").content_size.width
        chart.update(shares_chart(self._result.grades, width))
        table = replicates_table(self._result.replicates, self._result.check)
        self.query_one("#replicates", Static).update(table)

    def action_export(self) -> None:
        """Write the session to files."""
        self.say("writing …")
        self._export()

    @work(thread=True, exclusive=True, exit_on_error=False, group="export")
    def _export(self) -> None:
        try:
            done = written(self._services.export(self._session_id))
        except EXPORT_FAILURES as error:
            done = f"✗ {error}"
        self.app.call_from_thread(self.say, done)

    def action_review(self) -> None:
        """Show the session's cells."""
        self.post_message(self.ReviewWanted(self._session_id))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()

    def say(self, text: str) -> None:
        """Write into the message line."""
        self.query_one("#message", Static).update(text)


def headline(result: SessionResult) -> str:
    """Say what may be said of the sample, and that there are notices to read."""
    sentence = f"{_MARKS[result.conclusion]} {result.sentence}"
    if not result.notices:
        return sentence
    many = "1 notice" if len(result.notices) == 1 else f"{len(result.notices)} notices"
    return f"{sentence}\n! {many}"


def kept_with(session: SessionRecord) -> str:
    """Say where the clips lie, and what the numbers came from."""
    scale = session.plan.scale
    lines = [
        f"clips     {session.folder}",
        f"session   {session.session_id}",
        f"scale     {scale.um_per_px_x:.4g} x {scale.um_per_px_y:.4g} µm/px, {scale.source}",
        f"camera    {session.camera.vendor} {session.camera.model} {session.camera.serial}",
        f"software  {session.software}, seed {session.plan.seed}",
    ]
    if session.closing_reason:
        lines.append(f"closed    {session.closing_reason}")
    return "\n".join(lines)
