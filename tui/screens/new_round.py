"""The form of a new round or control programme, and the work of making it."""

from collections.abc import Collection
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, RadioButton, RadioSet, Static

from qc.eqa.rounds.values import BASELINE, DAYS, REPEATS
from tui.quality import QUALITY_FAILURES, Made, QualityServices
from tui.request import FormError
from tui.round_request import RoundRequest, RoundText, can_be_drawn, read_round_form
from tui.screens.start import FormRow
from tui.screens.telling import Telling
from tui.stopped import StoppedError

_OF_CONTROLS = ("every_days", "repeats", "baseline")
_MAKING = "making"


class NewRoundDialog(ModalScreen[Made | None]):
    """Makes a round; returns it, or None where the form is left.

    Args:
        quality: Makes it.
        known: Names that are taken.
        operator: Who is offered as its maker.
    """

    CSS_PATH = "new_round.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "make", "Make", id="new_round.make"),
        Binding("escape", "leave", "Back", id="new_round.back"),
    ]

    def __init__(self, quality: QualityServices, known: Collection[str], operator: str) -> None:
        super().__init__()
        self._quality = quality
        self._known = known
        self._operator = operator
        self._making = False

    def compose(self) -> ComposeResult:
        """Lay out the lines; some of them are asked only where they matter."""
        with Vertical(id="box"):
            yield Static("A new round or control programme", id="question")
            yield FormRow("name", "Name", placeholder="such as spring 2026")
            yield FormRow("folder", "Folder", placeholder="videos and their table")
            yield FormRow("videos", "Videos to simulate", placeholder="how many, drawn there")
            with Horizontal(classes="row"):
                yield Static("Kind", classes="label")
                with RadioSet(id="kind", compact=True):
                    yield RadioButton("round, read once", value=True)
                    yield RadioButton("control, repeated")
            yield FormRow("every_days", "Days between occasions", value=f"{DAYS}")
            yield FormRow("repeats", "Readings of each video", value=f"{REPEATS}")
            yield FormRow("baseline", "Occasions for limits", value=f"{BASELINE}")
            yield FormRow("operator", "Made by", value=self._operator)
            yield Static("", id="progress", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask for a round first."""
        self._ask_of_controls(wanted=False)
        self.query_one("#row-videos").display = False
        self.query_one("#name", Input).focus()

    @on(RadioSet.Changed, "#kind")
    def choose_kind(self, event: RadioSet.Changed) -> None:
        """Ask for the schedule of a control programme alone."""
        self._ask_of_controls(wanted=event.index == 1)

    def _ask_of_controls(self, *, wanted: bool) -> None:
        for name in _OF_CONTROLS:
            self.query_one(f"#row-{name}").display = wanted

    @on(Input.Changed, "#folder")
    def choose_folder(self, event: Input.Changed) -> None:
        """Offer to draw a set where none is."""
        self.query_one("#row-videos").display = can_be_drawn(event.value)

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """Go to the next line, or be done after the last."""
        event.stop()
        if event.input.id == "operator":
            self.action_make()
        else:
            self.focus_next()

    def action_make(self) -> None:
        """Begin to make it, or say line by line what is wrong."""
        if self._making:
            return
        problems: dict[str, str] = {}
        try:
            request = read_round_form(self._typed(), self._known)
        except FormError as error:
            problems = error.problems
        else:
            self._making = True
            self._tell("making …")
            self._make(request)
        for row in self.query(FormRow):
            row.blame(problems.get(row.query_one(Input).id or "", ""))
        if problems:
            self.query_one(f"#{next(iter(problems))}", Input).focus()

    def _typed(self) -> RoundText:
        texts = {each.id: each.value for each in self.query(Input)}
        return RoundText(
            texts["name"],
            texts["folder"],
            texts["videos"],
            self.query_one("#kind", RadioSet).pressed_index == 1,
            texts["every_days"],
            texts["repeats"],
            texts["baseline"],
            texts["operator"],
        )

    @work(thread=True, exclusive=True, exit_on_error=False, group=_MAKING)
    def _make(self, request: RoundRequest) -> None:
        told = Telling(lambda text: self.app.call_from_thread(self._tell, text))
        try:
            made = self._quality.make(request, told)
        except StoppedError:
            self.app.call_from_thread(self._fail, "stopped; nothing was made")
        except QUALITY_FAILURES as error:
            self.app.call_from_thread(self._fail, f"✗ {error}")
        else:
            self.app.call_from_thread(self.dismiss, made)

    def _fail(self, text: str) -> None:
        self._making = False
        self._tell(text)

    def _tell(self, text: str) -> None:
        line = self.query_one("#progress", Static)
        line.update(text + ("; escape stops" if self._making else ""))
        line.set_class(text.startswith("✗"), "failed")

    def action_leave(self) -> None:
        """Stop the making, or leave the form."""
        if self._making:
            self.workers.cancel_group(self, _MAKING)
            self._tell("stopping …")
        else:
            self.dismiss(None)
