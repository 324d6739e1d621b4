"""A question with named answers, over whatever screen is open."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question.

    Attributes:
        key: What the dialog returns.
        text: What it says.
    """

    key: str
    text: str


class Dialog(ModalScreen[str | None]):
    """Asks one question; returns the key of the answer, or None where it is left unanswered."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="dialog.back"),
    ]

    def __init__(self, question: str, detail: str, answers: tuple[Answer, ...]) -> None:
        super().__init__()
        self._question = question
        self._detail = detail
        self._answers = answers

    def compose(self) -> ComposeResult:
        """Lay out the question above its answers, the harmless one first."""
        with Vertical(id="box"):
            yield Static(self._question, id="question", markup=False)
            yield Static(self._detail, id="detail", markup=False)
            yield OptionList(
                *(Option(answer.text, id=answer.key) for answer in self._answers),
                compact=True,
                markup=False,
            )
        yield Footer(show_command_palette=False)

    @on(OptionList.OptionSelected)
    def answer(self, event: OptionList.OptionSelected) -> None:
        """Return the chosen answer."""
        self.dismiss(event.option_id)

    def action_leave(self) -> None:
        """Return without an answer."""
        self.dismiss(None)
