"""Pictures of clips, and reports that follow corrections."""

from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.clip import ClipNotes, ClipWriter
from acquisition.frame import Frame
from acquisition.video import VideoError
from inference.grading import Grade
from qc.records.store import open_store
from qc.records.values import SessionRecord
from qc.report import renew_report, write_report
from tests.qc.cells_made import wrong
from tests.tui.cli.test_review import stored
from tests.tui.fakes import SCALE
from tests.tui.reviewed import make_reviewed
from tui.clip_pictures import KEPT, ClipPictures
from tui.correcting import Correcting


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Twenty frames as bright as their index; frame 4 was lost."""
    settings = CameraSettings(width_px=64, height_px=48)
    info = CameraInfo("motiscope", "fake", "1", has_clock=True)
    path = tmp_path / "field.mkv"
    with ClipWriter(path, ClipNotes(info, settings, settings, SCALE)) as writer:
        for index in [*range(4), *range(5, 21)]:
            pixels = np.full((48, 64), index, np.uint8)
            writer.write(Frame(pixels, index, index * 20_000, 0, int(index == 5)))
    return path


def test_a_frame_of_a_clip_is_found_by_its_index_past_lost_ones(clip: Path) -> None:
    pictures = ClipPictures()
    assert pictures(clip, 0)[0, 0] == 0
    assert pictures(clip, 4)[0, 0] == 5
    assert pictures(clip, 20)[0, 0] == 20
    with pytest.raises(VideoError, match="has no frame 21"):
        pictures(clip, 21)


def test_the_last_pictures_are_kept_and_no_more(clip: Path) -> None:
    pictures = ClipPictures()
    first = pictures(clip, 0)
    assert pictures(clip, 0) is first
    for frame in range(1, KEPT + 1):
        pictures(clip, frame)
    assert pictures(clip, 0) is not first


def test_a_missing_clip_is_said(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="does not exist"):
        ClipPictures()(tmp_path / "gone.mkv", 0)


def test_of_two_who_correct_at_the_same_moment_the_report_shows_both(tmp_path: Path) -> None:
    session = stored(tmp_path / "home", make_reviewed())
    field_id = session.replicates[0].fields[0].field_id
    report = Path(session.folder) / "report.html"
    write_report(session, report)
    with open_store(tmp_path / "home" / "motiscope.db") as store:

        def read(session_id: UUID) -> SessionRecord:
            """Read what is stored, to which somebody else then adds."""
            found = store.session(session_id)
            if len(found.replicates[0].fields[0].corrections) == 1:
                store.correct(field_id, wrong(2, Grade.RAPID))
            return found

        store.correct(field_id, wrong(1, Grade.SLOW))
        assert renew_report(session.session_id, read) == report
    assert "2 corrections by Bo Check" in report.read_text(encoding="utf-8")


def test_a_clip_without_its_sidecar_shows_no_frame_for_another(clip: Path) -> None:
    clip.with_suffix(".clip.json").unlink()
    with pytest.raises(VideoError, match=r"field\.clip\.json cannot be read \(No such file"):
        ClipPictures()(clip, 5)


@pytest.mark.parametrize("with_report", [True, False])
def test_a_report_is_written_again_once_and_only_where_there_is_one(
    tmp_path: Path, with_report: bool
) -> None:
    session = stored(tmp_path / "home", make_reviewed())
    report = Path(session.folder) / "report.html"
    if with_report:
        write_report(session, report)
    with open_store(tmp_path / "home" / "motiscope.db") as store:
        correcting = Correcting(store)
        field = session.replicates[0].fields[0]
        made = correcting.correct(session.session_id, field.field_id, wrong(1, Grade.SLOW))
        assert made.number == 1
        correcting.renew_reports()
        assert report.is_file() is with_report
        if with_report:
            assert "1 correction by Bo Check" in report.read_text(encoding="utf-8")
            report.unlink()
        correcting.renew_reports()
        assert not report.exists()
