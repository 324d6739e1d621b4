"""What every full screen shares: a title line, a footer, its list of keys, and its breakpoints."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.screens.help import HelpScreen, KeyHelp

HELP_KEY = Binding("question_mark,f1", "keys", "Keys", tooltip="Show all keys", id="keys")
HELP_KEY_WHILE_TYPING = Binding("ctrl+g,f1", "keys", "Keys", tooltip="Show all keys", id="keys")


class KeyedScreen(Screen[None]):
    """A full screen that can list its keys.

    Attributes:
        REMARKS: What the list of keys says besides, one paragraph each.
    """

    REMARKS: ClassVar[tuple[str, ...]] = ()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (116, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]  # noqa: RUF012

    def action_keys(self) -> None:
        """Open the list of keys."""
        title = f"Keys: {self.title}"
        self.app.push_screen(HelpScreen(title, tuple(self._keys()), self.REMARKS))

    def _keys(self) -> Iterable[KeyHelp]:
        bindings: list[BindingType] = [*self.BINDINGS, *self.app.BINDINGS]
        for binding in bindings:
            if isinstance(binding, Binding) and not binding.system:
                key = binding.key.partition(",")[0]
                yield (
                    self.app.get_key_display(replace(binding, key=key)),
                    binding.tooltip or binding.description,
                )
