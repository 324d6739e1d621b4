"""The form that gives a measured micrometer its name: which optics, and who measured."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from calibration.optics import CameraSetUp, Optics, OpticsError
from calibration.profiles import OpticsHistory, ProfileError, check_name
from calibration.readings import MicrometerReading, scale_from_readings
from calibration.scale import ScaleError
from qc.calibrations import Measurement, Prepared, prepare
from tui.typed import fault_of


@dataclass(frozen=True, slots=True)
class NamingText:
    """The form as it was typed; objective, adapter and pixel count where the name is new."""

    optics: str
    objective: str
    adapter: str
    pixel_um: str
    division_um: str
    micrometer: str
    operator: str


class NamingError(ValueError):
    """The form cannot be used yet.

    Attributes:
        problems: What is wrong and what to do, by the name of the field in `NamingText`.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured before the form is filled in.

    Attributes:
        readings: One reading for each orientation of the slide, one or two.
        picture_sha256: Hash of their pictures.
        camera: The camera that took them.
    """

    readings: tuple[MicrometerReading, ...]
    picture_sha256: str
    camera: CameraSetUp


def read_naming(form: NamingText, measured: Measured, known: Sequence[OpticsHistory]) -> Prepared:
    """Turn the typed form and the readings into a calibration that can be stored.

    With one reading the shape of a pixel is that of the optics; with two both axes are measured.

    Raises:
        NamingError: With every problem at once.
    """
    problems: dict[str, str] = {}
    history = _history(form, measured.camera, known, problems)
    division_um = _number("division_um", form.division_um, problems)
    if fault := fault_of(form.operator, "say who measured"):
        problems["operator"] = fault
    if fault := fault_of(form.micrometer, ""):
        problems["micrometer"] = fault
    if problems or history is None or division_um is None:
        raise NamingError(problems)
    return _prepare(form, measured, history, division_um)


def optics_of(name: str, known: Sequence[OpticsHistory]) -> OpticsHistory | None:
    """Return the known optics of a name as it is typed."""
    return next((each for each in known if each.name == name.strip()), None)


def _history(
    form: NamingText,
    camera: CameraSetUp,
    known: Sequence[OpticsHistory],
    problems: dict[str, str],
) -> OpticsHistory | None:
    found = optics_of(form.optics, known)
    if found is None:
        return _new_optics(form, camera, problems)
    if conflict := found.optics.conflict(camera):
        problems["optics"] = f"has {conflict}"
    return found


def _new_optics(
    form: NamingText, camera: CameraSetUp, problems: dict[str, str]
) -> OpticsHistory | None:
    name = form.optics.strip()
    try:
        check_name(name)
    except ProfileError:
        problems["optics"] = "give a name like 40x-basler"
    objective = _number("objective", form.objective, problems)
    adapter = _number("adapter", form.adapter, problems)
    sides = form.pixel_um.replace(",", ".").split()
    pitches = [_number("pixel_um", side, problems) for side in sides[:2]]
    if len(sides) not in (1, 2):
        problems["pixel_um"] = "one number, or two (x y)"
    if problems or objective is None or adapter is None or pitches[0] is None:
        return None
    pitch = (pitches[0], pitches[-1] or pitches[0])
    try:
        return OpticsHistory(name, Optics(objective, adapter, camera.serial, pitch, camera.binning))
    except OpticsError as error:
        problems["optics"] = str(error)
        return None


def _prepare(
    form: NamingText, measured: Measured, history: OpticsHistory, division_um: float
) -> Prepared:
    one = len(measured.readings) == 1
    slide = form.micrometer.strip()
    source = f"stage micrometer{f' {slide}' if slide else ''}, " + (
        "one orientation" if one else "two orientations"
    )
    try:
        scale = scale_from_readings(
            [replace(each, division_um=division_um) for each in measured.readings],
            pixel_aspect=history.optics.pixel_aspect if one else None,
            source=source,
        )
    except ScaleError as error:
        raise NamingError({"division_um": str(error)}) from error
    return prepare(
        history,
        Measurement(scale, form.operator, micrometer=slide, picture_sha256=measured.picture_sha256),
    )


def _number(name: str, text: str, problems: dict[str, str]) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0 < value < 1e4:
        problems[name] = "a number above 0"
        return None
    return value
