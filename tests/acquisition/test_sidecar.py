"""The sidecar: it comes back as it went, and what cannot be used is said in one line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquisition.sidecar import Moment, MomentColumns, Sidecar, parse_sidecar, sidecar_path
from acquisition.video import VideoError, open_video
from tests.acquisition.recordings import frames, notes, record

moments = st.builds(
    Moment,
    index=st.integers(0, 2**40),
    time_us=st.none() | st.integers(0, 2**62),
    host_time_ns=st.integers(0, 2**62),
    lost_before=st.integers(0, 100),
)


@given(st.lists(moments, max_size=20), st.booleans(), st.integers(0, 9))
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
