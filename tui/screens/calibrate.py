"""The calibration: the stage micrometer measured from the live picture, named and stored."""

from enum import StrEnum
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widgets import Footer, Static

from acquisition.camera import CameraError
from acquisition.micrometer_file import picture_sha256
from calibration.micrometer import measure
from calibration.profiles import OpticsHistory
from calibration.readings import MicrometerReading, NotAMicrometerError, scale_from_readings
from calibration.scale import ScaleError
from qc.calibrations import Prepared
from qc.records.database import StoreError
from tui.naming import Measured, NamingText
from tui.screens.dialog import Answer, Dialog
from tui.screens.keyed import HELP_KEY, KeyedScreen
from tui.screens.naming import Named, NamingDialog
from tui.services import CALIBRATION_FAILURES, Calibrating, Services
from tui.widgets.frame_view import FrameView
from tui.widgets.ruling_marks import ruling_marks
from tui.widgets.title_bar import TitleBar

_INTERVAL_S = 1 / 8
_STORE = Answer("store", "Store it; it is in force from now on")
_LATER = Answer("", "Store nothing")
_STAY = Answer("", "Go on measuring")
_LEAVE = Answer("leave", "Leave; what was measured is lost")


class Step(StrEnum):
    """Where the calibration stands; its value is what the technician does next."""

    OPENING = "opening the camera …"
    FIRST = "focus on the rulings and press m to measure"
    MEASURING = "measuring …"
    JUDGING = "do the marks lie on the rulings? enter accepts, r rejects"
    SECOND = "turn the slide by 90° and press m; or n where the pixel's shape is known"
    NAMING = "press n to name the optics; nothing is stored yet"
    FAILED = "nothing can be measured"


_LIVE = (Step.FIRST, Step.SECOND)


class CalibrateScreen(KeyedScreen):
    """Measures a stage micrometer in one or two orientations; leaving it stores nothing.

    Attributes:
        step: Where it stands.
    """

    CSS_PATH = "calibrate.tcss"
    TITLE = "Calibration"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "measure", "Measure", tooltip="Measure the picture", id="calibrate.measure"),
        Binding("enter", "accept", "Accept", tooltip="Accept the rulings", id="calibrate.accept"),
        Binding("r", "reject", "Reject", tooltip="Reject the rulings", id="calibrate.reject"),
        Binding("u", "undo", "Undo", tooltip="Measure the last again", id="calibrate.undo"),
        Binding("n", "name", "Name", tooltip="Name the optics and store", id="calibrate.name"),
        Binding("q,escape", "leave", "Cancel", tooltip="Store nothing", id="calibrate.leave"),
        HELP_KEY,
    ]
    REMARKS: ClassVar[tuple[str, ...]] = (
        "Two orientations, about 90° apart, measure the width and the height of a pixel. One is "
        "enough where the shape of the sensor's pixels is known.",
        "A stored scale is never changed: a new one supersedes it and the old stays readable.",
    )

    step: reactive[Step] = reactive(Step.OPENING, bindings=True)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._bench: Calibrating | None = None
        self._pixels: NDArray[np.uint8] | None = None
        self._found: MicrometerReading | None = None
        self._accepted: list[tuple[MicrometerReading, NDArray[np.uint8]]] = []
        self._known: tuple[OpticsHistory, ...] | None = None
        self._typed = NamingText("", "", "1", "", "10", "", services.operator)
        self._left = False

    def compose(self) -> ComposeResult:
        """Lay out the picture, the readings beside it and the message below."""
        yield TitleBar("Calibration", "stage micrometer")
        with Horizontal(id="body"):
            yield FrameView(id="picture")
            yield Static("", id="readings", markup=False)
        yield Static("", id="message", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Open the camera and begin the live picture."""
        self.set_interval(_INTERVAL_S, self._show_newest_frame)
        self._show_readings()
        self._load_known()
        self._open()

    def on_unmount(self) -> None:
        """Let the camera go."""
        self._left = True
        if self._bench is not None:
            self._bench.close()

    def watch_step(self, step: Step) -> None:
        """Say what to do next."""
        if self.is_mounted:
            self._say(step.value)

    @work(thread=True, exit_on_error=False, group="camera")
    def _open(self) -> None:
        try:
            bench = self._services.open_micrometer()
        except CameraError as error:
            self.app.call_from_thread(self._fail, str(error))
        else:
            self.app.call_from_thread(self._take, bench)

    def _take(self, bench: Calibrating) -> None:
        if self._left:
            bench.close()
            return
        self._bench = bench
        self.step = Step.FIRST

    def _fail(self, text: str) -> None:
        self.step = Step.FAILED
        self.query_one(FrameView).fault = "camera lost"
        self._say(f"✗ {text}")

    def _show_newest_frame(self) -> None:
        if self._bench is None or self.step not in _LIVE:
            return
        try:
            frame = self._bench.newest_frame()
        except CameraError as error:
            self._fail(str(error))
            return
        if frame is not None:
            first, self._pixels = self._pixels is None, frame.pixels
            self.query_one(FrameView).show(frame.pixels)
            if first:
                self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something now."""
        del parameters
        possible = {
            "measure": self.step in _LIVE and self._pixels is not None,
            "accept": self.step is Step.JUDGING,
            "reject": self.step is Step.JUDGING,
            "undo": self.step in (Step.SECOND, Step.NAMING),
            "name": self.step in (Step.SECOND, Step.NAMING),
        }
        return possible.get(action, True)

    def action_measure(self) -> None:
        """Measure the picture that is shown; it stands still until it is judged."""
        if self._pixels is not None:
            live, self.step = self.step, Step.MEASURING
            self._measure(self._pixels, live)

    @work(thread=True, exclusive=True, exit_on_error=False, group="measure")
    def _measure(self, pixels: NDArray[np.uint8], live: Step) -> None:
        try:
            reading = measure(pixels)
        except NotAMicrometerError as refusal:
            self.app.call_from_thread(self._refuse, live, str(refusal))
        else:
            self.app.call_from_thread(self._judge, reading, pixels)

    def _refuse(self, live: Step, text: str) -> None:
        self.step = live
        self._say(f"✗ {text}")

    def _judge(self, reading: MicrometerReading, pixels: NDArray[np.uint8]) -> None:
        self._found, self._pixels = reading, pixels
        self.query_one(FrameView).marks = ruling_marks(reading, pixels.shape[1], pixels.shape[0])
        self.step = Step.JUDGING
        self._show_readings()

    def action_accept(self) -> None:
        """Keep the reading, and go on to the other orientation or to the name."""
        if self._found is None or self._pixels is None:
            return
        if trouble := self._contradiction(self._found):
            self._go_live()
            self._say(f"✗ {trouble}")
            return
        self._accepted.append((self._found, self._pixels))
        self._load_known()
        if len(self._accepted) == 1 and self._bench is not None:
            self._bench.turn()
        self._go_live()
        if self.step is Step.NAMING:
            self.action_name()

    def action_reject(self) -> None:
        """Go back to the live picture."""
        self._go_live()

    def action_undo(self) -> None:
        """Take the last accepted reading back, to measure it again."""
        self._accepted.pop()
        if not self._accepted and self._bench is not None:
            self._bench.turn()
        self._go_live()

    def _go_live(self) -> None:
        self._found = self._pixels = None
        self.query_one(FrameView).marks = ()
        self.step = (Step.FIRST, Step.SECOND, Step.NAMING)[len(self._accepted)]
        self._show_readings()

    def _contradiction(self, found: MicrometerReading) -> str:
        """Say why a second reading does not tell the axes apart; empty where it does."""
        if not self._accepted:
            return ""
        try:
            scale_from_readings([self._accepted[0][0], found], pixel_aspect=None)
        except ScaleError as error:
            return str(error)
        return ""

    @work(thread=True, exclusive=True, exit_on_error=False, group="store")
    def _load_known(self) -> None:
        try:
            self._known = self._services.store.optics()
        except StoreError as error:
            self._known = None
            self.app.call_from_thread(self._say, f"✗ {error}")

    def action_name(self) -> None:
        """Ask for the optics."""
        if self._bench is None or not self._accepted:
            return
        if self._known is None:  # without them a name that is taken would pass for a new one
            self._say("reading the optics that have a name; press n again")
            self._load_known()
            return
        readings, pictures = zip(*self._accepted, strict=True)
        measured = Measured(readings, picture_sha256(*pictures), self._bench.camera)
        self.app.push_screen(NamingDialog(measured, self._known, self._typed), self._take_name)

    def _take_name(self, named: Named | None) -> None:
        if named is None:
            return
        self._typed = named.typed
        if named.prepared is not None:
            self._ask_store(named.prepared)

    def _ask_store(self, prepared: Prepared) -> None:
        scale, profile = prepared.profile.scale, prepared.profile
        question = (
            f"Store {scale.um_per_px_x:.4g} x {scale.um_per_px_y:.4g} µm/px "
            f"(± {100 * scale.u_rel:.2g} %) for {profile.name}?"
        )
        doubts = prepared.checks.warnings
        lines = [f"{'!' if line in doubts else '✓'} {line}" for line in prepared.checks.lines]
        answers = (_LATER, _STORE) if doubts else (_STORE, _LATER)

        def decide(answer: str | None) -> None:
            if answer == _STORE.key:
                self._store(prepared)

        self.app.push_screen(Dialog(question, "\n".join(lines), answers), decide)

    @work(thread=True, exit_on_error=False, group="store")
    def _store(self, prepared: Prepared) -> None:
        try:
            self._services.keep_calibration(prepared.profile)
        except CALIBRATION_FAILURES as error:
            self.app.call_from_thread(self._say, f"✗ {error}")
        else:
            self.app.call_from_thread(self._done, prepared)

    def _done(self, prepared: Prepared) -> None:
        profile = prepared.profile
        text = f"{profile.name} is calibrated until {profile.valid_until:%Y-%m-%d}"
        self.app.notify(text, markup=False)
        self.dismiss()

    def action_leave(self) -> None:
        """Go back; nothing is stored, so ask first where something was measured."""
        if not self._accepted:
            self.dismiss()
            return

        def decide(answer: str | None) -> None:
            if answer:
                self.dismiss()

        question = "Leave the calibration?"
        self.app.push_screen(Dialog(question, "Nothing is stored yet.", (_STAY, _LEAVE)), decide)

    def _show_readings(self) -> None:
        readings = [reading for reading, _ in self._accepted]
        blocks = [_block(f"✓ orientation {n}", each) for n, each in enumerate(readings, 1)]
        if self._found is not None:
            blocks.append(_block(f"? orientation {len(readings) + 1}", self._found))
        self.query_one("#readings", Static).update("\n\n".join(blocks) or "nothing measured yet")

    def _say(self, text: str) -> None:
        line = self.query_one("#message", Static)
        line.update(text)
        line.set_class(text.startswith("✗"), "failed")


def _block(title: str, reading: MicrometerReading) -> str:
    return (
        f"{title}\n"
        f"{reading.divisions} divisions\n"
        f"{reading.pitch_px:.3f} px each\n"
        f"at {reading.angle_deg:.1f}°\n"
        f"{reading.um_per_px:.4f} µm/px\n"
        f"± {100 * reading.u_rel():.2f} %"
    )
