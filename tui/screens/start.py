"""The start: the form of a new examination, and the sessions that were left unfinished."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import (
    Button,
    Checkbox,
    Footer,
    Input,
    OptionList,
    RadioButton,
    RadioSet,
    Static,
)
from textual.widgets.option_list import Option

from calibration.profiles import OpticsHistory
from qc.records.database import StoreError
from qc.records.values import SessionState, SessionSummary, utc_now
from tui.request import CameraChoice, FormError, FormText, Request, read_form
from tui.screens.dialog import Answer, Dialog
from tui.screens.keyed import HELP_KEY_WHILE_TYPING, KeyedScreen
from tui.services import CLOSE_FAILURES, Services
from tui.widgets.title_bar import TitleBar
from tui.widgets.words import local_time

_CAMERAS = {
    CameraChoice.SIMULATED: "simulated microscope",
    CameraChoice.REPLAY: "replay a recording",
    CameraChoice.DEVICE: "camera",
}
_CONTINUE = Answer("continue", "Continue with its next field")
_CLOSE = Answer("close", "Close it as incomplete; what was counted stays")
_LATER = Answer("later", "Leave it for later")


class FormRow(Horizontal):
    """A label, what is typed, and beside it what is wrong with that."""

    def __init__(self, name: str, label: str, *, placeholder: str = "", value: str = "") -> None:
        super().__init__(id=f"row-{name}", classes="row")
        self._label = label
        self._input = Input(value, placeholder, id=name, compact=True)

    def compose(self) -> ComposeResult:
        """Lay out the three parts in one line."""
        yield Static(self._label, classes="label", markup=False)
        yield self._input
        yield Static("", classes="problem", markup=False)

    def blame(self, problem: str) -> None:
        """Show what is wrong; nothing where the text is empty."""
        self.query_one(".problem", Static).update(f"✗ {problem}" if problem else "")


class StartScreen(KeyedScreen):
    """Begins an examination or goes on with an unfinished one."""

    CSS_PATH = "start.tcss"
    TITLE = "New examination"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "start", "Start", tooltip="Start the examination", id="start.start"),
        Binding(
            "ctrl+o",
            "unfinished",
            "Unfinished",
            tooltip="Go to the unfinished sessions",
            id="start.unfinished",
        ),
        Binding(
            "f2",
            "app.calibrate",
            "Calibrate",
            tooltip="Measure the stage micrometer",
            id="start.calibrate",
        ),
        Binding("ctrl+l", "app.go('sessions')", "Sessions", tooltip="List of sessions", id="go"),
        Binding(
            "ctrl+e",
            "app.go('quality')",
            "QC",
            tooltip="Rounds, controls and their scores",
            id="start.quality",
            # Before the line that is typed in, which would go to its end.
            priority=True,
        ),
        HELP_KEY_WHILE_TYPING,
    ]
    REMARKS: ClassVar[tuple[str, ...]] = (
        "tab and shift+tab move between the lines, enter goes on, arrows choose the camera.",
    )

    class Requested(Message):
        """A new examination is asked for."""

        def __init__(self, request: Request) -> None:
            super().__init__()
            self.request = request

    class Continued(Message):
        """An unfinished session is to go on."""

        def __init__(self, session: SessionSummary) -> None:
            super().__init__()
            self.session = session

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._first_choice = CameraChoice.DEVICE if services.camera else CameraChoice.SIMULATED
        self._seed = services.new_seed()
        self._unfinished: dict[str, SessionSummary] = {}
        self._optics: tuple[OpticsHistory, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the form and the unfinished sessions."""
        yield TitleBar("New examination", f"{self._services.software} · research use only")
        with Horizontal(id="body"):
            with VerticalScroll(id="form", can_focus=False):
                yield FormRow("sample", "Sample", placeholder="label on the tube")
                yield FormRow(
                    "operator",
                    "Operator",
                    placeholder="who examines",
                    value=self._services.operator,
                )
                with Horizontal(classes="row"):
                    yield Static("Camera", classes="label")
                    with RadioSet(id="camera", compact=True):
                        for choice, words in _CAMERAS.items():
                            yield RadioButton(words, value=choice is self._first_choice)
                yield FormRow(
                    "device",
                    "Which camera",
                    placeholder="basler:SERIAL or ids:SERIAL",
                    value=self._services.camera,
                )
                yield FormRow("optics", "Optics", placeholder="name of a stored scale")
                yield FormRow("recording", "Recording", placeholder="video or folder of images")
                yield FormRow("um_per_px", "Scale µm/px", placeholder="x y, such as 0.50 0.50")
                yield FormRow("collected", "Collected", placeholder="time, such as 09:40")
                with Horizontal(id="row-preheated", classes="row"):
                    yield Static("Slide", classes="label")
                    yield Checkbox("pre-heated to 37 °C", id="preheated", compact=True)
                with Horizontal(classes="row"):
                    yield Static("Seed", classes="label")
                    yield Static(id="seed")
                    yield Static("chooses the fields", classes="hint")
                yield Button("Start examination", id="start", variant="primary", compact=True)
                yield Static("", id="trouble", markup=False)
            with VerticalScroll(id="unfinished", can_focus=False):
                yield Static("Unfinished sessions", classes="heading")
                yield Static("none", id="none")
                yield OptionList(id="open-sessions", compact=True, markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Fill in what does not come from the operator."""
        self._show_camera(self._first_choice)
        self.query_one("#sample", Input).focus()

    def on_screen_resume(self) -> None:
        """Look again: a session may have ended, and each examination has its own seed."""
        self._seed = self._services.new_seed()
        self.query_one("#seed", Static).update(f"{self._seed}")
        self._load_unfinished()

    @work(thread=True, exclusive=True, exit_on_error=False, group="unfinished")
    def _load_unfinished(self) -> None:
        try:
            found = self._services.store.sessions(SessionState.OPEN)
            self._optics = self._services.store.optics()
        except StoreError as error:
            self.app.call_from_thread(self._say_trouble, str(error))
        else:
            self.app.call_from_thread(self._show_unfinished, found)

    def _show_unfinished(self, found: tuple[SessionSummary, ...]) -> None:
        self._unfinished = {str(session.session_id): session for session in found}
        options = self.query_one("#open-sessions", OptionList)
        options.clear_options()
        options.add_options(
            Option(_in_one_line(session), id=key) for key, session in self._unfinished.items()
        )
        options.display = bool(found)
        options.highlighted = 0 if found else None
        self.query_one("#none").display = not found
        self.refresh_bindings()

    @on(RadioSet.Changed, "#camera")
    def choose_camera(self, event: RadioSet.Changed) -> None:
        """Ask only for what the chosen camera needs."""
        self._show_camera(tuple(_CAMERAS)[event.index])

    def _show_camera(self, choice: CameraChoice) -> None:
        replayed = choice is CameraChoice.REPLAY
        shown = {
            "recording": replayed,
            "device": choice is CameraChoice.DEVICE,
            "um_per_px": choice is not CameraChoice.SIMULATED,
            "collected": not replayed,
            "preheated": not replayed,
        }
        for name, display in shown.items():
            self.query_one(f"#row-{name}").display = display

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """Go to the next line."""
        event.stop()
        self.focus_next()

    @on(Button.Pressed, "#start")
    def press_start(self) -> None:
        """Start by the button."""
        self.action_start()

    @on(OptionList.OptionSelected, "#open-sessions")
    def choose_unfinished(self, event: OptionList.OptionSelected) -> None:
        """Ask what is to become of an unfinished session."""
        session = self._unfinished[event.option_id or ""]
        dialog = Dialog(
            f"Session of sample {session.sample} was left unfinished",
            f"{_progress(session)}, begun {local_time(session.begun_utc)} by {session.operator}",
            (_CONTINUE, _CLOSE, _LATER),
        )
        self.app.push_screen(dialog, lambda answer: self._decide(session, answer))

    def _decide(self, session: SessionSummary, answer: str | None) -> None:
        if answer == _CONTINUE.key:
            self.post_message(self.Continued(session))
        elif answer == _CLOSE.key:
            self._close_incomplete(session)

    @work(thread=True, exit_on_error=False, group="store")
    def _close_incomplete(self, session: SessionSummary) -> None:
        trouble = ""
        try:
            self._services.close(session.session_id, "closed at a later start")
        except CLOSE_FAILURES as error:
            trouble = str(error)
        self.app.call_from_thread(self._say_trouble, trouble)
        self.app.call_from_thread(self._load_unfinished)

    def _say_trouble(self, text: str) -> None:
        self.query_one("#trouble", Static).update(f"✗ {text}" if text else "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the unfinished sessions only where there are some."""
        del parameters
        return action != "unfinished" or bool(self._unfinished)

    def action_unfinished(self) -> None:
        """Go to the unfinished sessions."""
        self.query_one("#open-sessions").focus()

    def action_start(self) -> None:
        """Ask for the examination, or say line by line what is missing."""
        problems: dict[str, str] = {}
        try:
            request = read_form(self._typed(), self._seed, self._optics, utc_now())
        except FormError as error:
            problems = error.problems
        else:
            self.post_message(self.Requested(request))
            # The next slide has its own time and its own confirmation.
            for name in ("#sample", "#collected"):
                self.query_one(name, Input).clear()
            self.query_one("#preheated", Checkbox).value = False
        for row in self.query(FormRow):
            row.blame(problems.get(row.query_one(Input).id or "", ""))
        if problems:
            self.query_one(f"#{next(iter(problems))}", Input).focus()

    def _typed(self) -> FormText:
        texts = {each.id: each.value for each in self.query(Input)}
        choice = tuple(_CAMERAS)[max(self.query_one("#camera", RadioSet).pressed_index, 0)]
        return FormText(
            texts["sample"],
            texts["operator"],
            choice,
            texts["recording"],
            texts["um_per_px"],
            texts["optics"],
            texts["device"],
            texts["collected"],
            self.query_one("#preheated", Checkbox).value,
        )


def _progress(session: SessionSummary) -> str:
    fields = "1 field" if session.fields == 1 else f"{session.fields} fields"
    return f"{fields}, {session.counted.total} counted"


def _in_one_line(session: SessionSummary) -> str:
    return f"{session.sample}   {local_time(session.begun_utc)}   {_progress(session)}"
