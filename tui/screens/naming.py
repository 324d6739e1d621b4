"""Which optics a measured micrometer belongs to: asked before anything is stored."""

from collections.abc import Sequence
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

_OF_NEW_OPTICS = ("objective", "adapter", "pixel_um")


class NamingDialog(ModalScreen[Prepared | None]):
    """Asks for the name of the optics; returns the calibration, or None where it is left."""

    CSS_PATH = "naming.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="naming.back"),
        Binding("ctrl+s", "check", "Check", tooltip="Check before storing", id="naming.check"),
    ]

    def __init__(self, measured: Measured, known: Sequence[OpticsHistory], operator: str) -> None:
        super().__init__()
        self._measured = measured
        self._known = tuple(known)
        self._operator = operator

    def compose(self) -> ComposeResult:
        """Lay out the lines; what the optics are is asked only where their name is new."""
        names = ", ".join(each.name for each in self._known)
        with Vertical(id="box"):
            yield Static("Which optics were measured?", id="question", markup=False)
            yield Static(f"known: {names}" if names else "", id="detail", markup=False)
            yield FormRow("optics", "Optics", placeholder="a name like 40x-basler")
            yield FormRow("objective", "Objective", placeholder="magnification, such as 40")
            yield FormRow("adapter", "Adapter", placeholder="magnification, such as 0.5")
            yield FormRow("pixel_um", "Pixel µm", placeholder="of the sensor, x or x y")
            yield FormRow("division_um", "Division µm", value="10")
            yield FormRow("micrometer", "Micrometer", placeholder="its number, if it has one")
            yield FormRow("operator", "Operator", value=self._operator)
        yield Footer(show_command_palette=False)

    @on(Input.Changed, "#optics")
    def choose_optics(self, event: Input.Changed) -> None:
        """Ask what the optics are only where their name is new."""
        found = optics_of(event.value, self._known)
        for name in _OF_NEW_OPTICS:
            self.query_one(f"#row-{name}").display = found is None
        if found is not None:
            self.query_one("#detail", Static).update(f"{found.name}: {found.optics}")

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """Go to the next line, or check after the last."""
        event.stop()
        if event.input.id == "operator":
            self.action_check()
        else:
            self.focus_next()

    def action_check(self) -> None:
        """Return the calibration, or say line by line what is wrong."""
        problems: dict[str, str] = {}
        typed = {each.id or "": each.value for each in self.query(Input)}
        try:
            prepared = read_naming(NamingText(**typed), self._measured, self._known)
        except NamingError as error:
            problems = error.problems
        for row in self.query(FormRow):
            row.blame(problems.get(row.query_one(Input).id or "", ""))
        if problems:
            self.query_one(f"#{next(iter(problems))}", Input).focus()
        else:
            self.dismiss(prepared)

    def action_leave(self) -> None:
        """Return without a name."""
        self.dismiss(None)
