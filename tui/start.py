"""Opening the terminal interface with the real parts behind it."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from acquisition.sidecar import software
from calibration.scale import Scale
from inference.analysis import Models, load_models
from qc.examination import new_session
from qc.plan import ExaminationPlan
from qc.records.exports import session_csv, session_json, write_export
from qc.records.store import Store
from qc.records.values import FieldRecord, SessionRecord, utc_now
from qc.recovery import close_incomplete
from qc.report import write_report
from qc.reporting import check_may_report
from tui.app import MotiscopeApp
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
    recorded_by,
    settings_for,
)
from tui.clip_pictures import ClipPictures
from tui.config import SIMULATED, Config
from tui.correcting import Correcting
from tui.micrometer import open_micrometer
from tui.request import CameraChoice, Request
from tui.round_work import quality_services
from tui.services import Examining, Publish, Services

LOG_BYTES = 1_000_000


def open_interface(config: Config) -> int:
    """Run the terminal interface until it is left; returns its exit code.

    Raises:
        StoreError: If the database cannot be used.
        ModelError: If the model is missing or altered.
        ReportError: If the report of a corrected session cannot be written again.
    """
    models = load_models(config.threads)
    with open_records(config) as store, logged(config.home / "motiscope.log"):
        given = services(config, store, models)
        application = MotiscopeApp(given)
        application.run()
        given.renew_reports()
        return application.return_code or 0


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Write what goes wrong into a file, for the screen belongs to Textual."""
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def services(config: Config, store: Store, models: Models) -> Services:
    """Give the screens what they work with."""

    def begin(request: Request, publish: Publish) -> Examining:
        devices, calibrated = _open_new(request, config, store)
        plan = ExaminationPlan(
            request.sample,
            request.operator,
            calibrated.scale,
            calibrated.sha256,
            seed=request.seed,
            settings=devices.asked,
            temperature_tolerance_c=config.heater.tolerance_c,
            profile=calibrated.profile,
            preparation=request.preparation,
        )
        session = new_session(plan, devices.microscope.camera.info, clips_folder(config))
        return _examining(session, devices, models, store, publish)

    def go_on(session_id: UUID, publish: Publish) -> Examining:
        session = store.session(session_id)
        return _examining(session, open_again(session, config, paced=True), models, store, publish)

    def export(session_id: UUID) -> tuple[Path, ...]:
        session = store.session(session_id)
        check_may_report(store, session, config.instrument)
        return _export(session)

    def close(session_id: UUID, reason: str) -> None:
        close_incomplete(session_id, store, reason)

    def picture(session: SessionRecord, field: FieldRecord, frame: int) -> NDArray[np.uint8]:
        return pictures(Path(session.folder) / field.clip.path, frame)

    pictures, correcting = ClipPictures(), Correcting(store)
    last = next(iter(store.sessions()), None)
    return Services(
        store,
        begin,
        go_on,
        export,
        close,
        correcting.correct,
        correcting.renew_reports,
        lambda: open_micrometer(config),
        store.add_profile,
        picture,
        camera="" if config.camera == SIMULATED else config.camera,
        new_seed=lambda: secrets.randbelow(2**31),
        software=software(),
        quality=quality_services(config, store),
        operator=last.operator if last else "",
    )


def _open_new(request: Request, config: Config, store: Store) -> tuple[Devices, Calibrated]:
    if request.camera is CameraChoice.SIMULATED:
        devices = open_simulated(request.seed, paced=True, config=config)
        if not request.optics:
            return devices, measure_micrometer(devices)
        profile = store.optics_named(request.optics).in_force(utc_now(), devices.set_up)
        return devices, Calibrated.by(profile)
    if request.camera is CameraChoice.DEVICE:
        return _open_device(request, config, store)
    if request.recording is None:
        raise ValueError("a replay needs a recording")
    if request.scale is not None:
        calibrated = Calibrated(request.scale)
    else:
        recorded = recorded_by(request.recording)
        history = store.optics_named(request.optics)
        calibrated = Calibrated.by(history.in_force(recorded.at, recorded.camera))
    return open_replay(request.recording, None, paced=True), calibrated


def _open_device(request: Request, config: Config, store: Store) -> tuple[Devices, Calibrated]:
    history = store.optics_named(request.optics) if request.optics else None
    settings = settings_for(config, request.optics, history.optics if history else None)
    devices = open_device(request.device, settings, config)
    try:
        if history is None:
            return devices, Calibrated(_given(request.scale))
        return devices, Calibrated.by(history.in_force(utc_now(), devices.set_up))
    except BaseException:
        devices.close()
        raise


def _given(scale: Scale | None) -> Scale:
    if scale is None:
        raise ValueError("a camera without optics needs a scale")
    return scale


def _examining(
    session: SessionRecord,
    devices: Devices,
    models: Models,
    store: Store,
    publish: Publish,
) -> Examining:
    running = examination(session, devices, models, store, watch=publish, wait_for_slide=True)
    return Examining(session.plan, running, running.run, devices.latest.take, devices.close)


def _export(session: SessionRecord) -> tuple[Path, ...]:
    folder = Path(session.folder)
    report = folder / "report.html"
    write_report(session, report)
    texts = {"session.csv": session_csv(session), "session.json": session_json(session)}
    return (report, *(_write_new(folder / name, text) for name, text in texts.items()))


def _write_new(path: Path, text: str) -> Path:
    """Write beside what was exported before; nothing is written over."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in range(2, 10_000))
    free = path if not path.exists() else next(one for one in numbered if not one.exists())
    write_export(text, free)
    return free
