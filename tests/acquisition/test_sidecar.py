"""The sidecar: it comes back as it went, and what cannot be used is said in one line."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquisition.sidecar import Moment, MomentColumns, Sidecar, parse_sidecar, sidecar_path
from acquisition.video import VideoError, open_video
from tests.acquisition.recordings import frames, notes, record


@st.composite
def recordings(draw: st.DrawFn) -> list[Moment]:
    """Draw the moments of a clip, frames lost between them, of a camera with a clock or without."""
    indices = sorted(draw(st.sets(st.integers(0, 2**40), max_size=20)))
    has_clock, start_us = draw(st.booleans()), draw(st.integers(-(2**62), 2**62))
    return [
        Moment(
            index,
            start_us + 20_000 * index if has_clock else None,
            draw(st.integers(0, 2**62)),
            index - before - 1,
        )
        for index, before in zip(indices, [-1, *indices], strict=False)
    ]


@given(recordings(), st.booleans(), st.integers(0, 9))
def test_a_sidecar_comes_back_as_it_went(rows: list[Moment], complete: bool, unsaved: int) -> None:

    sidecar = Sidecar(
        software="motiscope 0",
        started_utc=datetime(2026, 5, 2, 8, 30, tzinfo=UTC),
        notes=notes(),
        complete=complete,
        sha256="00",
        frames=MomentColumns.of(rows),
        unsaved=unsaved,
    )
    back = parse_sidecar(sidecar.to_json(), Path("x"))
    assert back == sidecar
    assert back.frames.rows() == tuple(rows)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 2}, "update motiscope"),
        ({"kind": "recipe"}, "no sidecar of a motiscope clip"),
        ({"sha256": None}, "damaged: sha256"),
        ({"started_utc": "yesterday"}, "damaged: started_utc"),
        ({"frames": {"index": [0]}}, "damaged: frames.time_us"),
    ],
)
def test_a_sidecar_that_cannot_be_used_is_said_in_a_line(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    path = tmp_path / "field.mkv"
    record(path, list(frames(3)))
    stored = json.loads(sidecar_path(path).read_text())
    sidecar_path(path).write_text(json.dumps(stored | change))
    with pytest.raises(VideoError, match=message) as caught:
        open_video(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("column", "place", "value", "message"),
    [
        ("index", 1, 0, "picture 2: frame 0 comes after frame 0"),
        ("index", 0, -7, "picture 1: -7 is no index"),
        ("index", 2, 2**63, "picture 3: 9223372036854775808 is no index"),
        ("time_us", 2, 1_000_003, "picture 3: frame 2 has the time 1000003 µs"),
        ("time_us", 1, 1_000_003, "picture 2: frame 1 has the time 1000003 µs, and the one before"),
        ("time_us", 2, 2**70, "which is none"),
        ("time_us", 1, None, "picture 2: of frames 0 and 1 only one has a time"),
        ("lost_before", 1, -1, "frame 1 cannot have -1 lost frames"),
        ("lost_before", 2, 10**12, "frame 2 cannot have 1000000000000 lost frames"),
    ],
)
def test_moments_that_cannot_follow_each_other_are_said(
    tmp_path: Path, column: str, place: int, value: int | None, message: str
) -> None:
    path = tmp_path / "field.mkv"
    record(path, list(frames(3)))
    stored = json.loads(sidecar_path(path).read_text())
    stored["frames"][column][place] = value
    sidecar_path(path).write_text(json.dumps(stored))
    with pytest.raises(VideoError, match=f"field.clip.json is damaged: frames: .*{message}"):
        open_video(path)


@pytest.mark.parametrize(
    ("column", "place", "value", "rate"),
    [("time_us", 2, 2**62, "4.3"), ("index", 2, 2**40, "2.7"), ("time_us", 0, -(2**62), "4.3")],
)
def test_frames_that_no_camera_takes_are_said(
    tmp_path: Path, column: str, place: int, value: int, rate: str
) -> None:
    path = tmp_path / "field.mkv"
    record(path, list(frames(3)))
    stored = json.loads(sidecar_path(path).read_text())
    stored["frames"][column][place] = value
    sidecar_path(path).write_text(json.dumps(stored))
    with pytest.raises(VideoError, match=f"field.clip.json is damaged: no camera takes {rate}"):
        open_video(path)


@pytest.mark.parametrize("rate_hz", [0, -50, 1e300])
def test_an_accepted_rate_that_is_none_is_said(tmp_path: Path, rate_hz: float) -> None:
    path = tmp_path / "field.mkv"
    record(path, [replace(frame, time_us=None) for frame in frames(3)])
    stored = json.loads(sidecar_path(path).read_text())
    stored["notes"]["accepted"]["frame_rate_hz"] = rate_hz
    sidecar_path(path).write_text(json.dumps(stored))
    with pytest.raises(VideoError, match=r"field\.clip\.json is damaged: no camera takes"):
        open_video(path)


def test_a_sidecar_that_is_not_json_is_said(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    record(path, list(frames(3)))
    sidecar_path(path).write_bytes(b"\xff{")
    with pytest.raises(VideoError, match="cannot be read"):
        open_video(path)
    sidecar_path(path).write_text("{")
    with pytest.raises(VideoError, match="damaged"):
        open_video(path)


def test_a_clip_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    record(path, list(frames(3)))
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(VideoError, match="not the file that was recorded"):
        open_video(path)
