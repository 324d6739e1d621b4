"""The live view of the interface without a terminal to write to, for measurements beside it."""

from textual.app import App, ComposeResult

from acquisition.latest import Latest
from acquisition.recorder import Recorder, RecordingState
from tui.widgets.frame_view import FrameView

_TERMINAL = (160, 48)
_PAINT_S = 1 / 12


class HeadlessView(App[None]):
    """The live view, painted as on the screen; `painted` counts its pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.newest = Latest()
        self.painted = 0
        self._recorder: Recorder | None = None

    def run_beside(self, recorder: Recorder) -> None:
        """Start a recorder once the screen is up, and paint until it has recorded.

        Raises:
            KeyboardInterrupt: If it was interrupted before that; the recorder goes on.
        """
        self._recorder = recorder
        self.run(headless=True, size=_TERMINAL)
        if self.return_code is None:
            # The interrupt has ended the screen, and Textual says nothing more of it.
            raise KeyboardInterrupt

    def compose(self) -> ComposeResult:
        """Show the picture alone."""
        yield FrameView()

    def on_mount(self) -> None:
        """Start the recorder, and look for a new picture now and then."""
        if self._recorder is not None:
            self._recorder.start()
        self.set_interval(_PAINT_S, self._paint)

    def _paint(self) -> None:
        if self._recorder is None or self._recorder.state is not RecordingState.RECORDING:
            self.exit()
        elif (frame := self.newest.take()) is not None:
            self.query_one(FrameView).show(frame.pixels)
            self.painted += 1
