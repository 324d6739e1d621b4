"""What the operator asks for in the form of a new examination, checked before anything moves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from acquisition.cameras.choosing import FORMS, is_camera
from acquisition.file_name import with_home
from acquisition.video import VideoError, pixel_aspect
from calibration.profiles import OpticsHistory
from calibration.scale import Scale, ScaleError, entered_scale
from qc.preparation import Preparation
from tui.collected import CollectedError, parse_collected
from tui.typed import fault_of


class CameraChoice(StrEnum):
    """Where the pictures come from."""

    SIMULATED = "simulated"
    REPLAY = "replay"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Request:
    """A new examination, as the operator asks for it.

    Attributes:
        sample: The laboratory's label of the sample.
        operator: Who examines.
        seed: Seed of the field plan.
        camera: Where the pictures come from.
        recording: File or folder to replay; None with the simulated camera.
        scale: What a pixel of the recording is worth, where that was typed.
        optics: Name of the optics that give the scale; empty where it was typed, or where the
            simulated camera measures its own micrometer.
        device: Driver and serial number of a vendor's camera; empty with the others.
        preparation: When the sample was collected, and who says that the slide was warm.
    """

    sample: str
    operator: str
    seed: int
    camera: CameraChoice = CameraChoice.SIMULATED
    recording: Path | None = None
    scale: Scale | None = None
    optics: str = ""
    device: str = ""
    preparation: Preparation = field(default_factory=Preparation)


@dataclass(frozen=True, slots=True)
class FormText:
    """The form as it was typed."""

    sample: str
    operator: str
    camera: CameraChoice
    recording: str
    um_per_px: str
    optics: str = ""
    device: str = ""
    collected: str = ""
    preheated: bool = False


class FormError(ValueError):
    """The form cannot be used yet.

    Attributes:
        problems: What is wrong and what to do, by the name of the field in `FormText`.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def read_form(
    form: FormText, seed: int, known: Sequence[OpticsHistory] = (), now: datetime | None = None
) -> Request:
    """Turn the typed form into a request.

    Args:
        form: What was typed.
        seed: Seed of the field plan.
        known: The optics that can be named.
        now: The present time in UTC, at which a live camera's scale must hold; None with no live
            camera.

    Raises:
        FormError: With every problem at once, so that nothing is mended in vain.
    """
    problems: dict[str, str] = {}
    if fault := fault_of(form.sample, "give the sample a label"):
        problems["sample"] = fault
    if fault := fault_of(form.operator, "say who examines"):
        problems["operator"] = fault
    recording, scale = None, None
    optics = form.optics.strip()
    if optics:
        _check_optics(optics, form.camera, known, now, problems)
    if form.camera is CameraChoice.REPLAY:
        recording = _recording(form.recording, problems)
        scale = _scale(form.um_per_px, optics, recording, problems)
    device = form.device.strip() if form.camera is CameraChoice.DEVICE else ""
    if form.camera is CameraChoice.DEVICE:
        if not is_camera(device):
            problems["device"] = f"give {FORMS}"
        scale = _scale(form.um_per_px, optics, None, problems)
    collected = _collected(form, now, problems)
    if problems:
        raise FormError(problems)
    sample, operator = form.sample.strip(), form.operator.strip()
    confirmed = (operator, now) if form.preheated and form.camera is not CameraChoice.REPLAY else ()
    preparation = Preparation(collected, *confirmed)
    return Request(
        sample, operator, seed, form.camera, recording, scale, optics, device, preparation
    )


def _collected(form: FormText, now: datetime | None, problems: dict[str, str]) -> datetime | None:
    if form.camera is CameraChoice.REPLAY or not form.collected.strip() or now is None:
        return None
    try:
        return parse_collected(form.collected, now.astimezone())
    except CollectedError as error:
        problems["collected"] = str(error)
    return None


def _check_optics(
    name: str,
    camera: CameraChoice,
    known: Sequence[OpticsHistory],
    now: datetime | None,
    problems: dict[str, str],
) -> None:
    found = next((each for each in known if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in known) or "none; f2 measures"
        problems["optics"] = f"unknown; known: {names}"
    elif camera is not CameraChoice.REPLAY and now is not None:
        newest = found.newest(now)
        if newest is None:
            problems["optics"] = "no scale yet; f2 measures one"
        elif not newest.is_valid(now):
            problems["optics"] = f"expired {newest.valid_until:%Y-%m-%d}; f2 measures"


def _recording(text: str, problems: dict[str, str]) -> Path | None:
    if not text.strip():
        problems["recording"] = "name the video or the folder of images to replay"
        return None
    path = with_home(Path(text.strip()))
    if not path.exists():
        problems["recording"] = f"there is no {path}"
        return None
    return path


def _scale(
    text: str, optics: str, recording: Path | None, problems: dict[str, str]
) -> Scale | None:
    if optics:
        if text.strip():
            problems["um_per_px"] = "give this or the optics, not both"
        return None
    try:
        values = [float(part) for part in text.replace(",", ".").split()]
    except ValueError:
        values = []
    if len(values) not in (1, 2):
        problems["um_per_px"] = (
            "name the optics (f2 measures new ones), or give µm per pixel, such as 0.50"
        )
        return None
    try:
        aspect = None if recording is None else pixel_aspect(recording)
        return entered_scale(values, aspect, "entered by the operator")
    except ScaleError as error:
        problems["um_per_px"] = str(error)
    except VideoError as error:
        problems["recording"] = str(error)
    return None
