"""Who corrects a cell, and why: asked before anything is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from tui.screens.start import FormRow
from tui.typed import fault_of


@dataclass(frozen=True, slots=True)
class Extra:
    """A further line of the form.

    Attributes:
        label: What is asked for.
        placeholder: What an answer looks like.
        check: Says what is wrong with an answer; empty where nothing is.
    """

    label: str
    placeholder: str
    check: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, without the spaces around it."""

    reason: str
    operator: str
    extra: str = ""


class ReasonDialog(ModalScreen[Given | None]):
    """Asks for the reason and the operator; returns None where it is left."""

    CSS_PATH = "reason.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="reason.back"),
        Binding("ctrl+s", "store", "Store", id="reason.store"),
    ]

    def __init__(
        self, question: str, detail: str, operator: str, extra: Extra | None = None
    ) -> None:
        super().__init__()
        self._question = question
        self._detail = detail
        self._operator = operator
        self._extra = extra

    def compose(self) -> ComposeResult:
        """Lay out the question above its lines."""
        with Vertical(id="box"):
            yield Static(self._question, id="question", markup=False)
            yield Static(self._detail, id="detail", markup=False)
            if self._extra is not None:
                yield FormRow("extra", self._extra.label, placeholder=self._extra.placeholder)
            yield FormRow("reason", "Reason", placeholder="what was seen")
            yield FormRow("operator", "Operator", value=self._operator)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Go to the first line that is empty."""
        self.query(Input).first().focus()

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """Go to the next empty line, or be done after the last."""
        event.stop()
        empty = [each for each in self.query(Input) if not each.value.strip()]
        if empty and empty[0] is not event.input:
            empty[0].focus()
        else:
            self.action_store()

    def action_store(self) -> None:
        """Return what was typed, or say line by line what is wrong."""
        typed = {each.id or "": each.value.strip() for each in self.query(Input)}
        problems = {name: fault_of(text, "missing") for name, text in typed.items()}
        if self._extra is not None and not problems["extra"]:
            problems["extra"] = self._extra.check(typed["extra"])
        for row in self.query(FormRow):
            row.blame(problems.get(row.query_one(Input).id or "", ""))
        wrong = [name for name, problem in problems.items() if problem]
        if wrong:
            self.query_one(f"#{wrong[0]}", Input).focus()
        else:
            self.dismiss(Given(typed["reason"], typed["operator"], typed.get("extra", "")))

    def action_leave(self) -> None:
        """Return without an answer."""
        self.dismiss(None)
