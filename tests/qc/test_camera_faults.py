"""An examination whose camera breaks in its second field, and goes on in the same program.

The camera is the real pypylon with its emulated device; it plays files of known truth.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acquisition.camera import CameraSettings
from acquisition.cameras.basler import BaslerCamera
from acquisition.clip_video import open_clip
from acquisition.microscope import Microscope
from qc.bench import Bench
from qc.examination import ExaminationError, new_session
from qc.plan import ExaminationPlan
from qc.recording import CameraRecorder
from qc.records.store import Store
from qc.records.values import FieldOutcome
from tests.acquisition.cameras.emulated import emulated, pictures
from tests.qc.bench_fakes import (
    AT_ONCE,
    FakeAnalyser,
    FakeHeater,
    FakeStage,
    WatchedExamination,
)

SETTINGS = CameraSettings(160, 120, 50.0, exposure_us=1_000.0)
NOTICED_S = 2.0


def unplug(camera: BaslerCamera) -> None:
    camera._device.GetNodeMap().GetNode("FirePnPCallback").Execute()


def hush(camera: BaslerCamera) -> None:
    camera._device.AcquisitionStop.Execute()


def damage(camera: BaslerCamera) -> None:
    camera._device.ForceFailedBufferCount.Value = 1024
    camera._device.ForceFailedBuffer.Execute()


FAULTS: dict[str, tuple[Callable[[BaslerCamera], None], str]] = {
    "unplugged": (unplug, "was unplugged; plug it in again"),
    "silent": (hush, "check its cable"),
    "failed buffers": (damage, "damaged frames"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_noticed_told_and_gone_on_with_without_a_restart(
    fault: str,
    store: Store,
    plan: ExaminationPlan,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("qc.field_run.field_duration_s", lambda _: 1.0)
    break_it, told = FAULTS[fault]
    camera = emulated(tmp_path, monkeypatch)
    camera.open()
    microscope = Microscope(camera, FakeStage(), FakeHeater())
    analyse = FakeAnalyser()
    bench = Bench(
        microscope, CameraRecorder(camera), analyse, lambda *_: 99, lambda _: None, AT_ONCE
    )
    plan = replace(plan, settings=SETTINGS, replicates=1, min_fields=3, min_cells=100)
    session = new_session(plan, camera.info, tmp_path / "clips")
    examination = WatchedExamination(session, bench, store)
    broken_s: list[float] = []

    def break_the_second() -> None:
        while examination.status.field < 2 or examination.status.frames < 10:
            time.sleep(0.01)
        broken_s.append(time.monotonic())
        break_it(camera)

    breaking = threading.Thread(target=break_the_second)
    breaking.start()
    with pytest.raises(ExaminationError, match=told) as caught:
        examination.run()
    assert time.monotonic() - broken_s[0] < NOTICED_S
    assert "\n" not in str(caught.value)
    breaking.join(5)

    first = store.session(session.session_id).replicates[0].fields[0]
    assert first.outcome is FieldOutcome.COUNTED
    camera.close()
    camera.open()
    again = WatchedExamination(store.session(session.session_id), bench, store)
    assert again.run().replicates[0].fields == 3
    camera.close()
    fields = store.session(session.session_id).replicates[0].fields
    assert [one.number for one in fields if one.outcome is FieldOutcome.COUNTED] == [1, 2, 3]
    truth = pictures(7)
    folder = Path(session.folder)
    clips = sorted(folder.rglob("*.mkv"))
    assert len(clips) == 4, "the broken field's clip lies beside the whole ones"
    for clip in clips:
        for frame in open_clip(clip).frames():
            assert any(np.array_equal(frame.pixels, one) for one in truth)
