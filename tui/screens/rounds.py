"""Rounds and control programmes: who has come how far, what is due, what is blocked."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import DataTable, Footer, Static

from qc.eqa.rounds.blocking import Block
from qc.eqa.rounds.instrument import ItemRead
from qc.eqa.rounds.values import Closing, Reader, ReaderKind, Release, Round
from qc.eqa.scoring.wording import many
from qc.records.database import StoreError
from qc.records.values import utc_now
from tui.quality import QUALITY_FAILURES, Made
from tui.rights import why_not
from tui.round_lines import SeenRound, seen_rounds, shown_readers
from tui.screens.dialog import Answer, Dialog
from tui.screens.keyed import HELP_KEY, KeyedScreen
from tui.screens.new_round import NewRoundDialog
from tui.screens.reader_name import ReaderDialog
from tui.screens.reason import Given, ReasonDialog
from tui.screens.telling import Telling
from tui.services import Services
from tui.stopped import StoppedError
from tui.widgets.round_words import COLUMNS, RoundState, facts_of, kind_of, row_of, state_of
from tui.widgets.title_bar import TitleBar
from tui.widgets.words import written

_STATE_COLOURS = {
    RoundState.OPEN: "warning",
    RoundState.CLOSED: "success",
    RoundState.BLOCKED: "error",
}
_READING = "instrument"


class RoundsScreen(KeyedScreen):
    """Every round and control programme of the laboratory, the newest first."""

    CSS_PATH = "rounds.tcss"
    TITLE = "Quality"
    AUTO_FOCUS = "DataTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New", tooltip="Make a round or a control programme", id="rounds.new"),
        Binding("r", "read", "Read", tooltip="Read its videos yourself", id="rounds.read"),
        Binding("m", "run", "Auto", tooltip="Let motiscope read what is due", id="rounds.run"),
        Binding("s", "scores", "Scores", tooltip="Show scores or control charts", id="rounds.s"),
        Binding("p", "report", "Report", tooltip="Write it as HTML and PDF", id="rounds.report"),
        Binding("c", "close", "Close", tooltip="End the round and show its scores", id="rounds.c"),
        Binding("u", "release", "Unblock", tooltip="Let results be reported again", id="rounds.u"),
        Binding(
            "v",
            "verify",
            "Verify",
            show=False,
            tooltip="Check the seals of its readings",
            id="rounds.v",
        ),
        Binding("escape", "back", "Back", tooltip="Leave; motiscope stops reading", id="back"),
        HELP_KEY,
    ]
    REMARKS: ClassVar[tuple[str, ...]] = (
        "A round is read once by everyone and scored when it is closed; until then nobody sees an "
        "assigned value or another's readings. A control comes up again, and a broken rule blocks "
        "the results of its reader.",
        "Quality managers, named in the settings, close and unblock. Signed readings are never "
        "changed; v checks that none was.",
        "What motiscope has to say of the videos that it read may be longer than its place: tab "
        "goes there, arrows scroll it.",
    )

    class ReadingWanted(Message):
        """Someone wants to read a round."""

        def __init__(self, one: Round, reader: Reader) -> None:
            super().__init__()
            self.round = one
            self.reader = reader

    class ScoresWanted(Message):
        """The scores or charts of some readers are to be shown."""

        def __init__(self, seen: SeenRound, readers: tuple[Reader, ...]) -> None:
            super().__init__()
            self.seen = seen
            self.readers = readers

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._quality = services.quality
        self._operator = services.operator
        self._seen: dict[str, SeenRound] = {}

    def compose(self) -> ComposeResult:
        """Lay out the table and what is known of the round under the cursor."""
        yield TitleBar("Quality")
        with Horizontal(id="body"):
            yield DataTable(cursor_type="row", zebra_stripes=False)
            with VerticalScroll(id="side", can_focus=False):
                yield Static("", id="facts", markup=False)
        with VerticalScroll(id="going-on", can_focus=False):
            yield Static("", id="progress", markup=False)
        yield Static("", id="message", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Name the columns, and follow the colours."""
        table = self.query_one(DataTable)
        for name in COLUMNS:
            table.add_column(name, key=name)
        self.app.theme_changed_signal.subscribe(self, lambda _: self._fill())

    def on_screen_resume(self) -> None:
        """Read the list again; something may have been read meanwhile."""
        self._load()

    @work(thread=True, exclusive=True, exit_on_error=False, group="rounds")
    def _load(self) -> None:
        try:
            found = seen_rounds(self._quality.rounds)
        except StoreError as error:
            self.app.call_from_thread(self.say, f"✗ {error}")
        else:
            self.app.call_from_thread(self._show, found)

    def _show(self, found: tuple[SeenRound, ...]) -> None:
        self._seen = {str(each.round.round_id): each for each in found}
        self._fill()
        if not found:
            self.say("no round yet: press n to make one")

    def _fill(self) -> None:
        """Show the rounds, the cursor where it was."""
        table, now = self.query_one(DataTable), utc_now()
        row = table.cursor_row
        table.clear()
        for key, seen in self._seen.items():
            state = state_of(seen)
            cells = (Text(cell) for cell in row_of(seen, self._own, now))
            table.add_row(*cells, Text(state, self._colour(_STATE_COLOURS[state])), key=key)
        table.move_cursor(row=row, animate=False)
        blocked = sum(bool(seen.blocks) for seen in self._seen.values())
        remark = f"yours: {self._operator or 'nobody'} · {len(self._seen)} in all"
        self.query_one(TitleBar).say(f"{remark} · {blocked} blocked" if blocked else remark)
        self._show_chosen()

    def _colour(self, name: str) -> Style:
        return Style(color=Color.parse(self.app.theme_variables[name]).rich_color)

    @on(DataTable.RowHighlighted)
    def _show_chosen(self) -> None:
        """Show the facts of the round under the cursor, and the keys that do something with it."""
        self.refresh_bindings()
        self._show_facts()

    def _show_facts(self) -> None:
        grid = Table.grid(padding=(0, 2, 0, 0))
        seen = self._chosen()
        for label, text, is_bad in facts_of(seen, utc_now()) if seen else ():
            style = self._colour("error") if is_bad else Style()
            grid.add_row(Text(label, "dim"), Text(text, style))
        self.query_one("#facts", Static).update(grid)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something with the round under the cursor."""
        del parameters
        seen = self._chosen()
        is_open = seen is not None and seen.round.closed is None
        shown = bool(seen and self._readers(seen))
        possible = {
            "read": is_open,
            "run": is_open,
            "close": is_open,
            "scores": shown,
            "report": shown,
            "release": bool(seen and seen.blocks),
            "verify": seen is not None,
        }
        return possible.get(action, True)

    def action_new(self) -> None:
        """Ask for a new round."""
        names = frozenset(seen.round.name for seen in self._seen.values())
        self.app.push_screen(NewRoundDialog(self._quality, names, self._operator), self._take_made)

    def _take_made(self, made: Made | None) -> None:
        if made is not None:
            one = made.round
            self.say(f"{one.name}: {kind_of(one)} of {many(len(one.items), 'video')}")
            self._tell_lines([f"! {fault}" for fault in made.faults])

    def action_read(self) -> None:
        """Ask who reads."""
        if (seen := self._chosen()) is None:
            return

        def begin(name: str | None) -> None:
            if name is not None:
                self._operator = name
                self.post_message(self.ReadingWanted(seen.round, seen.known(self._own)))

        self.app.push_screen(ReaderDialog(f"Who reads {seen.round.name}?", self._operator), begin)

    def action_run(self) -> None:
        """Let motiscope read."""
        if self._is_reading():
            self.say("motiscope is reading already")
        elif seen := self._chosen():
            self._run(seen.round)

    def _is_reading(self) -> bool:
        return any(each.group == _READING and each.is_running for each in self.workers)

    @work(thread=True, exclusive=True, exit_on_error=False, group=_READING)
    def _run(self, one: Round) -> None:
        items: list[ItemRead] = []
        telling = Telling(lambda text: self.app.call_from_thread(self._tell_lines, [text]))

        def told(what: str, done: int, of: int) -> None:
            read = many(len(items), "video")
            telling(f"motiscope reads {one.name}: {read} done, {what}", done, of)

        end = ""
        try:
            self.app.call_from_thread(self._tell_lines, [f"motiscope reads {one.name} …"])
            for item in self._quality.read_due(one, told):
                items.append(item)  # noqa: PERF402 - what was read counts where the next one fails
        except StoppedError:
            end = "stopped; m goes on with the rest"
        except QUALITY_FAILURES as error:
            end = f"✗ {error}"
        self.app.call_from_thread(self._end_run, one, items, end)

    def _end_run(self, one: Round, items: list[ItemRead], end: str) -> None:
        signed = many(sum(item.counts is not None for item in items), "video")
        read = f"{one.name}: motiscope has read and signed {signed}"
        self.say(f"{read}; {end}" if items and end else end or read)
        self._tell_lines([line for item in items for line in _lines(item)])
        self._load()

    def action_scores(self) -> None:
        """Show the scores of a closed round, or control charts."""
        if seen := self._chosen():
            self.post_message(self.ScoresWanted(seen, self._readers(seen)))

    def action_report(self) -> None:
        """Write the report."""
        if seen := self._chosen():
            one, readers = seen.round, self._readers(seen)
            self.say("writing the report …")
            self._do(lambda: written(self._quality.report(one, readers)))

    def action_verify(self) -> None:
        """Check every seal."""
        if seen := self._chosen():
            one = seen.round
            self._do(lambda: self._verified(one))

    def _verified(self, one: Round) -> str:
        signed = self._quality.rounds.readings(one.round_id)
        if faults := self._quality.rounds.faults(one):
            return "\n".join(f"✗ {line}" for line in faults)
        return f"✓ {one.name}: {many(len(signed), 'reading')}, every seal fits"

    def action_close(self) -> None:
        """Ask who ends the round, and why."""
        if seen := self._chosen():
            one = seen.round

            def close(given: Given) -> str:
                closing = Closing(given.operator, given.reason, utc_now())
                self._quality.rounds.close(one, closing)
                return f"{one.name} is closed; press s for its scores"

            detail = "From then on nobody can read it, and its values and scores are shown."
            self._ask_manager(f"Close {one.name}?", detail, close)

    def action_release(self) -> None:
        """Ask whose results are released, where there are several."""
        seen = self._chosen()
        if seen is None or not seen.blocks:
            return
        if len(seen.blocks) == 1:
            self._ask_release(seen.round, seen.blocks[0])
            return
        answers = tuple(Answer(f"{i}", str(block.reader)) for i, block in enumerate(seen.blocks))

        def choose(key: str | None) -> None:
            if key is not None:
                self._ask_release(seen.round, seen.blocks[int(key)])

        self.app.push_screen(Dialog("Whose results?", "Each is released alone.", answers), choose)

    def _ask_release(self, one: Round, block: Block) -> None:
        def release(given: Given) -> str:
            made = Release(block.reader, block.occasion, given.operator, given.reason, utc_now())
            self._quality.rounds.release(one, made)
            return f"{block.reader}: released up to occasion {block.occasion} of {one.name}"

        self._ask_manager(f"Report results of {block.reader} again?", f"{block}.", release)

    def _ask_manager(self, question: str, detail: str, then: Callable[[Given], str]) -> None:
        """Ask for reason and name, and go on if that person has the right to."""
        managers = self._quality.managers
        if not managers:
            self.say(f"✗ {why_not(managers, '')}")
            return

        def decide(given: Given | None) -> None:
            if given is None:
                return
            if refusal := why_not(managers, given.operator):
                self.say(f"✗ {refusal}")
            else:
                self._do(lambda: then(given))

        offered = self._operator if self._operator in managers else ""
        detail = f"{detail} Quality managers: {', '.join(managers)}."
        self.app.push_screen(ReasonDialog(question, detail, offered), decide)

    @work(thread=True, exit_on_error=False, group="do")
    def _do(self, job: Callable[[], str]) -> None:
        """Do something with the records, and say what came of it."""
        try:
            text = job()
        except QUALITY_FAILURES as error:
            text = f"✗ {error}"
        self.app.call_from_thread(self.say, text)
        self.app.call_from_thread(self._load)

    async def action_back(self) -> None:
        """Leave; what motiscope is reading is given up, what it has signed stays."""
        self.workers.cancel_group(self, _READING)
        await self.run_action("app.go('examine')")

    def say(self, text: str) -> None:
        """Write into the message line."""
        line = self.query_one("#message", Static)
        line.update(text)
        line.set_class(text.startswith("✗"), "failed")

    def _tell_lines(self, lines: list[str]) -> None:
        """Write into the lines of what is going on."""
        self.query_one("#progress", Static).update("\n".join(lines))
        self.query_one("#going-on", VerticalScroll).can_focus = bool(lines)

    @property
    def _own(self) -> Reader:
        return Reader(ReaderKind.PERSON, self._operator)

    def _readers(self, seen: SeenRound) -> tuple[Reader, ...]:
        return shown_readers(seen, self._own)

    def _chosen(self) -> SeenRound | None:
        table = self.query_one(DataTable)
        if not table.row_count:
            return None
        key = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
        return self._seen.get(key or "")


def _lines(item: ItemRead) -> Iterator[str]:
    """Yield what must be known of an item."""
    name = f"! item {item.turn.place} of {item.turn.of}"
    if item.counts is None:
        yield f"{name} was left out: {item.fault}"
    for line in item.told:
        yield f"{name}: {line}"
