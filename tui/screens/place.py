"""Where a missed cell lies: a cross that is moved over the field's picture."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from calibration.scale import Scale
from inference.presence import counting_frame_px
from tui.widgets.frame_view import FrameView, Mark

FINE_PX, COARSE_PX = 4, 32


class PlaceScreen(ModalScreen[tuple[float, float] | None]):
    """Returns a place in px of the picture, or None where it is left.

    Args:
        pixels: The picture in which the field begins, shape (height, width).
        scale: What a pixel is worth.
        known: The cells that were found, which are marked.
    """

    CSS_PATH = "place.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Here", id="place.take"),
        *(
            Binding(
                f"{prefix}{key}",
                f"move({x * step}, {y * step})",
                key_display="arrows" if step == FINE_PX else "shift",
                description="Move" if step == FINE_PX else "Far",
                show=key == "left",
                id=f"place.{prefix}{key}",
            )
            for prefix, step in (("", FINE_PX), ("shift+", COARSE_PX))
            for key, x, y in (("left", -1, 0), ("right", 1, 0), ("up", 0, -1), ("down", 0, 1))
        ),
        Binding("g", "grid", "Grid", tooltip="Grid of 25 µm", id="place.grid"),
        Binding("escape", "leave", "Back", id="place.back"),
    ]

    def __init__(self, pixels: NDArray[np.uint8], scale: Scale, known: Sequence[Mark]) -> None:
        super().__init__()
        self._pixels = pixels
        self._scale = scale
        self._known = tuple(known)
        self._x_px, self._y_px = pixels.shape[1] // 2, pixels.shape[0] // 2
        low_px, high_px = counting_frame_px((pixels.shape[1], pixels.shape[0]), scale)
        self._low_px, self._high_px = np.ceil(low_px).astype(int), np.floor(high_px).astype(int)

    def compose(self) -> ComposeResult:
        """Lay out the picture under a line that says what to do."""
        with Vertical(id="box"):
            yield Static("", id="where", markup=False)
            yield FrameView(id="field")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Show the field."""
        view = self.query_one(FrameView)
        view.scale = self._scale
        view.show(self._pixels)
        self._show()

    def _show(self) -> None:
        cross = Mark(self._x_px, self._y_px, "✛")
        self.query_one(FrameView).marks = (*self._known, cross)
        text = f"Missed cell at {self._x_px}, {self._y_px} px; ° are found cells, where first seen"
        self.query_one("#where", Static).update(text)

    def action_move(self, right_px: int, down_px: int) -> None:
        """Move the cross, not out of the counting frame."""
        place = np.array([self._x_px + right_px, self._y_px + down_px])
        self._x_px, self._y_px = np.clip(place, self._low_px, self._high_px).tolist()
        self._show()

    def action_grid(self) -> None:
        """Show or hide the grid."""
        self.query_one(FrameView).toggle_grid()

    def action_take(self) -> None:
        """Return the place of the cross."""
        self.dismiss((float(self._x_px), float(self._y_px)))

    def action_leave(self) -> None:
        """Return without a place."""
        self.dismiss(None)
