"""The terminal interface: its modes, its themes, and the keys that work everywhere."""

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import App
from textual.binding import Binding, BindingType

from tui.runner import ALREADY_RUNNING, Runner
from tui.screens.calibrate import CalibrateScreen
from tui.screens.live import LiveScreen, leave_dialog
from tui.screens.reading import ReadingScreen
from tui.screens.result import ResultScreen
from tui.screens.review import ReviewScreen
from tui.screens.rounds import RoundsScreen
from tui.screens.scores import ScoresScreen
from tui.screens.sessions import SessionsScreen
from tui.screens.start import StartScreen
from tui.services import EXPORT_FAILURES, OpenExamination, Services
from tui.themes import DARK, FEW_COLOURS, THEMES, has_few_colours, next_theme


class MotiscopeApp(App[None]):
    """motiscope in a terminal."""

    TITLE = "motiscope"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+t",
            "next_theme",
            "Theme",
            show=False,
            tooltip="Colours: dark, light, high contrast",
            id="theme",
        ),
        Binding("ctrl+q", "quit", "Leave", tooltip="Leave motiscope", id="quit", priority=True),
    ]

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self.runner = Runner()

    def on_mount(self) -> None:
        """Register the themes and open the start."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = FEW_COLOURS if has_few_colours(self) else DARK.name
        self.add_mode("examine", lambda: StartScreen(self._services))
        self.add_mode("sessions", lambda: SessionsScreen(self._services))
        self.add_mode("quality", lambda: RoundsScreen(self._services))
        self.switch_mode("examine")

    def action_go(self, mode: str) -> None:
        """Switch to another mode; what runs in this one goes on."""
        self.switch_mode(mode)

    def action_calibrate(self) -> None:
        """Measure the stage micrometer; the camera must be free."""
        if self.runner.running:
            self.notify(ALREADY_RUNNING, severity="error", markup=False)
        else:
            self.push_screen(CalibrateScreen(self._services))

    def action_next_theme(self) -> None:
        """Take the next theme."""
        self.theme = next_theme(self.theme)

    @on(StartScreen.Requested)
    def begin(self, event: StartScreen.Requested) -> None:
        """Open a new examination."""
        request = event.request
        heading = f"sample {request.sample} · {request.operator} · seed {request.seed}"
        self._examine(partial(self._services.begin, request), heading)

    @on(StartScreen.Continued)
    def go_on(self, event: StartScreen.Continued) -> None:
        """Open an unfinished session again."""
        session = event.session
        heading = f"sample {session.sample} · {session.operator} · continued"
        self._examine(partial(self._services.go_on, session.session_id), heading)

    def _examine(self, open_examination: OpenExamination, heading: str) -> None:
        if self.runner.running:
            self.notify(ALREADY_RUNNING, severity="error", markup=False)
        else:
            self.push_screen(LiveScreen(self.runner, open_examination, heading))

    @on(LiveScreen.ResultWanted)
    @on(SessionsScreen.Opened)
    def show_result(self, event: LiveScreen.ResultWanted | SessionsScreen.Opened) -> None:
        """Open the result of a session."""
        self.push_screen(ResultScreen(self._services, event.session_id))

    @on(ResultScreen.ReviewWanted)
    @on(SessionsScreen.ReviewWanted)
    def show_review(self, event: ResultScreen.ReviewWanted | SessionsScreen.ReviewWanted) -> None:
        """Open the cells of a session."""
        self.push_screen(ReviewScreen(self._services, event.session_id))

    @on(RoundsScreen.ReadingWanted)
    def show_reading(self, event: RoundsScreen.ReadingWanted) -> None:
        """Open the videos of a round for a reader."""
        self.push_screen(ReadingScreen(self._services.quality, event.round, event.reader))

    @on(RoundsScreen.ScoresWanted)
    def show_scores(self, event: RoundsScreen.ScoresWanted) -> None:
        """Open scores or control charts."""
        faults = self._services.quality.rounds.faults
        self.push_screen(ScoresScreen(event.seen, event.readers, faults))

    @on(ReviewScreen.Left)
    @work(thread=True, exit_on_error=False, group="reports")
    def renew_reports(self) -> None:
        """Write reports again that show older counts."""
        try:
            self._services.renew_reports()
        except EXPORT_FAILURES as error:
            self.call_from_thread(self.notify, str(error), severity="error", markup=False)

    async def action_quit(self) -> None:
        """Leave; ask first while an examination runs, or a count is not signed."""
        if self.runner.running:
            self.push_screen(leave_dialog(), self._leave_if)
        elif isinstance(self.screen, ReadingScreen) and self.screen.counted:
            self.push_screen(self.screen.leave_dialog(), self._leave_if)
        else:
            self.exit()

    def _leave_if(self, answer: str | None) -> None:
        if answer:
            self._leave()

    @work(thread=True, exclusive=True, exit_on_error=False, group="leave")
    def _leave(self) -> None:
        self.runner.leave()
        self.call_from_thread(self.exit)


def run(services: Services) -> None:
    """Open the terminal interface and return when the operator leaves it."""
    MotiscopeApp(services).run()
