"""`motiscope analyse`: its published outputs and its refusals."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from scipy.signal import savgol_filter

from acquisition.interlacing import FieldOrder
from acquisition.video import open_video
from inference.analysis import analyse as analyse_video
from inference.cell_table import CELL_COLUMNS
from inference.exports import TRACK_COLUMNS
from tests.acquisition.interlaced import PAL_ASPECT, circling_field, film, write_mpeg2
from tests.acquisition.recordings import picture, write_video
from tests.tui.cli.conftest import FRAMES, one_line


@pytest.fixture
def analysed(motiscope, clip, tmp_path):
    """The JSON and the tracks of the clip."""
    document, tracks = tmp_path / "result.json", tmp_path / "tracks.csv"
    code, out, _ = motiscope(
        "analyse", clip, "--um-per-px", 0.5, "--json", document, "--tracks", tracks
    )
    assert code == 0
    assert out == ""
    with tracks.open(newline="") as file:
        return json.loads(document.read_text()), list(csv.DictReader(file))


def test_the_document_has_the_published_shape(analysed, clip):
    document, _ = analysed
    assert document["schema"] == 1
    assert set(document["counting_frame_px"]) == {"left", "top", "right", "bottom"}
    assert document["software"].startswith("motiscope ")
    assert document["video"]["path"] == str(clip)
    assert document["video"]["frames"] == FRAMES
    assert (document["video"]["width_px"], document["video"]["height_px"]) == (320, 240)
    assert document["video"]["frame_rate_hz"] == pytest.approx(50)
    assert len(document["video"]["sha256"]) == len(document["model"]["sha256"]) == 64
    assert document["scale"]["um_per_px_x"] == document["scale"]["um_per_px_y"] == 0.5
    assert set(document["drift_um_s"]) == {"x", "y"}
    assert set(document["grades"]) == {"a", "b", "c", "d", "progressive"}
    field = document["fields"][0]
    assert field["first_frame"] == 0
    assert field["frames"] == FRAMES
    assert set(field["counted"]) == set(field["time_weighted_percent"]) == set("abcd")


def test_counts_percentages_and_intervals_belong_together(analysed):
    document, _ = analysed
    grades = document["grades"]
    assert document["counted"] > 0
    assert document["counted"] == sum(grades[g]["count"] for g in "abcd")
    assert grades["progressive"]["count"] == grades["a"]["count"] + grades["b"]["count"]
    assert sum(grades[g]["percent"] for g in "abcd") == pytest.approx(100, abs=0.05)
    for share in grades.values():
        low, high = share["ci95"]
        assert 0 <= low <= share["percent"] <= high <= 100


def test_the_tracks_have_the_published_columns_and_stay_in_the_picture(analysed):
    document, rows = analysed
    assert tuple(rows[0]) == TRACK_COLUMNS
    assert {row["grade"] for row in rows} <= set("abcd")
    frames = [int(row["frame"]) for row in rows]
    assert min(frames) == 0
    assert max(frames) < document["video"]["frames"]
    assert frames == sorted(frames)
    assert all(-10 < float(row["x_px"]) < 330 and -10 < float(row["y_px"]) < 250 for row in rows)
    assert all(0 <= float(row["score"]) <= 1 for row in rows)


def test_twice_the_same_clip_gives_the_same_bytes(motiscope, clip, tmp_path):
    written = []
    for name in ("first", "second"):
        tracks = tmp_path / f"{name}.csv"
        _, out, _ = motiscope(
            "analyse", clip, "--um-per-px", 0.5, "--json", "-", "--tracks", tracks
        )
        written.append((out, tracks.read_bytes()))
    assert written[0] == written[1]


def test_x_and_y_scale_can_differ(motiscope, clip):
    code, out, _ = motiscope("analyse", clip, "--um-per-px", 0.5, 0.45, "--json", "-")
    assert code == 0
    scale = json.loads(out)["scale"]
    assert (scale["um_per_px_x"], scale["um_per_px_y"]) == (0.5, 0.45)


def test_the_overlay_is_a_video_of_the_same_length(motiscope, clip, tmp_path):
    overlay = tmp_path / "seen.mp4"
    options = ("--overlay", overlay, "--reticle")
    code, _, _ = motiscope("analyse", clip, "--um-per-px", 0.5, *options)
    assert code == 0
    with av.open(str(overlay)) as container:
        decoded = list(container.decode(video=0))
    pictures = [frame.to_ndarray(format="rgb24") for frame in decoded]
    assert len(pictures) == FRAMES
    assert decoded[10].time == pytest.approx(10 / 50, abs=1e-4)
    colourful = np.ptp(pictures[10].astype(int), axis=2) > 60
    assert colourful.sum() > 50


def test_without_a_file_the_result_is_for_people(motiscope, clip):
    code, out, _ = motiscope("analyse", clip, "--um-per-px", 0.5)
    assert code == 0
    assert "a rapid" in out
    assert "95 % interval" in out
    assert "WHO 2021" in out


def test_people_read_the_intervals_of_the_document(motiscope, clip, analysed):
    document, _ = analysed
    code, out, _ = motiscope("analyse", clip, "--um-per-px", 0.5)
    assert code == 0
    printed = re.findall(r"(\d+) to (\d+) %", out)
    wanted = [share["ci95"] for share in document["grades"].values()]
    assert printed == [(f"{low:.0f}", f"{high:.0f}") for low, high in wanted]
    assert "one field with cells: the intervals" in out


def test_the_cells_are_those_of_the_tracks(motiscope, clip, tmp_path):
    cells, tracks = tmp_path / "cells.csv", tmp_path / "tracks.csv"
    code, _, said = motiscope(
        "analyse", clip, "--um-per-px", 0.5, "--cells", cells, "--tracks", tracks
    )
    assert code == 0
    assert f"wrote {cells}" in said
    with cells.open(newline="") as file, tracks.open(newline="") as other:
        rows = list(csv.DictReader(file))
        grades = {row["track_id"]: row["grade"] for row in csv.DictReader(other)}
    assert tuple(rows[0]) == tuple(CELL_COLUMNS)
    assert {row["cell"]: row["grade"] for row in rows} == grades


@pytest.mark.parametrize(("doubtful", "more"), [(0, ""), (3, ""), (14, "and 4 more")])
def test_cells_to_look_at_are_listed(motiscope, clip, monkeypatch, doubtful, more):
    def doubting(*args, **kwargs):
        analysis = analyse_video(*args, **kwargs)
        (field,) = analysis.fields
        sure = [replace(cell, review=()) for cell in field.cells]
        cell = replace(
            sure[0],
            review=("two grades are nearly as likely",),
            probabilities=(0.48, 0.5, 0.02, 0.0),
        )
        cells = [
            replace(cell, track=replace(cell.track, track_id=500 + i)) for i in range(doubtful)
        ]
        return replace(analysis, fields=(replace(field, cells=(*sure, *cells)),))

    monkeypatch.setattr("tui.cli.analyse.analyse_video", doubting)
    code, out, _ = motiscope("analyse", clip, "--um-per-px", 0.5)
    assert code == 0
    assert ("cells to look at" in out) == (doubtful > 0)
    assert out.count("a 48 %, b 50 %, c 2 %") == out.count("nearly as likely") == min(10, doubtful)
    assert ("more; --cells" in out) == bool(more)
    assert more in out


def test_a_folder_of_images_needs_a_frame_rate(motiscope, tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for frame in range(12):
        cv2.imwrite(str(folder / f"frame_{frame}.png"), np.full((64, 64), 90, np.uint8))
    code, _, error = motiscope("analyse", folder, "--um-per-px", 0.5)
    assert code == 2
    assert "--frame-rate" in one_line(error)
    code, out, _ = motiscope(
        "analyse", folder, "--um-per-px", 0.5, "--frame-rate", 50, "--json", "-"
    )
    assert code == 0
    empty = json.loads(out)
    assert empty["counted"] == 0
    assert empty["grades"]["a"] == {"count": 0, "percent": None, "ci95": [0.0, 100.0]}


@pytest.mark.parametrize("scale", ["0,5", "1,2", "0.5,1", "0,5 0,48"])
def test_a_decimal_comma_is_not_taken_for_two_scales(motiscope, clip, scale):
    code, _, error = motiscope("analyse", clip, "--um-per-px", *scale.split())
    assert code == 2
    assert "write decimals with a point" in one_line(error)


@pytest.mark.parametrize("scale", ["0", "-1", "abc", "nan", "inf", "1000", "0.5,0.5,0.5", ""])
def test_an_impossible_scale_is_refused(motiscope, clip, scale):
    code, out, error = motiscope("analyse", clip, "--um-per-px", scale)
    assert code == 2
    assert out == ""
    assert "--um-per-px" in one_line(error)


def test_without_a_scale_nothing_is_graded(motiscope, clip):
    code, out, error = motiscope("analyse", clip)
    assert code == 2
    assert out == ""
    assert "no scale" in one_line(error)


def _two_frames(folder):
    path = folder / "short.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=50)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "gray"
        for _ in range(2):
            flat = np.full((64, 64), 90, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(flat, format="gray")))
        container.mux(stream.encode(None))
    return path


def _no_video(folder):
    path = folder / "notes.mp4"
    path.write_text("not a video")
    return path


def _empty_file(folder):
    path = folder / "empty.mp4"
    path.touch()
    return path


def _empty_folder(folder):
    path = folder / "nothing"
    path.mkdir()
    return path


@pytest.mark.parametrize("bad", [_two_frames, _no_video, _empty_file, _empty_folder])
def test_what_is_no_recording_is_named_in_one_line(motiscope, tmp_path, bad):
    path = bad(tmp_path)
    code, out, error = motiscope("analyse", path, "--um-per-px", 0.5)
    assert code == 1
    assert out == ""
    assert path.name in one_line(error)


def test_a_missing_file_is_wrong_use(motiscope, tmp_path):
    code, _, error = motiscope("analyse", tmp_path / "gone.mp4", "--um-per-px", 0.5)
    assert code == 2
    assert "gone.mp4" in one_line(error)


def test_a_frame_rate_that_the_file_contradicts_is_refused(motiscope, clip):
    code, _, error = motiscope("analyse", clip, "--um-per-px", 0.5, "--frame-rate", 30)
    assert code == 2
    assert "30" in one_line(error)
    assert "50" in error


@pytest.mark.parametrize("rate", [0.3, 0, -5, "nan", 1e9])
def test_what_is_no_frame_rate_is_refused(motiscope, clip, rate):
    code, _, error = motiscope("analyse", clip, "--um-per-px", 0.5, "--frame-rate", rate)
    assert code == 2
    assert "give frames per second, 1 to 10000" in one_line(error)


@pytest.mark.parametrize(("rate", "told"), [(10, True), (24, False), (60, False), (400, True)])
def test_a_frame_rate_that_was_never_checked_is_told(motiscope, tmp_path, rate, told):
    folder = tmp_path / "images"
    folder.mkdir()
    for frame in range(12):
        cv2.imwrite(str(folder / f"{frame}.png"), picture(frame))
    options = ("--um-per-px", 0.5, "--frame-rate", rate, "--json", "-")
    _, out, _ = motiscope("analyse", folder, *options)
    codes = [warning["code"] for warning in json.loads(out)["warnings"]]
    assert ("unchecked_rate" in codes) is told


def test_a_recording_that_stands_still_is_told(motiscope, tmp_path):
    moving = [picture(frame) for frame in range(40)]
    video = write_video(
        tmp_path / "frozen.avi", [*moving, *[moving[-1]] * 60], codec="ffv1", pix_fmt="gray"
    )
    _, out, _ = motiscope("analyse", video, "--um-per-px", 0.5, "--json", "-")
    warnings = {one["code"]: one["text"] for one in json.loads(out)["warnings"]}
    assert "in frames 39 to 99, 1.2 s in all" in warnings["frozen"]


@pytest.mark.parametrize("grey", [0, 60])
def test_a_black_picture_or_a_title_before_a_field_is_left_out(motiscope, clip, tmp_path, grey):
    shown = [frame.pixels for frame in open_video(clip).frames()]
    title = np.full_like(shown[0], grey)
    cv2.putText(title, "17", (200, 240), cv2.FONT_HERSHEY_SIMPLEX, 3, 3 * grey, 5)
    results = []
    for name, pictures in (("plain.avi", shown), ("titled.avi", [*[title] * 60, *shown])):
        video = write_video(tmp_path / name, pictures, codec="ffv1", pix_fmt="gray")
        _, out, _ = motiscope("analyse", video, "--um-per-px", 0.5, "--json", "-")
        results.append(json.loads(out))
    plain, titled = results
    assert titled["counted"] == plain["counted"]
    assert plain["counted"] > 0
    codes = [warning["code"] for warning in titled["warnings"]]
    assert "titles" in codes
    assert "frozen" not in codes
    assert [field["first_frame"] for field in titled["fields"]] == [60]


def test_a_recording_shorter_than_a_second_is_told(motiscope, tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for frame in range(12):
        cv2.imwrite(str(folder / f"frame_{frame}.png"), np.full((64, 64), 90, np.uint8))
    _, out, _ = motiscope("analyse", folder, "--um-per-px", 0.5, "--frame-rate", 50, "--json", "-")
    codes = [warning["code"] for warning in json.loads(out)["warnings"]]
    assert codes == ["short", "no_cells"]


PAL_UM_PER_PX_Y = 0.5
SPEED_UM_S = 25.0


@pytest.fixture(scope="module")
def pal(tmp_path_factory) -> Path:
    """2 s of cells that circle at 25 µm/s on a PAL DVD whose mark of the order is wrong."""
    view = circling_field(PAL_UM_PER_PX_Y, SPEED_UM_S)
    pictures = film(view, 50, FieldOrder.TOP_FIRST)
    path = tmp_path_factory.mktemp("pal") / "dvd.mpg"
    return write_mpeg2(path, pictures, marked=True, aspect=PAL_ASPECT)


def speeds_by_direction(rows, um_per_px):
    """Mean speed of what swims in each eighth of the compass, µm/s, by tracks of 0.5 s or more."""
    direction: list[float] = []
    speed: list[float] = []
    for track in {row["track_id"] for row in rows if row["grade"] != "d"}:
        own = [row for row in rows if row["track_id"] == track]
        if len(own) < 25:
            continue
        xy_um = np.array([[row["x_px"], row["y_px"]] for row in own], float) * um_per_px
        velocity = savgol_filter(xy_um, 21, 3, deriv=1, delta=0.02, axis=0)[10:-10]
        direction.extend(np.arctan2(velocity[:, 1], velocity[:, 0]))
        speed.extend(np.hypot(*velocity.T))
    eighth = np.floor((np.array(direction) + np.pi) / (np.pi / 4)).astype(int) % 8
    return [float(np.array(speed)[eighth == part].mean()) for part in range(8)]


@pytest.mark.timeout(300)
def test_a_pal_dvd_shows_25_um_s_in_every_direction_at_50_hz(motiscope, pal, tmp_path):
    um_per_px_x = PAL_UM_PER_PX_Y * float(PAL_ASPECT)
    tracks, cells = tmp_path / "tracks.csv", tmp_path / "cells.csv"
    code, out, _ = motiscope(
        *("analyse", pal, "--um-per-px", um_per_px_x, "--json", "-"),
        *("--tracks", tracks, "--cells", cells),
    )
    assert code == 0
    document = json.loads(out)
    video, scale = document["video"], document["scale"]
    assert (video["frames"], video["frame_rate_hz"], video["field_order"]) == (100, 50.0, "tff")
    assert video["stated"] == {
        "frames": 50,
        "frame_rate_hz": 25.0,
        "field_order": "bff",
        "pixel_aspect": "16:15",
    }
    assert scale["um_per_px_y"] == pytest.approx(PAL_UM_PER_PX_Y)
    assert "16:15" in scale["source"]
    assert "field_order" in [warning["code"] for warning in document["warnings"]]
    with tracks.open(newline="") as file, cells.open(newline="") as other:
        rows, graded = list(csv.DictReader(file)), list(csv.DictReader(other))
    speeds = speeds_by_direction(rows, (scale["um_per_px_x"], scale["um_per_px_y"]))
    assert speeds == pytest.approx([SPEED_UM_S] * 8, rel=0.02)
    swims = [cell for cell in graded if cell["grade"] != "d"]
    assert len(swims) == 12
    # VCL is the length of the path with the noise of its places: fields have more than frames.
    vcl = [float(cell["vcl_um_s"]) for cell in swims]
    assert vcl == pytest.approx([SPEED_UM_S] * 12, rel=0.035)
    assert {float(cell["rate_hz"]) for cell in graded} == {50.0}


def test_a_scale_that_contradicts_the_pixel_aspect_is_used_and_told(motiscope, tmp_path):
    path = write_video(tmp_path / "a.mkv", [picture(0)] * 4, aspect=PAL_ASPECT)
    for given, told in (((0.5, 0.5), True), ((0.533, 0.5), False), ((0.5,), False)):
        code, out, _ = motiscope("analyse", path, "--um-per-px", *given, "--json", "-")
        assert code == 0
        document = json.loads(out)
        assert document["scale"]["um_per_px_x"] == given[0]
        codes = [warning["code"] for warning in document["warnings"]]
        assert ("pixel_aspect" in codes) == told


def test_deinterlacing_must_be_one_that_is_known(motiscope, clip):
    code, _, error = motiscope("analyse", clip, "--um-per-px", 0.5, "--deinterlace", "bob")
    assert code == 2
    assert "bob" in one_line(error)
