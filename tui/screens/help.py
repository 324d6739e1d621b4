"""All keys of the screen beneath, and what the letters of the grades mean."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

KeyHelp = tuple[str, str]


class HelpScreen(ModalScreen[None]):
    """Lists keys in two columns; any of its keys closes it."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,question_mark,q,enter", "leave", "Close", key_display="esc", id="help.close"
        ),
    ]

    def __init__(self, title: str, keys: tuple[KeyHelp, ...], remarks: tuple[str, ...]) -> None:
        super().__init__()
        self._title = title
        self._keys = keys
        self._remarks = remarks

    def compose(self) -> ComposeResult:
        """Lay out the keys beside their meanings, and the remarks below."""
        with VerticalScroll(id="box", can_focus=True):
            yield Static(self._title, id="title", markup=False)
            with Grid(id="keys"):
                for key, meaning in self._keys:
                    yield Static(key, classes="key", markup=False)
                    yield Static(meaning, markup=False)
            for remark in self._remarks:
                yield Static(remark, classes="remark", markup=False)
        yield Footer(show_command_palette=False)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss()
