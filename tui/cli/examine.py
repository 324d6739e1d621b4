"""`motiscope examine`: two replicates of a sample, from the camera to the stored result."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from acquisition.camera import CameraSettings
from acquisition.video import pixel_aspect
from inference.analysis import load_models
from qc.examination import new_session
from qc.plan import ExaminationPlan
from qc.preparation import Preparation
from qc.records.database import StoreError
from qc.records.exports import session_json
from qc.records.store import Store
from qc.records.values import SessionRecord, utc_now
from qc.recovery import close_incomplete
from qc.report import write_report
from qc.result import SessionResult
from tui.assembly import (
    SIMULATED,
    Calibrated,
    Devices,
    camera_set_up,
    clips_folder,
    examination,
    measure_micrometer,
    open_again,
    open_records,
    open_replay,
    open_simulated,
)
from tui.cli.confirming import confirmed_by_enter
from tui.cli.console import UsageError, talk
from tui.cli.results import show_result
from tui.cli.scale import (
    OpticsName,
    UmPerPx,
    check_one_scale,
    parse_scale,
    profile_now,
    profile_of_recording,
)
from tui.cli.watching import watched
from tui.collected import CollectedError, parse_collected
from tui.config import Config

REPLAY = "replay:"


def examine(
    context: typer.Context,
    sample: Annotated[str | None, typer.Option(metavar="ID", help="Label of the sample.")] = None,
    operator: Annotated[str | None, typer.Option(metavar="NAME", help="Who examines.")] = None,
    camera: Annotated[
        str, typer.Option(help="simulated, or replay:PATH for a recording.")
    ] = SIMULATED,
    um_per_px: UmPerPx = None,
    optics: OpticsName = None,
    frame_rate: Annotated[
        float | None, typer.Option(metavar="HZ", help="Frames per second of replayed images.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="Seed of the field plan; drawn and stored if left out."),
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
            metavar="REASON", help="Record at whatever temperature the stage has, and why."
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
            devices = open_again(session, config, paced=False)
        else:
            who = _names(sample, operator)
            preparation = _preparation(who[1], collected, preheated=preheated)
            _check_heater(camera, config, any_temperature)
            seed = secrets.randbelow(2**31) if seed is None else seed
            check_one_scale(um_per_px, optics)
            devices, calibrated = _open_new(
                camera, um_per_px, optics, frame_rate, seed, store, config
            )
            plan = ExaminationPlan(
                *who,
                calibrated.scale,
                calibrated.sha256,
                seed=seed,
                temperature_tolerance_c=config.heater.tolerance_c,
                temperature_override=any_temperature,
                profile=calibrated.profile,
                preparation=preparation,
            )
            session = new_session(plan, devices.microscope.camera.info, clips_folder(config))
        result = run_session(session, devices, config, store)
        _tell(result, session, store, as_json)


def _names(sample: str | None, operator: str | None) -> tuple[str, str]:
    for option, text in (("--sample ID", sample), ("--operator NAME", operator)):
        if text is None or not text.strip():
            raise UsageError(f"an examination needs {option}")
    return str(sample), str(operator)


def _preparation(operator: str, collected: str | None, *, preheated: bool) -> Preparation:
    now = utc_now()
    try:
        at = None if collected is None else parse_collected(collected, now.astimezone())
    except CollectedError as error:
        raise UsageError(f"--collected: {error}") from error
    return Preparation(at, operator, now) if preheated else Preparation(at)


def _check_heater(camera: str, config: Config, reason: str | None) -> None:
    if camera == SIMULATED and config.heater.driver == "none" and reason is None:
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
) -> tuple[Devices, Calibrated]:
    if camera == SIMULATED:
        if um_per_px is not None:
            raise UsageError("--um-per-px: the simulated microscope measures its own micrometer")
        devices = open_simulated(seed, paced=False, config=config)
        if optics is None:
            return devices, measure_micrometer(devices)
        seen = camera_set_up(devices.microscope.camera.info, CameraSettings())
        return devices, Calibrated.by(profile_now(store, optics, seen))
    if not camera.startswith(REPLAY):
        raise UsageError(f"--camera {camera}: give simulated or replay:PATH")
    if optics is None:
        parse_scale(um_per_px)
    devices, recording = _open_replay(camera, frame_rate)
    if optics is None:
        return devices, Calibrated(parse_scale(um_per_px, pixel_aspect(recording)))
    return devices, Calibrated.by(profile_of_recording(store, optics, recording))


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
                session,
                devices,
                models,
                store,
                watch=watch,
                wait_for_slide=devices.needs_operator,
            )
            if devices.needs_operator:
                confirmed_by_enter(running.resume)
            try:
                return running.run()
            except KeyboardInterrupt:
                key = session.session_id
                talk.print(f"left open; go on with: motiscope examine --continue {key}")
                raise
    finally:
        devices.close()


def _tell(result: SessionResult, session: SessionRecord, store: Store, as_json: bool) -> None:
    stored = store.session(session.session_id)
    report = Path(session.folder) / "report.html"
    write_report(stored, report)
    if as_json:
        print(session_json(stored), end="")
    else:
        show_result(result)
    talk.print(f"report: {report}")
