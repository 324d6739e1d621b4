"""The first line of a screen: where one is, and for whom."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static


class TitleBar(Horizontal):
    """A title at the left and a remark at the right."""

    DEFAULT_CSS = """
    TitleBar {
        height: 1;
        padding: 0 1;
        background: $panel;

        #title {
            width: auto;
            text-style: bold;
        }

        #remark {
            width: 1fr;
            color: $text-muted;
            text-align: right;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
    }
    """

    def __init__(self, title: str, remark: str = "") -> None:
        super().__init__()
        self._title = title
        self._remark = remark

    def compose(self) -> ComposeResult:
        """Lay out both ends."""
        yield Static(self._title, id="title", markup=False)
        yield Static(self._remark, id="remark", markup=False)

    def say(self, remark: str) -> None:
        """Change the remark at the right."""
        self.query_one("#remark", Static).update(remark)
