"""Where the examination stands, beside the picture: phase, count by grade, conditions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from inference.counting import PROGRESSIVE
from inference.grading import Grade
from qc.plan import ExaminationPlan
from qc.preparation import LATEST_MIN, SOONEST_MIN, Preparation, in_time
from qc.records.values import utc_now
from qc.status import ExaminationStatus, Phase
from tui.widgets.picture import bar_text
from tui.widgets.words import GRADE_NAMES, count_of, figure, percent_of

PHASE_WORDS = {
    Phase.WAITING: "Getting ready",
    Phase.PREPARING: "Warming the stage",
    Phase.NEW_PREPARATION: "Waiting for next slide",
    Phase.MOVING: "Moving to the field",
    Phase.RECORDING: "Recording",
    Phase.ANALYSING: "Grading",
    Phase.PAUSED: "Paused",
    Phase.FINISHED: "Finished",
    Phase.ABORTED: "Aborted",
    Phase.LEFT: "Left open",
    Phase.FAILED: "Failed",
}
_LABEL_WIDTH = 11
_MINUTES_INTERVAL_S = 10.0
_UNKNOWN = Preparation()
_GOOD = "✓"
_BAD = "!"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the conditions are held against.

    Attributes:
        temperature_c: Temperature that is wanted.
        tolerance_c: Largest distance from it.
        max_drift_um_s: Drift past which a field is recorded again.
        preparation: When the sample was collected.
    """

    temperature_c: float
    tolerance_c: float
    max_drift_um_s: float
    preparation: Preparation = _UNKNOWN

    @classmethod
    def of(cls, plan: ExaminationPlan) -> "Limits":
        """Take them from a plan."""
        return cls(
            plan.temperature_c,
            plan.temperature_tolerance_c,
            plan.max_drift_um_s,
            plan.preparation,
        )


class StatusPanel(Vertical):
    """Shows one status; a new one replaces it whole.

    Attributes:
        status: Where the examination stands.
        limits: What its conditions are held against; None before the examination is open.
    """

    status: reactive[ExaminationStatus] = reactive(ExaminationStatus)
    limits: reactive[Limits | None] = reactive(None)

    def compose(self) -> ComposeResult:
        """Lay out the three blocks."""
        yield Static(id="phase")
        yield Static(id="count")
        yield Static(id="conditions")

    def on_mount(self) -> None:
        """Fill the blocks; the time since collection goes on by itself."""
        self._fill()
        self.set_interval(_MINUTES_INTERVAL_S, self._fill)

    def on_resize(self) -> None:
        """Fit the bars to the new width."""
        self._fill()

    def watch_status(self) -> None:
        """Show the new status."""
        self._fill()

    def watch_limits(self) -> None:
        """Show what the conditions are held against."""
        self._fill()

    def _fill(self) -> None:
        if not self.is_mounted:
            return
        width = max(self.content_size.width, 22)
        self.query_one("#phase", Static).update(phase_block(self.status, width))
        self.query_one("#count", Static).update(count_block(self.status, width))
        self.query_one("#conditions", Static).update(conditions_block(self.status, self.limits))


def phase_block(status: ExaminationStatus, width: int) -> Content:
    """Say in words what is being done, with how far a recording has come."""
    style = "bold $text-error" if status.phase is Phase.FAILED else "bold $accent"
    lines = [Content.styled(PHASE_WORDS[status.phase], style)]
    if status.phase is Phase.RECORDING and status.duration_s > 0:
        figures = f" {status.recorded_s:.1f} / {status.duration_s:.0f} s"
        room = width - len(figures)
        lines.append(bar(status.recorded_s / status.duration_s, room) + figures)
    else:
        lines.append(Content(""))
    lines.append(_row("Replicate", f"{status.replicate or '–'} of {status.replicates or '–'}"))
    attempt = f", attempt {status.attempt}" if status.attempt > 1 else ""
    lines.append(_row("Field", f"{status.field or '–'}{attempt}"))
    return Content("\n").join(lines)


def count_block(status: ExaminationStatus, width: int) -> Content:
    """Show the replicate's running count: towards its end, and by grade."""
    total = status.counted.total
    share = total / status.min_cells if status.min_cells else 0.0
    fields = f"{status.fields_counted} (at least {status.min_fields})"
    rows = [
        _row("Counted", f"{total} of {status.min_cells or '–'}"),
        bar(share, width),
        _row("Fields", fields),
    ]
    counts = {str(grade): count_of(status.counted, grade) for grade in Grade}
    counts[PROGRESSIVE] = status.counted.progressive
    rows.extend(_counted(GRADE_NAMES[grade], count, total) for grade, count in counts.items())
    return Content("\n").join(rows)


def conditions_block(
    status: ExaminationStatus, limits: Limits | None, now: datetime | None = None
) -> Content:
    """Show temperature, picture, drift, frames and time, each with its unit and whether it is well.

    Below them stands what the camera does otherwise than it was asked.

    Args:
        status: Where the examination stands.
        limits: What the conditions are held against; None before it is open.
        now: The present time, with its zone; the clock's unless stated.
    """
    lost = status.frames_lost + status.frames_lost_before
    rows = [
        _row("Stage", *_temperature(status.temperature_c, limits)),
        *_looks(status, limits),
        _row("Frames", f"{status.frames}, {lost} lost", _BAD if lost else _GOOD),
        *_since_collection(limits, now or utc_now()),
    ]
    rows.extend(Content.styled(f"{_BAD} {one}", "$text-warning") for one in status.camera_differs)
    return Content("\n").join(rows)


def bar(share: float, width: int) -> Content:
    """Draw a share of 1 as a bar; more than 1 fills it."""
    filled = bar_text(min(max(share, 0.0), 1.0) * width)
    return Content.styled(filled.ljust(width), "$accent on $panel")


def _row(label: str, value: str, verdict: str = "") -> Content:
    style = {"": "", _GOOD: "$text-success"}.get(verdict, "bold $text-warning")
    name = Content.styled(label.ljust(_LABEL_WIDTH), "$foreground-muted")
    return Content.assemble(name, value, (f" {verdict}" if verdict else "", style))


def _counted(name: str, count: int, total: int) -> Content:
    return Content(f"{name:<14}{count:>4}{percent_of(count, total):>6}")


def _temperature(measured_c: float | None, limits: Limits | None) -> tuple[str, str]:
    if measured_c is None or limits is None:
        return figure(measured_c, 1, "°C"), ""
    settled = abs(measured_c - limits.temperature_c) <= limits.tolerance_c
    target = f"{limits.temperature_c:g}"
    return figure(measured_c, 1, "°C"), _GOOD if settled else f"→ {target}"


def _since_collection(limits: Limits | None, now: datetime) -> Iterator[Content]:
    minutes = None if limits is None else limits.preparation.minutes_at(now)
    if minutes is not None:
        verdict = _GOOD if in_time(minutes) else f"{_BAD} {SOONEST_MIN:.0f}–{LATEST_MIN:.0f}"
        yield _row("Collected", f"{minutes:.0f} min ago", verdict)


def _looks(status: ExaminationStatus, limits: Limits | None) -> list[Content]:
    """Show what the live picture says; the drift is the last field's where it cannot tell."""
    seen, drift_um_s = status.picture, status.drift_um_s
    if seen is None:
        return [_row("Focus", "–"), _row("Light", "–"), _row("Drift", *_drift(drift_um_s, limits))]
    if seen.drift_um_s is not None:
        drift_um_s = seen.drift_um_s
    light = f"{100 * seen.quality.mean_exposure:.0f} %"
    rows = [
        _row("Focus", figure(seen.quality.focus, 2), _GOOD if seen.in_focus else _BAD),
        _row("Light", light, f"{_BAD} {seen.light}" if seen.light else _GOOD),
        _row("Drift", *_drift(drift_um_s, limits)),
    ]
    return rows if seen.visible is None else [_row("Cells now", f"{seen.visible}"), *rows]


def _drift(drift_um_s: float | None, limits: Limits | None) -> tuple[str, str]:
    if drift_um_s is None:
        return "not measured", ""
    if limits is None:
        return figure(drift_um_s, 1, "µm/s"), ""
    too_much = drift_um_s > limits.max_drift_um_s
    return figure(drift_um_s, 1, "µm/s"), _BAD if too_much else _GOOD
