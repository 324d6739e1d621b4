"""`motiscope examine`: two replicates of a sample, from the camera to the stored result."""

import secrets
import threading
from pathlib import Path
from typing import Annotated

import typer

from acquisition.camera import CameraSettings
from acquisition.cameras.choosing import FORMS, is_camera
from acquisition.video import pixel_aspect
from inference.analysis import load_models
from qc.examination import Examination, ExaminationError, new_session
from qc.plan import LARGEST_SEED, ExaminationPlan
from qc.preparation import Preparation
from qc.records.database import NotStoredError
from qc.records.exports import session_json
from qc.records.store import Store
from qc.records.values import SessionRecord, SessionState, utc_now
from qc.recovery import close_incomplete
from qc.report import write_report
from qc.reporting import check_may_report
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
from tui.cli.confirming import confirmed_by_enter
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
from tui.cli.typed import kept_line
from tui.cli.watching import watched
from tui.collected import CollectedError, parse_collected
from tui.config import CONFIG_FILE, SIMULATED, Config

REPLAY = "replay:"


def examine(
    context: typer.Context,
    sample: Annotated[
        str | None, typer.Option(metavar="ID", callback=kept_line, help="Label of the sample.")
    ] = None,
    operator: Annotated[
        str | None, typer.Option(metavar="NAME", callback=kept_line, help="Who examines.")
    ] = None,
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
        typer.Option(
            min=0, max=LARGEST_SEED, help="Seed of the field plan; drawn and stored if left out."
        ),
    ] = None,
    collected: Annotated[
        str | None,
        typer.Option(metavar="TIME", help='When the sample was collected, such as "09:40".'),
    ] = None,
    preheated: Annotated[
        bool,
        typer.Option("--preheated-slide", help="The operator confirms that the slide was warm."),
    ] = False,
    any_temperature: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            callback=kept_line,
            help="Record at whatever temperature the stage has, and why.",
        ),
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
        str, typer.Option(callback=kept_line, help="Why the session is closed.")
    ] = "closed by the operator",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Record and grade random fields until 200 are counted in at least 5, twice."""
    config: Config = context.obj
    _check_together(context)
    with open_records(config) as store:
        if close is not None:
            session = find_session(store, close)
            close_incomplete(session.session_id, store, reason)
            talk.print(f"session {session.session_id} closed as incomplete; its fields are kept")
            return
        if resume is not None:
            session = find_session(store, resume)
            devices = open_again(session, config, paced=False)
        else:
            who = _names(sample, operator)
            preparation = _preparation(who[1], collected, preheated=preheated)
            camera = camera or config.camera
            _check_heater(camera, config, any_temperature)
            seed = secrets.randbelow(2**31) if seed is None else seed
            check_one_scale(um_per_px, optics)
            devices, calibrated = _open_new(
                camera, um_per_px, optics, frame_rate, seed, store, config, preset
            )
            plan = ExaminationPlan(
                *who,
                calibrated.scale,
                calibrated.sha256,
                seed=seed,
                settings=devices.asked,
                temperature_tolerance_c=config.heater.tolerance_c,
                temperature_override=any_temperature,
                profile=calibrated.profile,
                preparation=preparation,
            )
            session = new_session(plan, devices.microscope.camera.info, clips_folder(config))
        result = run_session(session, devices, config, store)
        _tell(result, session, store, as_json, config.instrument)


def _check_together(context: typer.Context) -> None:
    """Refuse options that an unfinished session would pass over: it has its own.

    Raises:
        UsageError: If there are any.
    """
    given = {
        parameter.name: parameter.opts[0]
        for parameter in context.command.params
        if parameter.name and _is_given(context, parameter.name)
    }
    if "close" in given:
        told, fitting = "--close ends a session as it is", {"close", "reason"}
    elif "resume" in given:
        told, fitting = "--continue goes on as the session was begun", {"resume", "as_json"}
    else:
        told, fitting = "--reason says why a session is closed", given.keys() - {"reason"}
    if others := [option for name, option in given.items() if name not in fitting]:
        raise UsageError(f"{told}: leave out {', '.join(others)}")


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _names(sample: str | None, operator: str | None) -> tuple[str, str]:
    if sample is None or operator is None:
        missing = "--sample ID" if sample is None else "--operator NAME"
        raise UsageError(f"an examination needs {missing}")
    return sample, operator


def _preparation(operator: str, collected: str | None, *, preheated: bool) -> Preparation:
    now = utc_now()
    try:
        at = None if collected is None else parse_collected(collected, now.astimezone())
    except CollectedError as error:
        raise UsageError(f"--collected: {error}") from error
    return Preparation(at, operator, now) if preheated else Preparation(at)


def _check_heater(camera: str, config: Config, reason: str | None) -> None:
    if not camera.startswith(REPLAY) and config.heater.driver == "none" and reason is None:
        raise UsageError(
            "no heated stage is set, so nobody knows the temperature: say why fields may be "
            "recorded with --any-temperature REASON, or set heater.driver"
        )


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
        return _open_device(camera, settings, um_per_px, optics, store, config)
    if preset is not None:
        raise UsageError(f"--preset is for a camera ({FORMS}), not for {camera}")
    if camera == SIMULATED:
        return _open_simulated(um_per_px, optics, seed, store, config)
    if not camera.startswith(REPLAY):
        raise UsageError(f"--camera {camera}: give simulated, replay:PATH, {FORMS}")
    if optics is None:
        parse_scale(um_per_px)
    devices, recording = _open_replay(camera, frame_rate)
    if optics is None:
        return devices, Calibrated(parse_scale(um_per_px, pixel_aspect(recording)))
    return devices, Calibrated.by(profile_of_recording(store, optics, recording))


def _open_simulated(
    um_per_px: str | None, optics: str | None, seed: int, store: Store, config: Config
) -> tuple[Devices, Calibrated]:
    if um_per_px is not None:
        raise UsageError("--um-per-px: the simulated microscope measures its own micrometer")
    devices = open_simulated(seed, paced=False, config=config)
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
    camera: str,
    settings: CameraSettings,
    um_per_px: str | None,
    optics: str | None,
    store: Store,
    config: Config,
) -> tuple[Devices, Calibrated]:
    scale = None if optics is not None else parse_scale(um_per_px)
    devices = open_device(camera, settings, config)
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
        StoreError: If the database cannot be read.
    """
    try:
        return store.session(store.find(key))
    except NotStoredError as error:
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
                session,
                devices,
                models,
                store,
                watch=watch,
                wait_for_slide=devices.needs_operator,
            )
            gone = threading.Event()
            if devices.needs_operator:
                confirmed_by_enter(running.resume, lambda: _leave(running, gone))
            try:
                return _unless_alone(running.run(), session, gone)
            except KeyboardInterrupt:
                key = session.session_id
                talk.print(f"left open; go on with: motiscope examine --continue {key}")
                raise
    finally:
        devices.close()


def _leave(running: Examination, gone: threading.Event) -> None:
    gone.set()
    running.leave()


def _unless_alone(
    result: SessionResult, session: SessionRecord, gone: threading.Event
) -> SessionResult:
    if gone.is_set() and result.state is SessionState.OPEN:
        raise ExaminationError(
            "nobody can say that the slide is in place, for there is no standard input; go on in a "
            f"terminal with: motiscope examine --continue {session.session_id}"
        )
    return result


def _tell(
    result: SessionResult, session: SessionRecord, store: Store, as_json: bool, instrument: str
) -> None:
    stored = store.session(session.session_id)
    if not as_json:
        show_result(result)
    check_may_report(store, stored, instrument)
    report = Path(session.folder) / "report.html"
    write_report(stored, report)
    if as_json:
        print(session_json(stored), end="")
    talk.print(f"report: {report}")
