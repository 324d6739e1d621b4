"""The work behind the quality screens, with real files and records."""

import sqlite3
from pathlib import Path

import pytest

from acquisition.specimen import OpticsSettings
from qc.eqa.rounds.making import unnamed
from qc.eqa.rounds.values import Closing, RoundError, Schedule
from qc.eqa.simulated.plan import Footage
from qc.records.values import utc_now
from tests.acquisition.opened import micrometer_pictures, specimen_pictures
from tests.acquisition.recordings import write_video
from tests.qc.eqa.rounds.made import ADA, BEN, make_reading
from tests.qc.plotless import no_plots
from tui.assembly import open_records
from tui.config import Config
from tui.round_request import RoundRequest
from tui.round_work import quality_services
from tui.stopped import StoppedError

FINE = OpticsSettings(um_per_px_x=0.5, um_per_px_y=0.5)
SHORT = Footage(fields=1, field_s=(0.4, 0.4), micrometer_s=0, card_s=0)


def quiet(what: str, done: int, of: int) -> None:
    """Take progress and say nothing."""


@pytest.fixture(scope="module")
def pictures():
    return [
        *micrometer_pictures(38, FINE, size=(320, 240)),
        *specimen_pictures(34, FINE, size=(320, 240)),
    ]


@pytest.fixture
def folder(tmp_path, pictures) -> Path:
    """A set of one video with a micrometer, and one without."""
    folder = tmp_path / "set"
    (folder / "videos").mkdir(parents=True)
    (folder / "table.csv").write_text("601;30;20;10;40\n602;10;14;20;56\n")
    for name, shown in (("601", pictures), ("602", pictures[38:])):
        write_video(folder / "videos" / f"{name}.mkv", shown, rate=25, codec="ffv1",
                    pix_fmt="gray")  # fmt: skip
    return folder


@pytest.fixture
def config(tmp_path) -> Config:
    return Config(home=tmp_path / "home", managers=["Quinn"], instrument="scope 1")


@pytest.fixture
def store(config):
    with open_records(config) as store:
        yield store


@pytest.fixture
def quality(config, store):
    return quality_services(config, store, SHORT)


def request(folder: Path, videos: int = 0) -> RoundRequest:
    return RoundRequest("spring/1", folder, videos, None, "Quinn")


def test_a_round_is_made_of_a_set_and_kept(quality, folder):
    (folder / "videos" / "603.mkv").write_bytes(b"no row")
    told = []
    made = quality.make(request(folder), lambda *of: told.append(of))
    assert quality.rounds.all() == (made.round,)
    assert [item.video_id for item in made.round.items] == [601, 602]
    assert len(made.faults) == 1
    assert told[-1] == ("checking, video", 2, 2)


@pytest.mark.timeout(120)
def test_a_set_is_drawn_first_where_that_is_asked_for(quality, tmp_path):
    told = []
    made = quality.make(request(tmp_path / "new", videos=2), lambda *of: told.append(of))
    assert len(made.round.items) == 2
    assert ("drawing, frame", 20, 20) in told


@pytest.mark.timeout(120)
def test_drawing_stops_when_nobody_wants_it_and_leaves_nothing(quality, tmp_path):
    def stop(what: str, done: int, of: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        quality.make(request(tmp_path / "new", videos=2), stop)
    assert quality.rounds.all() == ()
    assert not list(tmp_path.glob("new*"))


def test_an_item_opens_where_its_specimen_begins_with_its_scale(quality, folder):
    one = quality.make(request(folder), quiet).round
    with_scale, without = (quality.open_item(item) for item in one.items)
    assert with_scale.scale.um_per_px_x == pytest.approx(0.5, rel=0.01)
    assert next(iter(with_scale.video.frames())).index >= 38
    assert (without.scale, without.no_scale) == (
        None, "the video begins with no stage micrometer",
    )  # fmt: skip


def test_an_exchanged_video_is_refused_and_its_name_can_be_taken_out(quality, folder):
    one = quality.make(request(folder), quiet).round
    Path(one.items[0].path).write_bytes(b"another")
    Path(one.items[1].path).unlink()
    for item, said in zip(one.items, ("is not the video", "cannot be read"), strict=True):
        with pytest.raises(RoundError, match=said) as caught:
            quality.open_item(item)
        text = unnamed(str(caught.value), item)
        assert text.startswith(f"its video {said}")
        assert str(item.video_id) not in text


@pytest.mark.timeout(120)
def test_motiscope_reads_what_it_can_and_names_the_rest(quality, folder):
    one = quality.make(request(folder), quiet).round
    items = {item.turn.item.video_id: item for item in quality.read_due(one, quiet)}
    assert items[601].counts is not None
    assert "micrometer" in items[602].fault
    signed = quality.rounds.readings(one.round_id)
    assert [str(each.reading.reader) for each in signed] == ["motiscope on scope 1"]


def test_motiscope_stops_at_the_next_frame(quality, folder):
    def stop(what: str, done: int, of: int) -> None:
        raise StoppedError

    one = quality.make(request(folder), quiet).round
    with pytest.raises(StoppedError):
        list(quality.read_due(one, stop))
    assert quality.rounds.readings(one.round_id) == ()


def test_reports_are_written_after_the_end_and_never_over_a_file(quality, folder, store, config):
    one = quality.make(request(folder), quiet).round
    for place in (0, 1):
        store.rounds.sign(one, make_reading(one, place))
    with pytest.raises(RoundError, match="is open"):
        quality.report(one, ())
    store.rounds.close(one, Closing("Quinn", "all have read", utc_now()))
    closed = store.rounds.named("spring/1")
    today = f"{utc_now().astimezone():%Y-%m-%d}"
    reports = config.home / "eqa" / "reports"
    reports.mkdir(parents=True)
    (reports / f"spring-1-{today}.pdf").write_text("another")
    with no_plots():
        files = quality.report(closed, ())
    assert files == tuple(reports / f"spring-1-{today}-2.{kind}" for kind in ("html", "pdf"))
    assert all(path.stat().st_size > 1000 for path in files)
    assert (reports / f"spring-1-{today}.pdf").read_text() == "another"


@pytest.mark.parametrize("schedule", [None, Schedule(1, 1, 2)])
def test_a_report_names_what_was_changed(quality, folder, store, config, monkeypatch, schedule):
    told = []
    monkeypatch.setattr("qc.eqa.report.write_page", lambda report, path: told.append(report))
    monkeypatch.setattr("qc.eqa.report.write_pdf", lambda report, path: None)
    one = quality.make(RoundRequest("spring", folder, 0, schedule, "Quinn"), quiet).round
    for place in (0, 1):
        store.rounds.sign(one, make_reading(one, place))
    store.rounds.close(one, Closing("Quinn", "all have read", utc_now()))
    with sqlite3.connect(config.home / "motiscope.db") as raw:
        raw.execute("DROP TRIGGER kept_reading_update")
        raw.execute("UPDATE reading SET count_d = count_d + 1 WHERE number = 2")
    raw.close()
    quality.report(store.rounds.named("spring"), (ADA,))
    (report,) = told
    assert report.remarks[0] == "reading 2 of spring, by Ada: it is not what was signed"


def test_each_reader_of_controls_has_a_report(quality, folder, store, monkeypatch):
    told = []
    monkeypatch.setattr("qc.eqa.report.write_page", lambda report, path: told.append(report.title))
    monkeypatch.setattr("qc.eqa.report.write_pdf", lambda report, path: told.append(path.suffix))
    control = RoundRequest("weekly", folder, 0, Schedule(1, 1, 2), "Quinn")
    one = quality.make(control, quiet).round
    for reader in (ADA, BEN):
        for place in (0, 1):
            store.rounds.sign(one, make_reading(one, place, reader))
    html, pdf = quality.report(one, (BEN,))
    assert told == ["Control charts: weekly, Ben", ".pdf"]
    assert html.stem == pdf.stem
    assert html.name.startswith("weekly-Ben-2")
