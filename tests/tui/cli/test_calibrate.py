"""`motiscope calibrate`: what it says of pictures and clips, what it refuses, what it writes."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tests.calibration.drawn import Slide, cells, draw
from tests.tui.cli.conftest import loads
from tui.cli.calibrate import parse_aspect, parse_percent
from tui.cli.console import UsageError


def save(path: Path, picture: np.ndarray) -> Path:
    assert cv2.imwrite(str(path), picture)
    return path


def read(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture


def pixels_sha256(path: Path) -> str:
    return sha256(read(path).tobytes()).hexdigest()


@pytest.fixture(scope="module")
def slides(tmp_path_factory) -> Path:
    """Pictures of one set-up with pixels of 0.5 by 0.46875 µm (16:15), and of none."""
    folder = tmp_path_factory.mktemp("slides")
    own = Slide(um_per_px=0.5, pixel_aspect=16 / 15)
    save(folder / "along.png", draw(replace(own, angle_deg=2)))
    save(folder / "across.tif", draw(replace(own, angle_deg=91, seed=4)))
    save(folder / "again.jpg", draw(replace(own, angle_deg=-5, seed=9)))
    save(folder / "cells.png", cells(Slide(contrast=80, background=110)))
    save(folder / "small.png", draw(Slide(width=320, height=240)))
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def test_one_picture_gives_a_scale_with_its_parts(motiscope, slides):
    code, out, error = motiscope(
        "calibrate", slides / "along.png", "--pixel-aspect", "16:15", "--json", "-"
    )
    assert (code, error) == (0, "")
    found = loads(out)
    assert found["accepted"] is True
    assert found["reasons"] == []
    assert found["um_per_px_x"] == pytest.approx(0.5, rel=2e-4)
    assert found["um_per_px_y"] == pytest.approx(0.46875, rel=2e-4)
    assert found["u_parts_percent"]["certificate"] == pytest.approx(0.2)
    bent = found["u_parts_percent"]["distortion"]
    assert bent == pytest.approx(0.6 * abs(found["distortion_percent"]))
    parts = (found["u_parts_percent"]["reading"][0], 0.2, bent)
    assert found["u_rel_percent_x"] == pytest.approx(np.linalg.norm(parts))
    assert found["angle_deg"] == pytest.approx(2 * 15 / 16, abs=0.2)
    assert found["divisions"] >= 28
    assert abs(found["distortion_percent"]) < 4 * found["u_distortion_percent"]
    assert found["files"][0]["sha256"] == pixels_sha256(slides / "along.png")


def test_two_orientations_measure_x_and_y_apart(motiscope, slides):
    code, out, _ = motiscope(
        "calibrate", slides / "along.png", slides / "across.tif", "--certificate-u", "0.1%",
        "--json", "-",
    )  # fmt: skip
    found = loads(out)
    assert code == 0
    assert found["pixel_aspect"] == "measured"
    assert found["um_per_px_x"] == pytest.approx(0.5, rel=3e-4)
    assert found["um_per_px_y"] == pytest.approx(0.46875, rel=3e-4)
    assert found["u_parts_percent"]["certificate"] == pytest.approx(0.1)


def test_a_repeat_agrees_and_is_shown_in_a_table(motiscope, slides):
    code, out, error = motiscope(
        "calibrate", slides / "along.png", slides / "again.jpg", "--pixel-aspect", "16:15"
    )
    assert (code, error) == (0, "")
    assert "repeat" in out
    assert out.count("divisions at") == 2


def test_distortion_that_few_rulings_do_not_tell_is_said_to_be_left_out(
    motiscope, slides, tmp_path
):
    few = save(tmp_path / "few.png", draw(Slide(um_per_px=0.5, first=-3, last=3)))
    found = loads(motiscope("calibrate", few, "--json", "-")[1])
    assert (found["distortion_percent"], found["u_parts_percent"]["distortion"]) == (None, None)
    assert "the lens's distortion left out" in motiscope("calibrate", few)[1]
    assert "left out" not in motiscope("calibrate", slides / "along.png")[1]


def test_pixels_are_taken_as_square_only_where_nothing_else_is_known(motiscope, slides):
    _, out, _ = motiscope("calibrate", slides / "along.png", "--json", "-")
    found = loads(out)
    assert found["pixel_aspect"] == "taken as square"
    assert found["u_parts_percent"]["pixel_shape"] == pytest.approx([0, 4.54], abs=0.05)
    assert found["u_rel_percent_x"] < 0.3
    assert found["u_rel_percent_y"] == pytest.approx(4.54, abs=0.05)
    shown = motiscope("calibrate", slides / "along.png")[1]
    assert "shape %" in shown
    assert "give --pixel-aspect" in " ".join(shown.split())
    square = motiscope("calibrate", slides / "along.png", "--pixel-aspect", "1:1")[1]
    assert "give --pixel-aspect" not in " ".join(square.split())


def test_a_clip_is_measured_over_its_frames(motiscope, tmp_path):
    path = tmp_path / "slide.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "gray"
        for seed in range(4):
            picture = draw(Slide(width=320, height=240, seed=seed))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="gray")))
        container.mux(stream.encode(None))
    code, out, _ = motiscope("calibrate", path, "--json", "-")
    found = loads(out)
    assert code == 0
    assert found["files"][0]["frames"] == 4
    assert found["um_per_px_x"] == pytest.approx(0.5, rel=1e-3)
    assert found["u_parts_percent"]["repeat"][0] > 0


def test_overlay_marks_the_rulings_where_they_are(motiscope, slides, tmp_path):
    target = tmp_path / "seen.png"
    code, _, error = motiscope("calibrate", slides / "along.png", "--overlay", target)
    assert code == 0
    assert "wrote" in error
    seen, picture = (
        np.asarray(cv2.imread(str(path)), np.int64) for path in (target, slides / "along.png")
    )
    assert seen.shape[0] > picture.shape[0]
    changed = np.abs(seen[:480] - picture).sum(axis=2) > 120
    green = changed & (seen[:480, :, 1] > seen[:480, :, 2] + 60)
    assert green.sum() > 500
    # The slide's lines are dark: what was painted over is darker than the field around it.
    assert picture[green].mean() < picture.mean() - 20


@pytest.mark.parametrize(
    ("name", "reason"), [("cells.png", "no rulings"), ("broken.png", "cannot be read")]
)
def test_a_refused_file_is_told_in_one_line(motiscope, slides, name, reason):
    code, out, error = motiscope("calibrate", slides / "along.png", slides / name)
    assert (code, out) == (1, "")
    assert len(error.strip().splitlines()) == 1
    assert name in error
    assert reason in error
    code, out, _ = motiscope("calibrate", slides / name, "--json", "-")
    found = loads(out)
    assert code == 1
    assert found["accepted"] is False
    assert name in found["reasons"][0]
    assert found["um_per_px_x"] is None


def test_files_that_do_not_belong_together_are_refused(motiscope, slides, tmp_path):
    code, _, error = motiscope("calibrate", slides / "along.png", slides / "small.png")
    assert code == 1
    assert "another size" in error
    copy = save(tmp_path / "copy.tif", read(slides / "along.png"))
    code, _, error = motiscope("calibrate", slides / "along.png", copy)
    assert code == 1
    assert "the same picture" in error


@pytest.mark.parametrize(
    "wrong",
    [
        ("--division-um", "0"),
        ("--division-um", "1e300"),
        ("--certificate-u", "0.002"),
        ("--certificate-u", "90%"),
        ("--pixel-aspect", "16:0"),
        ("--overlay", "seen.jpg"),
        ("--overlay", "-"),
        ("--overlay", "./same.png", "--json", "same.png"),
        ("--json", "no-such-folder/a.json"),
    ],
)
def test_wrong_use_is_one_line(motiscope, slides, wrong):
    code, out, error = motiscope("calibrate", slides / "along.png", *wrong)
    assert (code, out) == (2, "")
    assert len(error.strip().splitlines()) == 1


def test_missing_and_repeated_files_are_wrong_use(motiscope, slides):
    assert motiscope("calibrate", slides / "none.png")[0] == 2
    assert motiscope("calibrate", slides / "along.png", slides / "along.png")[0] == 2


def test_nothing_is_overwritten(motiscope, slides, tmp_path):
    for option, name in (("--json", "there.json"), ("--overlay", "there.png")):
        there = tmp_path / name
        there.write_text("kept")
        code, _, error = motiscope("calibrate", slides / "along.png", option, there)
        assert code == 2
        assert "there already" in error
        assert there.read_text() == "kept"


def test_percentages_and_ratios_are_read():
    assert parse_percent("0.2%") == pytest.approx(0.002)
    assert parse_aspect("16:15") == pytest.approx(16 / 15)
    assert parse_aspect("1.25") == 1.25
    with pytest.raises(UsageError, match="16:15"):
        parse_aspect("wide")


def test_a_measured_scale_is_kept_under_the_name_of_its_optics(motiscope, slides):
    named = ("--optics", "40x", "--by", "Ada Lab", "--micrometer", "SM-7")
    measure = ("calibrate", slides / "along.png", "--pixel-aspect", "16:15")
    code, _, error = motiscope(*measure, *named)
    assert code == 2
    assert "no optics" in error
    define = ("optics", "add", "40x", "--objective", 40, "--adapter", 0.5, "--camera", "4102")
    assert motiscope(*define, "--pixel-um", 10, "--by", "Ada Lab")[0] == 0
    code, out, error = motiscope(*measure, *named)
    assert code == 0
    assert "40x has 0.5 x 0.4687 µm/px" in out
    assert "in y from the nominal optics; check objective" in error
    shown = loads(motiscope("optics", "show", "40x", "--json")[1])["calibration"]
    assert (shown["by"], shown["micrometer"]) == ("Ada Lab", "SM-7")
    assert shown["origin"] == "measured"
    assert shown["picture_sha256"] == pixels_sha256(slides / "along.png")


def test_a_pixel_has_the_shape_that_its_optics_state_where_nothing_else_tells_it(
    motiscope, tmp_path
):
    own = Slide(um_per_px=0.430, pixel_aspect=8.6 / 8.3, angle_deg=2)
    picture = save(tmp_path / "along.png", draw(own))
    define = ("optics", "add", "pal", "--objective", 40, "--adapter", 0.5, "--camera", "4102")
    assert motiscope(*define, "--pixel-um", "8.6,8.3", "--by", "Ada Lab")[0] == 0
    measure = ("calibrate", picture, "--optics", "pal", "--by", "Ada Lab", "--json", "-")
    found = loads(motiscope(*measure)[1].partition("\ncalibration ")[0])
    assert found["pixel_aspect"] == "by the optics"
    assert found["u_parts_percent"]["pixel_shape"] == [0, 0]
    assert found["um_per_px_y"] == pytest.approx(0.415, rel=1e-3)
    kept = loads(motiscope("optics", "show", "pal", "--json")[1])["calibration"]
    assert (kept["um_per_px_x"], kept["um_per_px_y"]) == pytest.approx((0.430, 0.415), rel=1e-3)
    assert '"pixel_aspect": "given"' in motiscope(*measure, "--pixel-aspect", "16:15")[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--optics", "40x"), "--by"),
        (("--by", "Ada Lab"), "--optics"),
        (("--micrometer", "SM-7"), "--optics"),
        (("--optics", "40x", "--by", " "), "--by: give a line of text"),
        (
            ("--optics", "40x", "--by", "Ada", "--micrometer", "7\x07"),
            r"--micrometer: holds '\x07'",
        ),
    ],
)
def test_what_could_not_be_stored_is_told_before_the_work(motiscope, slides, options, said):
    code, out, error = motiscope("calibrate", slides / "along.png", *options)
    assert (code, out) == (2, "")
    assert said in error


def test_what_is_no_file_is_called_what_it_is(motiscope, slides):
    for wrong, said in ((slides, "is a folder"), (slides / "none.png", "no such file")):
        code, out, error = motiscope("calibrate", wrong)
        assert (code, out) == (2, "")
        assert said in error


def test_a_refused_picture_stores_nothing(motiscope, slides):
    define = ("optics", "add", "40x", "--objective", 40, "--adapter", 0.5, "--camera", "4102")
    assert motiscope(*define, "--pixel-um", 10, "--by", "Ada Lab")[0] == 0
    cells = ("calibrate", slides / "cells.png", "--optics", "40x", "--by", "Ada Lab")
    assert motiscope(*cells)[0] == 1
    assert "no scale yet" in motiscope("optics", "history", "40x")[2]
