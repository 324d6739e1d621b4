"""Fixtures that every folder of tests shares."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of real recordings; skips without it unless MOTISCOPE_REQUIRE_DATA is set."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MOTISCOPE_DATA", default))
    if not (folder / "DATA.md").is_file():
        message = f"no real recordings in {folder}; set MOTISCOPE_DATA"
        if os.environ.get("MOTISCOPE_REQUIRE_DATA"):
            pytest.fail(message)
        pytest.skip(message)
    return folder
