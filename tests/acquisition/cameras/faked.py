"""The IDS driver in front of the stand-in for its library."""

import pytest

from acquisition.cameras import ids
from tests.acquisition.cameras.fake_peak import FakeCamera, FakeExtension, FakePeak


def faked(camera: FakeCamera, patch: pytest.MonkeyPatch) -> FakePeak:
    """Put the stand-in in the library's place."""
    peak = FakePeak(camera)
    patch.setattr(ids, "_sdk", lambda: (peak, FakeExtension()))
    return peak


def ids_camera(camera: FakeCamera, patch: pytest.MonkeyPatch) -> ids.IdsCamera:
    faked(camera, patch)
    return ids.IdsCamera(camera.serial)
