"""What stands below the screen that is tested."""

import pytest

from tests.tui.fakes import EmptyStart


@pytest.fixture
def empty_start(monkeypatch):
    """Let motiscope open on an empty screen: laying out the start takes longer than most tests."""
    monkeypatch.setattr("tui.app.StartScreen", EmptyStart)
