"""Which optics a measured micrometer belongs to: asked before anything is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from calibration.profiles import OpticsHistory
from qc.calibrations import Prepared
from tui.naming import Measured, NamingError, NamingText, optics_of, read_naming
from tui.screens.start import FormRow

_LINES = (
    ("optics", "Optics", "a name like 40x-basler"),
    ("objective", "Objective", "magnification, such as 40"),
    ("adapter", "Adapter", "magnification, such as 0.5"),
    ("pixel_um", "Pixel µm", "of the sensor, x or x y"),
    ("division_um", "Division µm", "of the finest ruling"),
    ("micrometer", "Micrometer", "its number, if it has one"),
    ("operator", "Operator", "who measures"),
)
_OF_NEW_OPTICS = ("objective", "adapter", "pixel_um")


@dataclass(frozen=True, slots=True)
class Named:
    """What the form was left with.

    Attributes:
        typed: What stands in it, to go on with.
        prepared: The calibration, None where the form was left before it was whole.
    """

    typed: NamingText
    prepared: Prepared | None


class NamingDialog(ModalScreen[Named]):
    """Asks for the name of the optics; whatever was typed is returned.

    Args:
        measured: What was measured.
        known: The optics that have a name.
        typed: What stands in the form at first.
    """

    CSS_PATH = "naming.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="naming.back"),
        # Before the line itself: what is typed right after belongs to the next line.
        Binding("enter", "next", "Next", tooltip="Next line", priority=True, id="naming.next"),
        Binding("ctrl+s", "check", "Check", tooltip="Check before storing", id="naming.check"),
    ]

    def __init__(
        self, measured: Measured, known: Sequence[OpticsHistory], typed: NamingText
    ) -> None:
        super().__init__()
        self._measured = measured
        self._known = tuple(known)
        self._typed = typed

    def compose(self) -> ComposeResult:
        """Lay out the lines; what the optics are is asked only where their name is new."""
        names = ", ".join(each.name for each in self._known)
        with Vertical(id="box"):
            yield Static("Which optics were measured?", id="question", markup=False)
            yield Static(f"known: {names}" if names else "", id="detail", markup=False)
            for name, label, placeholder in _LINES:
                yield FormRow(
                    name, label, placeholder=placeholder, value=getattr(self._typed, name)
                )
        yield Footer(show_command_palette=False)

    @on(Input.Changed, "#optics")
    def choose_optics(self, event: Input.Changed) -> None:
        """Ask what the optics are only where their name is new."""
        found = optics_of(event.value, self._known)
        for name in _OF_NEW_OPTICS:
            self.query_one(f"#row-{name}").display = found is None
        if found is not None:
            self.query_one("#detail", Static).update(f"{found.name}: {found.optics}")

    def action_next(self) -> None:
        """Go to the next line, or check after the last."""
        if self.focused is not None and self.focused.id == "operator":
            self.action_check()
        else:
            self.focus_next()

    def action_check(self) -> None:
        """Return the calibration, or say line by line what is wrong."""
        problems: dict[str, str] = {}
        typed, prepared = self._text(), None
        try:
            prepared = read_naming(typed, self._measured, self._known)
        except NamingError as error:
            problems = error.problems
        for row in self.query(FormRow):
            row.blame(problems.get(row.query_one(Input).id or "", ""))
        if problems:
            self.query_one(f"#{next(iter(problems))}", Input).focus()
        else:
            self.dismiss(Named(typed, prepared))

    def action_leave(self) -> None:
        """Return without a calibration."""
        self.dismiss(Named(self._text(), None))

    def _text(self) -> NamingText:
        return NamingText(**{each.id or "": each.value for each in self.query(Input)})
