"""A person reads a round: its videos one by one, blind, counted by keys, signed."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Footer, Static
from textual.worker import Worker, get_current_worker

from acquisition.sidecar import software
from inference.grading import Grade
from qc.eqa.rounds.making import unnamed
from qc.eqa.rounds.order import Turn, standing
from qc.eqa.rounds.values import Reader, Reading, Round, RoundError
from qc.eqa.scoring.wording import many
from qc.records.database import StoreError
from qc.records.values import utc_now
from tui.film import Film, Playhead
from tui.quality import ITEM_FAILURES, ItemVideo, QualityServices
from tui.round_lines import next_open_turn
from tui.screens.dialog import Answer, Dialog
from tui.screens.keyed import HELP_KEY, KeyedScreen
from tui.widgets.frame_view import FrameView
from tui.widgets.pace import Pace
from tui.widgets.round_words import due_on
from tui.widgets.tally import AIM, Tally, TallyPanel, statement
from tui.widgets.title_bar import TitleBar
from tui.widgets.words import GRADE_WORDS

STEP_S = 2.0
_INTERVAL_S = 1 / 25
_MOST_SHARE = 0.5
_SIGN = Answer("sign", "Sign")
_LEAVE = Answer("leave", "Leave; the video comes again")
_GO_ON = Answer("", "Go on counting")
_OPENING = "opening the video and measuring its scale …"
_ALWAYS = ("leave", "keys")


class ReadingScreen(KeyedScreen):
    """Plays the items of one reader, one after the other, and takes what is counted.

    Args:
        quality: The records and the videos.
        one: The round.
        reader: Who reads.
        clock: Seconds that only rise.
    """

    CSS_PATH = "reading.tcss"
    TITLE = "Reading"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                f"{grade.value},{number}",
                f"count('{grade}')",
                "Count",
                key_display="a-d" if grade is Grade.RAPID else grade.value,
                show=grade is Grade.RAPID,
                tooltip=f"Count one {GRADE_WORDS[grade]} cell; also {number}",
                id=f"reading.{grade}",
            )
            for number, grade in enumerate(Grade, start=1)
        ),
        Binding("backspace", "take_back", "Undo", tooltip="Take the last one away", id="undo"),
        Binding("space", "pause", "Pause", tooltip="Pause, or play on", id="reading.pause"),
        Binding(
            "left",
            f"step({-STEP_S})",
            "2 s",
            key_display="← →",
            tooltip="Go 2 s back, or on",
            id="reading.left",
        ),
        Binding(
            "right", f"step({STEP_S})", "2 s", show=False, tooltip="Go on 2 s", id="reading.right"
        ),
        Binding(
            "r",
            "again",
            "Again",
            show=False,
            tooltip="Play from the begin of the video",
            id="reading.again",
        ),
        Binding(
            "g",
            "grid",
            "Grid",
            show=False,
            tooltip="Grid of 25 µm over the picture",
            id="reading.grid",
        ),
        Binding("enter", "sign", "Sign", tooltip="Sign what was counted", id="reading.sign"),
        Binding("escape", "leave", "Back", tooltip="Leave; signed readings stay", id="back"),
        HELP_KEY,
    ]
    REMARKS: ClassVar[tuple[str, ...]] = (
        "A square of the grid is 25 µm: a cell that crosses one in a second swims at the limit of "
        "grade a.",
        f"Count at least {AIM} cells, over all fields of the video; it begins again after its "
        "end. A signed reading cannot be changed, and the videos come in an order of your own.",
    )

    def __init__(
        self,
        quality: QualityServices,
        one: Round,
        reader: Reader,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self._quality = quality
        self._round = one
        self._reader = reader
        self._clock = clock
        self._turn: Turn | None = None
        self._film: Film | None = None
        self._begun_utc: datetime | None = None
        self._head = Playhead()
        self._shown: int | None = None
        self._passed: dict[tuple[UUID, int], str] = {}
        self._signing = False
        self.pace = Pace(_INTERVAL_S, _MOST_SHARE)

    def compose(self) -> ComposeResult:
        """Lay out the picture beside the counter."""
        yield TitleBar(self._round.name, f"{self._reader}")
        with Horizontal(id="body"):
            yield FrameView(id="picture")
            with Vertical(id="side"):
                yield TallyPanel(id="tally")
                yield Static("", id="place", markup=False)
        yield Static("", id="message", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Open the first video."""
        self.set_interval(_INTERVAL_S, self._play_on)
        self._go_on()

    def _go_on(self) -> None:
        """Show nothing, and look for the next item."""
        self._turn = self._film = self._begun_utc = self._shown = None
        self._head = Playhead()
        self._count(Tally())
        view = self.query_one(FrameView)
        view.clear()
        view.scale, view.fault, view.waiting = None, "", _OPENING
        self.query_one("#place", Static).update("")
        self._open()

    @work(thread=True, exclusive=True, exit_on_error=False, group="video")
    def _open(self) -> None:
        """Open what comes next, past what cannot be shown, and read it into memory."""
        worker = get_current_worker()
        while not worker.is_cancelled:
            try:
                turn = self._next_turn()
            except StoreError as error:
                self.app.call_from_thread(self._stop, f"✗ {error}")
                return
            if turn is None:
                self.app.call_from_thread(self._stop, self._why_nothing())
                return
            if self._could_show(turn, worker):
                return

    def _next_turn(self) -> Turn | None:
        return next_open_turn(self._round, self._reader, self._readings(), self._passed, utc_now())

    def _readings(self) -> list[Reading]:
        signed = self._quality.rounds.readings(self._round.round_id)
        return [each.reading for each in signed]

    def _why_nothing(self) -> str:
        if self._passed:
            unread = "; ".join(self._passed.values())
            return f"✗ nothing else can be read now; unread stay {unread}"
        now = standing(self._round, self._reader, self._readings(), utc_now())
        if now.due_utc is not None:
            due = due_on(now.due_utc, utc_now())
            return f"✓ all that is due is read and signed; it is due again {due}"
        return f"✓ {self._reader} has read and signed all of {self._round.name}"

    def _could_show(self, turn: Turn, worker: Worker[None]) -> bool:
        """Show an item; return whether there was anything of it to be shown."""
        film: Film | None = None
        self.app.call_from_thread(self._announce, turn)
        try:
            found = self._quality.open_item(turn.item)
            film = Film(found.video, found.scale)
            if not worker.is_cancelled:
                self.app.call_from_thread(self._play, turn, film, found)
            film.fill(lambda: worker.is_cancelled)
        except ITEM_FAILURES as error:
            text = unnamed(str(error), turn.item)
            if film is None or film.number_at(0.0) is None:
                self.app.call_from_thread(self._miss, turn, text)
                return False
            self.app.call_from_thread(self.say, f"! the video ends early: {text}")
        return True

    def _announce(self, turn: Turn) -> None:
        self._turn = self._film = None
        self.refresh_bindings()
        self.query_one(TitleBar).say(f"item {turn.place} of {turn.of} · {self._reader}")

    def _play(self, turn: Turn, film: Film, found: ItemVideo) -> None:
        self._turn, self._film, self._begun_utc = turn, film, utc_now()
        self.refresh_bindings()
        view = self.query_one(FrameView)
        view.scale, view.grid = film.scale, film.scale is not None
        if found.no_scale:
            self.say(f"! no grid and no scale bar: {found.no_scale}")
        elif not self._passed:
            self.say("")

    def _miss(self, turn: Turn, why: str) -> None:
        """Say that an item cannot be shown; it comes again when the screen is opened again."""
        self._passed[turn.item.item_id, turn.repeat] = f"item {turn.place}: {why}"
        self._film = None
        self.say(f"✗ item {turn.place} of {turn.of} stays unread: {why}")

    def _stop(self, text: str) -> None:
        """Say why nothing is shown."""
        self._turn = self._film = None
        self.refresh_bindings()
        self.query_one(FrameView).waiting = "no video"
        self.query_one(TitleBar).say(f"{self._reader}")
        self.say(text)

    def _play_on(self) -> None:
        """Show the picture of this moment, where painting leaves time for it."""
        film, now_s = self._film, self._clock()
        if film is None:
            return
        self._head.go_on(now_s, film)
        number = film.number_at(self._head.position_s)
        if number is None:
            return
        self._tell_place(film)
        if number == self._shown or not self.pace.due(now_s):
            return
        self._shown = number
        cost_s = self.query_one(FrameView).show(film.picture(number))
        self.pace.painted(self._clock(), cost_s)

    def _tell_place(self, film: Film) -> None:
        """Say where it stands; while pictures still come, nobody knows of how many seconds."""
        of = f" of {film.length_s:.0f}" if film.ended else ""
        mark = "❚❚ paused at" if self._head.paused else "▶"
        text = f"{mark} {self._head.position_s:.0f}{of} s"
        place = self.query_one("#place", Static)
        if place.content != text:
            place.update(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Count and play only while there is something to be counted."""
        del parameters
        return action in _ALWAYS or self._film is not None

    def action_count(self, letter: str) -> None:
        """Count a cell."""
        if not self._signing:
            self._count(self._tally.with_one(Grade(letter)))

    def action_take_back(self) -> None:
        """Take the last cell away."""
        if not self._signing:
            self._count(self._tally.without_last())

    def _count(self, tally: Tally) -> None:
        self.query_one(TallyPanel).tally = tally

    @property
    def _tally(self) -> Tally:
        return self.query_one(TallyPanel).tally

    @property
    def counted(self) -> int:
        """Cells that were counted and not signed."""
        return len(self._tally.cells)

    def action_pause(self) -> None:
        """Stand still, or play on."""
        self._head.paused = not self._head.paused
        if self._film is not None:
            self._tell_place(self._film)

    def action_step(self, by_s: float) -> None:
        """Go forward or back."""
        if self._film is not None:
            self._head.step(by_s, self._film)

    def action_again(self) -> None:
        """Play from the begin."""
        self._head.position_s = 0.0

    def action_grid(self) -> None:
        """Show or hide the grid."""
        self.query_one(FrameView).toggle_grid()

    def action_sign(self) -> None:
        """Show what is to be signed, and ask."""
        if self._turn is None or self._signing:
            return
        if not self.counted:
            self.say("nothing is counted yet: press a, b, c or d for each cell")
            return
        question = f"Sign item {self._turn.place} of {self._turn.of}?"
        detail = statement(self._tally.counts, self._reader, utc_now())
        self.app.push_screen(Dialog(question, detail, (_GO_ON, _SIGN)), self._sign_if)

    def _sign_if(self, answer: str | None) -> None:
        if answer and self._turn is not None and self._begun_utc is not None:
            self._signing = True
            self._sign(
                Reading(
                    item_id=self._turn.item.item_id,
                    occasion=self._turn.occasion,
                    repeat=self._turn.repeat,
                    reader=self._reader,
                    counts=self._tally.counts,
                    software=software(),
                    models=(),
                    begun_utc=self._begun_utc,
                    signed_utc=utc_now(),
                )
            )

    @work(thread=True, exit_on_error=False, group="sign")
    def _sign(self, reading: Reading) -> None:
        try:
            self._quality.rounds.sign(self._round, reading)
        except (RoundError, StoreError) as error:
            self.app.call_from_thread(self._end_signing, f"✗ not signed: {error}")
        else:
            self.app.call_from_thread(self._end_signing, "")

    def _end_signing(self, trouble: str) -> None:
        self._signing = False
        self.say(trouble)
        if not trouble:
            self._go_on()

    def action_leave(self) -> None:
        """Go back; ask first where something was counted."""
        if self.counted:
            self.app.push_screen(self.leave_dialog(), self._leave_if)
        else:
            self.dismiss()

    def leave_dialog(self) -> Dialog:
        """Return the question that stands before an unsigned count is given up."""
        detail = (
            f"What was counted is not signed and will not be kept: {many(self.counted, 'cell')}."
        )
        return Dialog("Leave without signing?", detail, (_GO_ON, _LEAVE))

    def _leave_if(self, answer: str | None) -> None:
        if answer:
            self.dismiss()

    def say(self, text: str) -> None:
        """Write into the message line."""
        line = self.query_one("#message", Static)
        line.update(text)
        line.set_class(text.startswith("✗"), "failed")
