"""Fixtures that every folder of tests shares."""

import gc
import os
from pathlib import Path

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Keep the collector off what was imported: it is there to the end, and is searched anew."""
    gc.collect()
    gc.freeze()


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
