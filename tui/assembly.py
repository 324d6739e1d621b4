"""Putting the parts of one examination together: devices, scale, analysis and store."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from acquisition.camera import Camera, CameraError, CameraInfo, CameraSettings
from acquisition.cameras.choosing import choose_camera, name_of
from acquisition.cameras.replay import ReplayCamera
from acquisition.cameras.simulated import SimulatedCamera
from acquisition.clip_video import is_clip
from acquisition.frame import Frame
from acquisition.latest import Latest
from acquisition.micrometer_file import picture_sha256
from acquisition.microscope import Microscope
from acquisition.sidecar import read_sidecar, sidecar_path
from acquisition.specimen.bench import BenchSettings, SimulatedMicroscope, Slide
from acquisition.specimen.settings import SpecimenSettings
from acquisition.video import open_video
from calibration.micrometer import measure
from calibration.optics import CameraSetUp, Optics
from calibration.profiles import CalibrationProfile
from calibration.readings import scale_from_readings
from calibration.scale import Scale
from inference.analysis import Analysis, Models, analyse
from qc.bench import Bench
from qc.examination import Examination, ExaminationError
from qc.picture_watch import PictureWatch
from qc.recording import CameraRecorder
from qc.records.store import Store, open_store
from qc.records.values import SessionRecord, utc_now
from qc.status import ExaminationStatus
from tui.by_hand import stage_by_hand, telling_of_new_slides
from tui.config import SIMULATED, Config
from tui.device_config import HeaterConfig, StageConfig
from tui.devices import open_heater, open_stage

# A cell this sure is one that a technician would see at a glance.
VISIBLE_SCORE = 0.5
REPLAY_MODEL = "replay"
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
        asked: What the camera is asked for.
        plays_once: Whether every frame that is looked at is used up, as of a recording.
        by_hand: Whether the stage is moved by hand; the microscope has then none of its own.
    """

    microscope: Microscope
    latest: Latest
    put_replicate: Callable[[int], None]
    world: SimulatedMicroscope | None = None
    asked: CameraSettings = field(default_factory=CameraSettings)
    plays_once: bool = False
    by_hand: bool = False

    @property
    def set_up(self) -> CameraSetUp:
        """What the camera says of itself, with the settings that it accepts."""
        camera = self.microscope.camera
        return camera_set_up(camera.info, camera.apply(self.asked))

    @property
    def needs_operator(self) -> bool:
        """Whether a person must be there who confirms what cannot be done by software."""
        return self.world is None and not self.plays_once

    def close(self) -> None:
        """Let the devices go; safe to call twice."""
        self.microscope.close()


def open_simulated(seed: int, *, paced: bool, config: Config | None = None) -> Devices:
    """Open the simulated microscope with the specimen of a seed.

    Args:
        seed: Seed of the specimen; the second replicate is another drop of the same sample.
        paced: Whether time passes as on the wall.
        config: Names the stage and the heater; simulated ones unless given.

    Raises:
        StageError, HeaterError: If these cannot be opened.
    """
    world = SimulatedMicroscope(BenchSettings(sample=SpecimenSettings(seed=seed), paced=paced))
    stage, heater = StageConfig(), HeaterConfig()
    if config is not None:
        stage, heater = config.stage, config.heater
    microscope = with_stage_and_heater(SimulatedCamera(world), stage, heater, world)

    def put_replicate(number: int) -> None:
        world.put(SLIDES.get(number, Slide.SECOND))

    return Devices(microscope, Latest(), put_replicate, world, by_hand=stage.driver == "manual")


def with_stage_and_heater(
    camera: Camera,
    stage: StageConfig,
    heater: HeaterConfig,
    world: SimulatedMicroscope | None = None,
) -> Microscope:
    """Open a camera with the stage and the heater of the settings, all or none.

    Raises:
        CameraError, StageError, HeaterError: If one of them cannot be opened.
    """
    with ExitStack() as undo:
        camera.open()
        undo.callback(camera.close)
        opened_stage = open_stage(stage, world)
        if opened_stage is not None:
            undo.callback(opened_stage.close)
        microscope = Microscope(camera, opened_stage, open_heater(heater, world))
        undo.pop_all()
    return microscope


def open_again(session: SessionRecord, config: Config, *, paced: bool) -> Devices:
    """Open the devices of an unfinished session once more.

    Raises:
        StageError, HeaterError: If the stage or the heater cannot be opened.
        ExaminationError: If it was replayed: its cells would be counted a second time.
        CameraError: If its camera cannot be opened.
    """
    if session.camera.model == SIMULATED:
        return open_simulated(session.plan.seed, paced=paced, config=config)
    if (name := name_of(session.camera)) is not None:
        return open_device(name, session.plan.settings, config)
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
    own = camera.apply(CameraSettings())
    microscope = Microscope(camera, None, None)
    return Devices(microscope, Latest(), lambda _: None, asked=own, plays_once=True)


def open_camera(name: str) -> Devices:
    """Open a vendor's camera alone, as the stage micrometer needs no more.

    Raises:
        CameraError: If there is no such camera or it cannot be opened.
    """
    camera = choose_camera(name)
    camera.open()
    return Devices(Microscope(camera, None, None), Latest(), lambda _: None)


def open_device(name: str, asked: CameraSettings, config: Config) -> Devices:
    """Open a vendor's camera with the stage and the heater of the settings.

    Args:
        name: Driver and serial number, as `acquisition.cameras.choosing` says.
        asked: What it is asked for.
        config: Names the stage and the heater.

    Raises:
        CameraError: If there is no such camera or it cannot be opened.
        StageError, HeaterError: If these cannot be opened.
    """
    microscope = with_stage_and_heater(choose_camera(name), config.stage, config.heater)
    by_hand = config.stage.driver == "manual"
    return Devices(microscope, Latest(), lambda _: None, asked=asked, by_hand=by_hand)


def settings_for(config: Config, preset: str, optics: Optics | None = None) -> CameraSettings:
    """Return what a camera is asked for.

    Args:
        config: Holds the presets.
        preset: Name of one; without such a preset the usual settings are taken.
        optics: Their binning and region go before the usual ones.
    """
    if preset in config.presets:
        return config.presets[preset]
    if optics is None:
        return CameraSettings()
    usual = CameraSettings(binning=optics.binning[0])
    if optics.region_px is None:
        return usual
    left, top, width, height = optics.region_px
    return replace(usual, left_px=left, top_px=top, width_px=width, height_px=height)


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
    return open_store(config.store_location, clips_folder(config))


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
    microscope, put_replicate = devices.microscope, devices.put_replicate
    rate_hz = session.plan.settings.frame_rate_hz

    def count_visible(frame: Frame, scale: Scale) -> int:
        found = next(iter(models.detector.detect([frame], scale, rate_hz)))
        return int((found.score >= VISIBLE_SCORE).sum())

    picture = PictureWatch(devices.latest, session.plan.scale, count_visible)
    if devices.by_hand:
        stage = stage_by_hand(microscope, picture, devices.world, lambda: running)
        microscope = replace(microscope, stage=stage)
        put_replicate = telling_of_new_slides(stage, put_replicate)

    def analyse_clip(clip: Path, scale: Scale) -> Analysis:
        return analyse(open_video(clip), scale, models)

    def watch_slides(status: ExaminationStatus) -> None:
        if status.replicate:
            put_replicate(status.replicate)
        if watch is not None:
            watch(status)

    bench = Bench(
        microscope,
        CameraRecorder(microscope.camera, picture, microscope.heater),
        analyse_clip,
        count_visible,
        new_preparation=None if wait_for_slide else put_replicate,
    )
    # A preview would use up a recording, which plays but once.
    latest = picture if wait_for_slide and not devices.plays_once else None
    running = Examination(session, bench, store, watch=watch_slides, latest=latest, picture=picture)
    return running
