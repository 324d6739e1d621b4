"""Who is going to count: asked before a reading begins."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from qc.eqa.rounds.making import MAX_NAME
from tui.screens.start import FormRow
from tui.typed import fault_of


class ReaderDialog(ModalScreen[str | None]):
    """Asks for the reader's name; returns None where it is left.

    Args:
        question: What is going to be read.
        name: What is offered.
    """

    CSS_PATH = "reader_name.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="reader.back"),
    ]

    def __init__(self, question: str, name: str) -> None:
        super().__init__()
        self._question = question
        self._offered = name

    def compose(self) -> ComposeResult:
        """Lay out the question above its line."""
        with Vertical(id="box"):
            yield Static(self._question, id="question", markup=False)
            yield Static(
                "Your readings are signed with your name; nobody else's are shown. Press enter "
                "to begin.",
                id="detail",
            )
            yield FormRow("reader", "Reader", placeholder="who counts", value=self._offered)
        yield Footer(show_command_palette=False)

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Return the name, or say what is wrong with it."""
        event.stop()
        name = event.value.strip()
        fault = fault_of(name, "give a name") or ("too long" if len(name) > MAX_NAME else "")
        if fault:
            self.query_one(FormRow).blame(fault)
        else:
            self.dismiss(name)

    def action_leave(self) -> None:
        """Return without a name."""
        self.dismiss(None)
