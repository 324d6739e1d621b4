"""Which frames are shown: drawn by seed, read once, and never twice of one video."""

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquisition.video import VideoError
from qc.visem.frames import FrameChoice, KeptFrames, gather_frames
from qc.visem.videos import FoundVideos
from tests.acquisition.recordings import write_video

SIZE = (24, 32)


def numbered(path, frames=40):
    """Write a video whose mean grey is 20 and five times the number of its frame."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 8, (frames, 48, 64))
    greys = (noise - noise.mean(axis=(1, 2), keepdims=True)) + 20
    pictures = (greys + 5 * np.arange(frames)[:, None, None]).clip(0, 255).round().astype(np.uint8)
    return write_video(path, list(pictures), codec="ffv1", pix_fmt="gray")


@pytest.fixture
def video(tmp_path):
    return numbered(tmp_path / "7.avi")


@given(st.integers(1, 5000), st.integers(1, 60), st.integers(0, 99), st.integers(1, 85))
def test_one_frame_is_drawn_of_each_equal_stretch(frames, wanted, seed, participant):
    choice = FrameChoice(wanted, SIZE, seed)
    places = choice.places(frames, participant)
    stretches = min(frames, wanted)
    assert len(places) == stretches
    ends = np.arange(stretches + 1) * frames // stretches
    assert ((places >= ends[:-1]) & (places < ends[1:])).all()
    assert (places == choice.places(frames, participant)).all()


def test_another_seed_or_participant_has_other_frames():
    drawn = [
        FrameChoice(20, SIZE, seed).places(5000, who) for seed, who in ((0, 1), (1, 1), (0, 2))
    ]
    assert (drawn[0] != drawn[1]).any()
    assert (drawn[0] != drawn[2]).any()


def test_the_frames_that_were_drawn_are_shown(video, tmp_path):
    choice = FrameChoice(6, SIZE, seed=3)
    shown = KeptFrames(tmp_path / "kept", choice).of(7, video)
    assert shown.pictures.shape == (6, *SIZE)
    seen = np.rint((shown.pictures.mean(axis=(1, 2)) - 20) / 5)
    assert list(seen) == list(choice.places(40, 7))


def test_a_short_video_shows_all_of_its_frames(tmp_path):
    short = numbered(tmp_path / "1.avi", frames=5)
    shown = KeptFrames(tmp_path / "kept", FrameChoice(6, SIZE)).of(1, short)
    assert len(shown.pictures) == 5


def test_no_video_is_read_twice(video, tmp_path, monkeypatch):
    kept = KeptFrames(tmp_path / "kept", FrameChoice(6, SIZE))
    first = kept.of(7, video)
    opened: list[object] = []
    monkeypatch.setattr("qc.visem.frames.open_video", opened.append)
    again = kept.of(7, video)
    assert (again.pictures == first.pictures).all()
    assert again.key == first.key
    assert opened == []


@pytest.mark.parametrize(
    "choice", [FrameChoice(5, SIZE), FrameChoice(6, (12, 16)), FrameChoice(6, SIZE, seed=1)]
)
def test_another_choice_has_another_key(video, tmp_path, choice):
    first = KeptFrames(tmp_path / "kept", FrameChoice(6, SIZE)).of(7, video)
    other = KeptFrames(tmp_path / "kept", choice).of(7, video)
    assert other.key != first.key
    assert other.video == first.video


def test_frames_that_were_kept_in_halves_are_read_again(video, tmp_path):
    kept = KeptFrames(tmp_path / "kept", FrameChoice(6, SIZE))
    first = kept.of(7, video)
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(file.read_bytes()[:200])
    assert (kept.of(7, video).pictures == first.pictures).all()


def test_what_is_gone_cannot_be_read(tmp_path):
    with pytest.raises(VideoError, match="cannot be read"):
        KeptFrames(tmp_path, FrameChoice(6, SIZE)).of(7, tmp_path / "gone.avi")


def test_a_video_that_is_damaged_or_shared_is_named_and_the_rest_goes_on(video, tmp_path):
    broken, twin = tmp_path / "8.avi", tmp_path / "9.avi"
    broken.write_bytes(b"no video at all")
    shutil.copy(video, twin)
    other = numbered(tmp_path / "10.avi", frames=20)
    paths = {7: video, 8: broken, 9: twin, 10: other}
    told = []
    gathered = gather_frames(
        FoundVideos(paths, ()),
        KeptFrames(tmp_path / "kept", FrameChoice(6, SIZE)),
        lambda done, of: told.append((done, of)),
    )
    assert list(gathered.frames) == [7, 10]
    assert gathered.faults[0].startswith("participant 8: left out: ")
    assert gathered.faults[1] == "participant 9: left out: has the video of 7"
    assert all(len(fault.splitlines()) == 1 for fault in gathered.faults)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
