"""What `motiscope examine` asks before anything moves, and the enter key while it runs."""

import threading
from io import StringIO

import pytest

from tests.tui.cli.conftest import one_line
from tui.cli.confirming import confirmed_by_enter

EXAMINE = ("examine", "--sample", "S-1", "--operator", "Ada")


@pytest.mark.parametrize("typed", ["soon", "2031-01-01 08:00", "2020-01-01 08:00"])
def test_a_time_of_collection_that_cannot_be_is_wrong_use(motiscope, typed):
    code, _, error = motiscope(*EXAMINE, "--collected", typed)
    assert code == 2
    assert "--collected" in error
    assert "give the time as 09:40" in " ".join(error.split())


def test_without_a_heated_stage_a_reason_is_asked_for(motiscope, monkeypatch):
    monkeypatch.setenv("MOTISCOPE_HEATER__DRIVER", "none")
    code, _, error = motiscope(*EXAMINE)
    assert code == 2
    assert "--any-temperature REASON" in " ".join(error.split())


def test_a_heater_that_does_not_answer_is_one_line(motiscope, monkeypatch):
    monkeypatch.setenv("MOTISCOPE_HEATER__DRIVER", "okolab")
    monkeypatch.setenv("MOTISCOPE_HEATER__PORT", "/dev/nothing")
    code, _, error = motiscope(*EXAMINE)
    assert code == 1
    assert "the heater on /dev/nothing does not answer" in " ".join(error.split())


def test_every_enter_confirms():
    twice = threading.Semaphore(0)
    gone = threading.Event()
    confirmed_by_enter(twice.release, gone.set, StringIO("\n\n"))
    assert twice.acquire(timeout=5)
    assert twice.acquire(timeout=5)
    assert gone.wait(timeout=5)


@pytest.mark.parametrize("option", ["--sample", "--operator", "--any-temperature"])
@pytest.mark.parametrize("typed", ["a\x1b[31mb", "a\nb", "a\udce9b"])
def test_a_label_that_cannot_be_seen_is_wrong_use(motiscope, option, typed):
    code, out, error = motiscope(*EXAMINE, option, typed)
    assert (code, out) == (2, "")
    assert f"{option}: holds {typed[1]!r}" in one_line(error)


@pytest.mark.parametrize("typed", ["", " ", "a\nb"])
def test_a_session_is_closed_for_a_reason(motiscope, typed):
    code, out, error = motiscope("examine", "--close", "latest", "--reason", typed)
    assert (code, out) == (2, "")
    assert one_line(error).startswith("motiscope: --reason: ")
