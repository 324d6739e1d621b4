"""What `motiscope bench calibration` prints of readings that are made up."""

import importlib

import pytest

from calibration.readings import Refusal
from inference.evaluation.micrometer_check import RefusalCheck, SlideCheck
from inference.evaluation.no_micrometers import Kind
from tests.tui.cli.conftest import loads


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Readings of which every second is off, refusals of which the first is none."""
    command = importlib.import_module("tui.cli.bench.calibration")
    monkeypatch.setattr(
        command,
        "check_slides",
        lambda seeds, _: [SlideCheck(s, True, 1e-5 + s % 2 * 1e-4, 1e-5, None) for s in seeds],
    )
    kinds = list(Kind)
    monkeypatch.setattr(
        command,
        "check_refusals",
        lambda seeds, _: [
            RefusalCheck(s, kinds[s % 9], Refusal.NO_RULINGS if at else None)
            for at, s in enumerate(seeds)
        ],
    )
    monkeypatch.setattr(command, "seconds_of_large", lambda: 0.25)
    monkeypatch.setenv("MOTISCOPE_DATA", str(tmp_path))


def test_bench_tells_errors_coverage_and_what_was_accepted(motiscope, made_up):
    code, out, error = motiscope("bench", "calibration", "--slides", "4", "--refusals", "9")
    assert code == 0
    assert "4 of 4 drawn micrometers read" in out
    assert "within 2 u: 50.0 %" in out
    assert "worst 0.0110 %" in out
    assert "accepted: 1 of 9" in out
    assert "0.25 s" in out
    assert "no real pictures" in error


def test_bench_hands_every_figure_to_a_machine(motiscope, made_up):
    _, out, _ = motiscope("bench", "calibration", "--slides", "4", "--refusals", "9", "--json")
    found = loads(out)
    assert found["summary"]["covered"] == 0.5
    assert len(found["slides"]) == 4
    assert sum(one["refusal"] is None for one in found["refusals"]) == 1
    assert found["real_refusals"] == []
