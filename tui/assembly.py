"""Putting the parts of one examination together: devices, scale, analysis and store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from acquisition.camera import Camera, CameraError, CameraInfo, CameraSettings
from acquisition.cameras.replay import ReplayCamera
from acquisition.clip_video import is_clip
from acquisition.frame import Frame
from acquisition.latest import Latest
from acquisition.micrometer_file import picture_sha256
from acquisition.microscope import Microscope
from acquisition.sidecar import read_sidecar, sidecar_path
from acquisition.specimen.bench import BenchSettings, SimulatedMicroscope, Slide
from acquisition.specimen.microscope import simulated_microscope
from acquisition.specimen.settings import SpecimenSettings
from acquisition.video import open_video
from calibration.micrometer import measure
from calibration.optics import CameraSetUp
from calibration.profiles import CalibrationProfile
from calibration.readings import scale_from_readings
from calibration.scale import Scale
from inference.analysis import Analysis, Models, analyse
from qc.bench import Bench
from qc.examination import Examination, ExaminationError
from qc.recording import CameraRecorder
from qc.records.store import Store, open_store
from qc.records.values import SessionRecord, utc_now
from qc.status import ExaminationStatus
from tui.config import Config

# A cell this sure is one that a technician would see at a glance.
VISIBLE_SCORE = 0.5
SIMULATED, REPLAY_MODEL = "simulated", "replay"
SLIDES = {1: Slide.FIRST, 2: Slide.SECOND}


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A scale and what it was measured on.

    Attributes:
        scale: What a pixel is worth.
        sha256: Hash of the micrometer pictures, None where the scale was entered.
        profile: The stored calibration that gives the scale, None where it has none.
    """

    scale: Scale
    sha256: str | None = None
    profile: CalibrationProfile | None = None

    @classmethod
    def by(cls, profile: CalibrationProfile) -> "Calibrated":
        """Take the scale of a stored calibration."""
        return cls(profile.named_scale, profile.picture_sha256, profile)


@dataclass(frozen=True, slots=True)
class Recorded:
    """How a recording came about, as far as it tells.

    Attributes:
        at: When it was recorded; now where it does not tell.
        camera: The camera that recorded it, None where it does not tell.
    """

    at: datetime
    camera: CameraSetUp | None = None


def recorded_by(recording: Path) -> Recorded:
    """Return when and by which camera a recording was made; only a clip's sidecar tells.

    Raises:
        ClipError: If the sidecar cannot be read.
    """
    if not is_clip(recording):
        return Recorded(utc_now())
    sidecar = read_sidecar(sidecar_path(recording))
    info = sidecar.notes.camera
    replayed = info.model == REPLAY_MODEL
    return Recorded(
        sidecar.started_utc, None if replayed else camera_set_up(info, sidecar.notes.accepted)
    )


def camera_set_up(info: CameraInfo, settings: CameraSettings) -> CameraSetUp:
    """Return what decides on the scale of all that a camera says of itself."""
    binning = (settings.binning, settings.binning)
    return CameraSetUp(info.serial, binning, (settings.width_px, settings.height_px))


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of one examination, open.

    Attributes:
        microscope: The devices.
        latest: Where the newest frame waits for a live view.
        put_replicate: Puts the slide of a replicate under the lens, where software can.
        world: The simulated world, None with real or replayed pictures.
    """

    microscope: Microscope
    latest: Latest
    put_replicate: Callable[[int], None]
    world: SimulatedMicroscope | None = None

    def close(self) -> None:
        """Let the devices go; safe to call twice."""
        self.microscope.camera.close()


def open_simulated(seed: int, *, paced: bool) -> Devices:
    """Open the simulated microscope with the specimen of a seed.

    Args:
        seed: Seed of the specimen; the second replicate is another drop of the same sample.
        paced: Whether time passes as on the wall.
    """
    world = SimulatedMicroscope(BenchSettings(sample=SpecimenSettings(seed=seed), paced=paced))
    microscope = simulated_microscope(world)
    microscope.camera.open()

    def put_replicate(number: int) -> None:
        world.put(SLIDES.get(number, Slide.SECOND))

    return Devices(microscope, Latest(), put_replicate, world)


def open_again(session: SessionRecord, *, paced: bool) -> Devices:
    """Open the devices of an unfinished session once more.

    Raises:
        ExaminationError: If it was replayed: its cells would be counted a second time.
    """
    if session.camera.model == SIMULATED:
        return open_simulated(session.plan.seed, paced=paced)
    raise ExaminationError(
        f"session {session.session_id} replays {session.camera.serial}: going on would count its "
        "cells twice; close it as incomplete"
    )


def open_replay(recording: Path, frame_rate_hz: float | None, *, paced: bool) -> Devices:
    """Open a recording as a camera without stage and heater; it plays once, stretch by stretch.

    Raises:
        CameraError: If it cannot be read.
    """
    camera = ReplayCamera(recording, paced=paced, goes_on=True, frame_rate_hz=frame_rate_hz)
    camera.open()
    return Devices(Microscope(camera, None, None), Latest(), lambda _: None)


def measure_micrometer(devices: Devices) -> Calibrated:
    """Put the micrometer slide under the simulated lens, measure it, and put the sample back.

    Raises:
        NotAMicrometerError: If the picture cannot be measured.
    """
    world = devices.world
    if world is None:
        raise CameraError("only the simulated microscope can change its slide by itself")
    world.put(Slide.MICROMETER)
    devices.microscope.camera.apply(CameraSettings())
    picture = grab(devices.microscope.camera).pixels
    world.put(Slide.FIRST)
    when = f"{utc_now():%Y-%m-%d %H:%M} UTC"
    source = f"stage micrometer, measured {when}"
    scale = scale_from_readings([measure(picture)], source=source)
    return Calibrated(scale, picture_sha256(picture))


def grab(camera: Camera) -> Frame:
    """Take one frame.

    Raises:
        CameraError: If none comes.
    """
    with camera.frames() as stream:
        frame = next(stream, None)
    if frame is None:
        raise CameraError(f"{camera.info.model} sent no frame; check the camera")
    return frame


def open_records(config: Config) -> Store:
    """Open the database of the settings; the home folder is made where it is missing.

    Raises:
        StoreError: If the database cannot be used.
        OSError: If the home folder cannot be made.
    """
    config.home.mkdir(parents=True, exist_ok=True)
    return open_store(config.store_location)


def clips_folder(config: Config) -> Path:
    """Return where the folders of all sessions are."""
    return config.home / "sessions"


def examination(
    session: SessionRecord,
    devices: Devices,
    models: Models,
    store: Store,
    *,
    watch: Callable[[ExaminationStatus], object] | None = None,
    wait_for_slide: bool = False,
) -> Examination:
    """Make the examination of a new or an open session.

    Args:
        session: What to examine.
        devices: Open devices.
        models: Find and grade the cells.
        store: Keeps the records.
        watch: Told about every new status.
        wait_for_slide: Whether the operator says when the second slide is in place; else it is
            put there at once, as only the simulated microscope can.
    """
    microscope = devices.microscope
    rate_hz = session.plan.settings.frame_rate_hz

    def analyse_clip(clip: Path, scale: Scale) -> Analysis:
        return analyse(open_video(clip), scale, models)

    def count_visible(frame: Frame, scale: Scale) -> int:
        found = next(iter(models.detector.detect([frame], scale, rate_hz)))
        return int((found.score >= VISIBLE_SCORE).sum())

    def watch_slides(status: ExaminationStatus) -> None:
        if status.replicate:
            devices.put_replicate(status.replicate)
        if watch is not None:
            watch(status)

    bench = Bench(
        microscope,
        CameraRecorder(microscope.camera, devices.latest, microscope.heater),
        analyse_clip,
        count_visible,
        new_preparation=None if wait_for_slide else devices.put_replicate,
    )
    # A preview would use up a recording, which plays but once.
    latest = devices.latest if wait_for_slide and devices.world is not None else None
    return Examination(session, bench, store, watch=watch_slides, latest=latest)
