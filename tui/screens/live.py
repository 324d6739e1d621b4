"""The examination: the live picture, where it stands, and the operator's hand on it."""

from collections.abc import Callable
from time import monotonic
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from qc.picture import advice
from qc.status import ExaminationStatus, Phase
from tui.runner import ALREADY_RUNNING, Ended, Opened, Runner, StatusChanged
from tui.screens.dialog import Answer, Dialog
from tui.screens.keyed import HELP_KEY, KeyedScreen
from tui.services import Examining, OpenExamination
from tui.widgets.frame_view import FrameView, ViewStyle
from tui.widgets.pace import Pace
from tui.widgets.status_panel import Limits, StatusPanel
from tui.widgets.title_bar import TitleBar

STILL_GRADING = "still grading the last field; wait"
_IDLE_INTERVAL_S = 1 / 12
_RECORDING_INTERVAL_S = 1 / 5

_GO_ON = Answer("", "Go on examining")
_REPEAT = (
    Answer("", "Keep the field"),
    Answer("out of focus", "Out of focus"),
    Answer("slide or stage was touched", "The slide or the stage was touched"),
    Answer("air bubble or debris in the field", "Air bubble or debris in the field"),
)
_ABORT = (
    _GO_ON,
    Answer("wrong sample", "Abort: wrong sample"),
    Answer("bad preparation", "Abort: bad preparation"),
    Answer("fault of the instrument", "Abort: fault of the instrument"),
)
_LEAVE = (_GO_ON, Answer("leave", "Stop; the session stays open and can be continued"))
_OVERRIDE = (
    Answer("", "Wait for the temperature"),
    Answer("stage without control", "Record now: this stage has no control"),
    Answer("examined at room temperature", "Record now: examined at room temperature"),
)
_DEFERRABLE = (Phase.MOVING, Phase.RECORDING, Phase.ANALYSING, Phase.PREPARING)
_SEEN = (Phase.RECORDING, Phase.PREPARING, Phase.PAUSED, Phase.NEW_PREPARATION)
_CALLS_THE_OPERATOR = (Phase.NEW_PREPARATION, Phase.FINISHED, Phase.FAILED)


class LiveScreen(KeyedScreen):
    """Shows one running examination; it ends in its own thread, whatever the screen does.

    Attributes:
        status: Where the examination stands.
        pausing: Whether a pause is asked for that waits for the end of the field.
        over: Whether the examination's thread has ended.
        pace: How often the picture is painted.
    """

    CSS_PATH = "live.tcss"
    TITLE = "Examination"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "Pause", tooltip="Pause after this field", id="live.pause"),
        Binding("space", "resume", "Resume", tooltip="Go on after a pause", id="live.resume"),
        Binding(
            "n",
            "confirm",
            "Ready",
            tooltip="The slide is in place, or at another field",
            id="live.n",
        ),
        Binding("r", "repeat", "Repeat", tooltip="Record this field again", id="live.repeat"),
        Binding("o", "override", "Record anyway", tooltip="Do not wait for 37 °C", id="live.warm"),
        Binding("e", "expose", "Exposure", tooltip="Set the exposure by itself", id="live.expose"),
        Binding("a", "abort", "Abort", tooltip="Abort the examination", id="live.abort"),
        Binding("enter", "result", "Result", tooltip="Show the result", id="live.result"),
        Binding("g", "grid", "Grid", tooltip="Grid of 25 µm over the picture", id="live.grid"),
        Binding("v", "view", "View", show=False, tooltip="Greys or dots", id="live.view"),
        Binding("q,escape", "leave", "Back", tooltip="Leave the examination", id="live.leave"),
        HELP_KEY,
    ]
    REMARKS: ClassVar[tuple[str, ...]] = (
        "Grades: a ▲ rapid, b △ slow, c ◇ non-progressive, d ■ immotile. PR is a and b together.",
        "Focus: fine over coarse detail of the picture; turn the knob until it is largest.",
        "A field that has begun is finished before a pause. Nothing recorded is ever deleted.",
    )

    status: reactive[ExaminationStatus] = reactive(ExaminationStatus)
    pausing: reactive[bool] = reactive(False, bindings=True)
    over: reactive[bool] = reactive(False, bindings=True)

    class ResultWanted(Message):
        """The result of the examined session is to be shown."""

        def __init__(self, session_id: UUID) -> None:
            super().__init__()
            self.session_id = session_id

    def __init__(
        self,
        runner: Runner,
        open_examination: OpenExamination,
        heading: str,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self._runner = runner
        self._open_examination = open_examination
        self._heading = heading
        self._clock = clock
        self._examining: Examining | None = None
        self._leaving = ""
        self.pace = Pace()

    def compose(self) -> ComposeResult:
        """Lay out the picture, the panel beside it and the message below."""
        yield TitleBar("Examination", self._heading)
        with Horizontal(id="body"):
            yield FrameView(id="picture")
            yield StatusPanel(id="panel")
        yield Static("", id="message", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Begin, now that there is a screen to look at."""
        if self._runner.running:
            self.over = True
            self._say(f"✗ {ALREADY_RUNNING}", failed=True)
            return
        self._runner.start(self._open_examination, self.post_message)
        self.set_interval(_IDLE_INTERVAL_S, self._show_newest_frame)

    @on(Opened)
    def begin(self, event: Opened) -> None:
        """Take hold of the examination."""
        self._examining = event.examining
        self.query_one(FrameView).scale = event.examining.plan.scale
        self.query_one(StatusPanel).limits = Limits.of(event.examining.plan)

    @on(StatusChanged)
    def take_status(self, event: StatusChanged) -> None:
        """Show where the examination stands."""
        self.status = event.status

    @on(Ended)
    def end(self, event: Ended) -> None:
        """Say how it ended."""
        self.over = True
        if event.error is not None:
            self.query_one(FrameView).fault = "camera lost" if event.camera_lost else "stopped"
            self._say(f"✗ {event.error}", failed=True)

    def watch_status(self, before: ExaminationStatus, status: ExaminationStatus) -> None:
        """Pass the status on to the panel, the picture and the message line."""
        if not self.is_mounted:
            return
        if _offers(status) != _offers(before):
            self.refresh_bindings()
        if status.phase is not before.phase and status.phase in _CALLS_THE_OPERATOR:
            self.app.bell()
        if status.phase is Phase.PAUSED or status.phase.is_end:
            self.pausing = False
        recording = status.phase is Phase.RECORDING
        self.pace.interval_s = _RECORDING_INTERVAL_S if recording else _IDLE_INTERVAL_S
        self.query_one(StatusPanel).status = status
        self._tell(status)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something now."""
        del parameters
        phase, running = self.status.phase, not self.over and not self.status.phase.is_end
        possible = {
            "pause": running and phase in _DEFERRABLE and not self.pausing,
            "resume": running and (phase is Phase.PAUSED or self.pausing),
            "confirm": running and self.status.asks,
            "repeat": running and self.status.field > 0,
            "override": running and phase is Phase.PREPARING,
            "expose": running,
            "abort": running,
            "result": not running and self.status.session_id is not None,
        }
        return possible.get(action, True)

    def action_pause(self) -> None:
        """Pause at the end of the field."""
        if self._examining:
            self._examining.controls.pause()
            self.pausing = True
            self._tell(self.status)

    def action_resume(self) -> None:
        """Go on."""
        if self._examining:
            self._examining.controls.resume()
            self.pausing = False
            self._tell(self.status)

    def action_confirm(self) -> None:
        """Say that the next preparation lies on the stage."""
        if self._examining:
            self._examining.controls.resume()

    def action_repeat(self) -> None:
        """Ask why the field is to be recorded again."""
        self._ask(
            "Record this field again?",
            "What was recorded is kept and not counted.",
            _REPEAT,
            lambda examining, reason: examining.controls.repeat_field(reason),
        )

    def action_override(self) -> None:
        """Ask why the temperature does not matter."""
        self._ask(
            "Record without the right temperature?",
            "The reason is stored with the session.",
            _OVERRIDE,
            lambda examining, reason: examining.controls.override_temperature(reason),
        )

    def action_expose(self) -> None:
        """Have the exposure found from the picture, at once or before the next field."""
        if self._examining:
            self._examining.controls.set_exposure()
            if self.status.phase in _DEFERRABLE:
                self._say("the exposure is set before the next field")

    def action_abort(self) -> None:
        """Ask whether and why to abort."""
        self._ask(
            "Abort this examination?",
            "Finished fields are kept; the session is closed and cannot be continued.",
            _ABORT,
            lambda examining, reason: examining.controls.abort(reason),
        )

    def action_grid(self) -> None:
        """Show or hide the grid."""
        self.query_one(FrameView).toggle_grid()

    def action_view(self) -> None:
        """Change between greys and dots."""
        view = self.query_one(FrameView)
        dots = view.drawn_as is ViewStyle.DOTS
        view.drawn_as = ViewStyle.GREYS if dots else ViewStyle.DOTS

    def action_result(self) -> None:
        """Show the result."""
        if self.status.session_id is not None:
            self.post_message(self.ResultWanted(self.status.session_id))

    def action_leave(self) -> None:
        """Go back to the start; ask first while the examination runs."""
        if self.over or not self._runner.running:
            self.dismiss()
            return
        self.app.push_screen(leave_dialog(), self._leave_if)

    def _leave_if(self, answer: str | None) -> None:
        if answer:
            self._wait_for_end("stopping …")
            self._stop()

    @work(thread=True, exclusive=True, exit_on_error=False, group="leave")
    def _stop(self) -> None:
        worker = get_current_worker()
        while not self._runner.leave():
            if worker.is_cancelled:
                return
            self.app.call_from_thread(self._wait_for_end, STILL_GRADING)
        self.app.call_from_thread(self._go_back)

    def _wait_for_end(self, text: str) -> None:
        self._leaving = text
        self._tell(self.status)

    def _go_back(self) -> None:
        # What lies over this screen stays where it is; from there "q" comes back and leads on.
        if self.is_current:
            self.dismiss()

    def _ask(
        self,
        question: str,
        detail: str,
        answers: tuple[Answer, ...],
        then: Callable[[Examining, str], None],
    ) -> None:
        def decide(reason: str | None) -> None:
            if reason and self._examining:
                then(self._examining, reason)

        self.app.push_screen(Dialog(question, detail, answers), decide)

    def _show_newest_frame(self) -> None:
        if self._examining is None or not self.pace.due(self._clock()):
            return
        frame = self._examining.newest_frame()
        if frame is not None:
            cost_s = self.query_one(FrameView).show(frame.pixels)
            self.pace.painted(self._clock(), cost_s)

    def _tell(self, status: ExaminationStatus) -> None:
        text = status.message
        if self._leaving and not self.over:
            text = self._leaving
        elif self.pausing:
            text = "it pauses when this field is finished"
        elif status.asks:
            text = f"{status.message}; press n when it is done"
        elif status.phase is Phase.FINISHED:
            text = "both replicates are counted; press enter for the result"
        self._say(status.error or text or self._advice(status), failed=status.error is not None)

    def _advice(self, status: ExaminationStatus) -> str:
        limits = self.query_one(StatusPanel).limits
        if status.picture is None or limits is None or status.phase not in _SEEN:
            return ""
        return advice(status.picture, limits.max_drift_um_s)

    def _say(self, text: str, *, failed: bool = False) -> None:
        line = self.query_one("#message", Static)
        line.update(text)
        line.set_class(failed, "failed")
        line.set_class(self.status.asks, "wanted")


def leave_dialog() -> Dialog:
    """Return the question that stands before leaving a running examination."""
    return Dialog(
        "The examination is running",
        "Finished fields are stored; the field being recorded is cut and not counted.",
        _LEAVE,
    )


def _offers(status: ExaminationStatus) -> tuple[object, ...]:
    """Return what decides on the keys; a recording's progress must not rebuild the footer."""
    return status.phase, status.field > 0, status.session_id is not None, status.asks
