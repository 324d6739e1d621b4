"""`motiscope examine`: two replicates of a sample, from the camera to the stored result."""

import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from acquisition.camera import CameraSettings
from acquisition.cameras.choosing import FORMS, is_camera
from acquisition.video import pixel_aspect
from inference.analysis import load_models
from qc.examination import ExaminationError, new_session
from qc.plan import ExaminationPlan
from qc.records.database import StoreError
from qc.records.exports import session_json
from qc.records.store import Store
from qc.records.values import SessionRecord
from qc.recovery import close_incomplete
from qc.report import write_report
from qc.result import SessionResult
from tui.assembly import (
    Calibrated,
    Devices,
    clips_folder,
    examination,
    measure_micrometer,
    open_again,
    open_device,
    open_records,
    open_replay,
    open_simulated,
    settings_for,
)
from tui.cli.console import UsageError, talk
from tui.cli.results import show_result
from tui.cli.scale import (
    OpticsName,
    UmPerPx,
    check_one_scale,
    find_optics,
    parse_scale,
    profile_now,
    profile_of_recording,
)
from tui.cli.watching import watched
from tui.config import CONFIG_FILE, SIMULATED, Config

REPLAY = "replay:"


def examine(
    context: typer.Context,
    sample: Annotated[str | None, typer.Option(metavar="ID", help="Label of the sample.")] = None,
    operator: Annotated[str | None, typer.Option(metavar="NAME", help="Who examines.")] = None,
    camera: Annotated[
        str | None,
        typer.Option(
            help="simulated, replay:PATH for a recording, or a camera: "
            f"{FORMS}. The setting 'camera' if left out."
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Camera settings to use; those of the optics' name."),
    ] = None,
    um_per_px: UmPerPx = None,
    optics: OpticsName = None,
    frame_rate: Annotated[
        float | None, typer.Option(metavar="HZ", help="Frames per second of replayed images.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="Seed of the field plan; drawn and stored if left out."),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option("--continue", metavar="SESSION", help="Go on with an unfinished session."),
    ] = None,
    close: Annotated[
        str | None,
        typer.Option(metavar="SESSION", help="Close an unfinished session as incomplete."),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why the session is closed.")
    ] = "closed by the operator",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Record and grade random fields until 200 are counted in at least 5, twice."""
    config: Config = context.obj
    with open_records(config) as store:
        if close is not None:
            session = find_session(store, close)
            close_incomplete(session.session_id, store, reason)
            talk.print(f"session {session.session_id} closed as incomplete; its fields are kept")
            return
        if resume is not None:
            session = find_session(store, resume)
            devices = open_again(session, paced=False)
        else:
            who = _names(sample, operator)
            seed = secrets.randbelow(2**31) if seed is None else seed
            check_one_scale(um_per_px, optics)
            devices, calibrated = _open_new(
                camera or config.camera, um_per_px, optics, frame_rate, seed, store, config, preset
            )
            plan = ExaminationPlan(
                *who,
                calibrated.scale,
                calibrated.sha256,
                seed=seed,
                settings=devices.asked,
                profile=calibrated.profile,
            )
            session = new_session(plan, devices.microscope.camera.info, clips_folder(config))
        result = run_session(session, devices, config, store)
        _tell(result, session, store, as_json)


def _names(sample: str | None, operator: str | None) -> tuple[str, str]:
    for option, text in (("--sample ID", sample), ("--operator NAME", operator)):
        if text is None or not text.strip():
            raise UsageError(f"an examination needs {option}")
    return str(sample), str(operator)


def _open_new(
    camera: str,
    um_per_px: str | None,
    optics: str | None,
    frame_rate: float | None,
    seed: int,
    store: Store,
    config: Config,
    preset: str | None,
) -> tuple[Devices, Calibrated]:
    if is_camera(camera):
        settings = _settings(config, preset, optics, store)
        return _open_device(camera, settings, um_per_px, optics, store)
    if preset is not None:
        raise UsageError(f"--preset is for a camera ({FORMS}), not for {camera}")
    if camera == SIMULATED:
        return _open_simulated(um_per_px, optics, seed, store)
    if not camera.startswith(REPLAY):
        raise UsageError(f"--camera {camera}: give simulated, replay:PATH, {FORMS}")
    if optics is None:
        parse_scale(um_per_px)
    devices, recording = _open_replay(camera, frame_rate)
    if optics is None:
        return devices, Calibrated(parse_scale(um_per_px, pixel_aspect(recording)))
    return devices, Calibrated.by(profile_of_recording(store, optics, recording))


def _open_simulated(
    um_per_px: str | None, optics: str | None, seed: int, store: Store
) -> tuple[Devices, Calibrated]:
    if um_per_px is not None:
        raise UsageError("--um-per-px: the simulated microscope measures its own micrometer")
    devices = open_simulated(seed, paced=False)
    if optics is None:
        return devices, measure_micrometer(devices)
    return devices, Calibrated.by(profile_now(store, optics, devices.set_up))


def _settings(
    config: Config, preset: str | None, optics: str | None, store: Store
) -> CameraSettings:
    if preset is not None and preset not in config.presets:
        known = ", ".join(sorted(config.presets)) or f"none; write them into {CONFIG_FILE}"
        raise UsageError(f"--preset {preset}: unknown; known: {known}")
    history = None if optics is None else find_optics(store, optics)
    return settings_for(config, preset or optics or "", history.optics if history else None)


def _open_device(
    camera: str, settings: CameraSettings, um_per_px: str | None, optics: str | None, store: Store
) -> tuple[Devices, Calibrated]:
    scale = None if optics is not None else parse_scale(um_per_px)
    devices = open_device(camera, settings)
    try:
        if scale is not None:
            return devices, Calibrated(scale)
        return devices, Calibrated.by(profile_now(store, optics or "", devices.set_up))
    except BaseException:
        devices.close()
        raise


def _open_replay(camera: str, frame_rate: float | None) -> tuple[Devices, Path]:
    path = Path(camera.removeprefix(REPLAY))
    if not path.exists():
        raise UsageError(f"--camera {camera}: no such file or folder")
    return open_replay(path, frame_rate, paced=False), path


def find_session(store: Store, key: str) -> SessionRecord:
    """Find a session by its key or the beginning of it, its sample, or "latest".

    Raises:
        UsageError: If there is none, or more than one.
    """
    try:
        return store.session(store.find(key))
    except StoreError as error:
        raise UsageError(f"{error}; see motiscope sessions") from error


def run_session(
    session: SessionRecord, devices: Devices, config: Config, store: Store
) -> SessionResult:
    """Run an examination to its end with its progress on standard error.

    Raises:
        ExaminationError: If a device, the disk or the analysis failed.
    """
    models = load_models(config.threads)
    talk.print(f"session {session.session_id}, clips in {session.folder}")
    try:
        with watched(session.plan) as watch:
            running = examination(
                session, devices, models, store, watch=watch, new_preparation=_new_preparation
            )
            try:
                return running.run()
            except KeyboardInterrupt:
                key = session.session_id
                talk.print(f"left open; go on with: motiscope examine --continue {key}")
                raise
    finally:
        devices.close()


def _new_preparation(number: int) -> None:
    """Let the operator change the slide, where nothing else can.

    Raises:
        ExaminationError: If there is no one to ask.
    """
    talk.print(f"put the slide of replicate {number} in place and press Enter")
    if not sys.stdin.readline():
        raise ExaminationError("nobody can say that the slide is in place: no standard input")


def _tell(result: SessionResult, session: SessionRecord, store: Store, as_json: bool) -> None:
    stored = store.session(session.session_id)
    report = Path(session.folder) / "report.html"
    write_report(stored, report)
    if as_json:
        print(session_json(stored), end="")
    else:
        show_result(result)
    talk.print(f"report: {report}")
