"""The IDS driver: behind a stand-in for its library, and against the library's own answers."""

import ast
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from acquisition.camera import CameraError, CameraSettings, CameraSilentError
from acquisition.cameras import ids
from acquisition.cameras.discovery import sdk_import
from acquisition.cameras.ids import IdsCamera, discover, grey_values
from tests.acquisition.cameras import fake_peak
from tests.acquisition.cameras.fake_peak import FakeCamera
from tests.acquisition.cameras.faked import faked, ids_camera
from tests.acquisition.recordings import picture

SETTINGS = CameraSettings(width_px=160, height_px=120, frame_rate_hz=50.0)
# Classes of the real library whose names the driver uses, and the functions that give them.
REAL = (
    "Library", "DeviceManager", "DeviceDescriptor", "Device", "RemoteDevice",
    "DataStreamDescriptor", "DataStream", "Buffer", "NodeMap", "Node", "FloatNode", "IntegerNode",
    "BooleanNode", "EnumerationNode", "CommandNode",
)  # fmt: skip


def real():
    with sdk_import():
        from ids_peak import ids_peak, ids_peak_ipl_extension  # noqa: PLC0415 - as the driver does
        from ids_peak_ipl import ids_peak_ipl  # noqa: PLC0415
    return ids_peak, ids_peak_ipl_extension, ids_peak_ipl


def capitalised(source: str) -> set[str]:
    """Return the attributes that a source uses and that are named as the library names."""
    attributes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return {node.attr for node in attributes if node.attr[0].isupper()}


def test_every_name_that_the_driver_uses_exists_in_the_installed_library() -> None:
    peak, extension, ipl = real()
    known = {*dir(peak), *dir(extension)}
    for name in REAL:
        known |= set(dir(getattr(peak, name)))
    used = capitalised(Path(ids.__file__).read_text())
    assert len(used) > 30
    assert used <= known
    assert {"get_numpy_2D", "get_numpy_2D_16"} <= set(dir(ipl.Image))


@pytest.mark.parametrize("name", [name for name in REAL if hasattr(fake_peak, name)])
def test_the_stand_in_has_no_name_that_the_library_lacks(name: str) -> None:
    peak = real()[0]
    of_fake = {each for each in dir(getattr(fake_peak, name)) if each[0].isupper()}
    assert of_fake
    assert of_fake <= set(dir(getattr(peak, name)))


def test_the_library_s_exceptions_are_what_the_driver_catches() -> None:
    peak = real()[0]
    for name in ("TimeoutException", "NotFoundException", "BadAccessException"):
        assert issubclass(getattr(peak, name), peak.Exception)


def test_without_the_vendor_s_runtime_the_real_library_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GENICAM_GENTL64_PATH", raising=False)
    found = discover()
    assert (found.driver, found.library, found.cameras) == ("ids", "ids-peak", ())
    assert found.problem == ids.NO_RUNTIME
    with pytest.raises(CameraError, match="install IDS peak from the vendor"):
        IdsCamera("4108765432").open()


def test_with_a_producer_path_and_no_camera_the_real_library_lists_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENICAM_GENTL64_PATH", str(tmp_path))
    found = discover()
    assert found.cameras == ()
    with pytest.raises(CameraError) as caught:
        IdsCamera("4108765432").open()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("bits", "form", "kind"), [(12, "Mono12", np.uint16), (8, "Mono8", np.uint8)]
)
def test_a_real_image_comes_out_whole_and_as_a_copy(bits: int, form: str, kind: type) -> None:
    ipl = real()[2]
    truth = np.random.default_rng(0).integers(0, 1 << bits, (48, 64), dtype=kind)
    memory = truth.copy().view(np.uint8).reshape(-1)
    image = ipl.Image.CreateFromSizeAndPythonBuffer(
        getattr(ipl, f"PixelFormatName_{form}"), memory, 64, 48
    )
    values = grey_values(image, bits)
    memory[:] = 0
    assert values.dtype == kind
    np.testing.assert_array_equal(values, truth)


def opened(fake: FakeCamera, patch: pytest.MonkeyPatch) -> IdsCamera:
    camera = ids_camera(fake, patch)
    camera.open()
    camera.apply(SETTINGS)
    return camera


def test_incomplete_buffers_and_gaps_in_the_camera_s_count_are_losses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = FakeCamera()
    camera = opened(fake, monkeypatch)
    with camera.frames() as stream:
        next(stream)
        fake.spoilt = 2
        after_damage = next(stream)
        fake.skipped = 3
        after_gap = next(stream)
    assert (after_damage.index, after_damage.lost_before) == (3, 2)
    assert (after_gap.index, after_gap.lost_before) == (7, 3)
    np.testing.assert_array_equal(after_gap.pixels, picture(7, 160, 120))


def test_every_buffer_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeCamera()
    with opened(fake, monkeypatch).frames() as stream:
        assert len(list(islice(stream, 300))) == 300


def test_the_camera_s_clock_is_in_microseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(FakeCamera(), monkeypatch).frames() as stream:
        times = [frame.time_us for frame in islice(stream, 3)]
    assert times == [7_000_000, 7_020_000, 7_040_000]


def test_the_library_s_gain_factor_is_told_in_db(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeCamera()
    camera = opened(fake, monkeypatch)
    assert camera.apply(CameraSettings(gain_db=6.0)).gain_db == pytest.approx(6.0)
    assert fake.nodes["Gain"].value == pytest.approx(1.995, abs=0.001)
    assert camera.apply(CameraSettings(gain_db=99.0)).gain_db == pytest.approx(27.6, abs=0.01)


def test_sides_and_offsets_go_to_the_sensor_s_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    accepted = opened(FakeCamera(), monkeypatch).apply(
        CameraSettings(width_px=645, height_px=483, left_px=30, top_px=5)
    )
    region = (accepted.width_px, accepted.height_px, accepted.left_px, accepted.top_px)
    assert region == (640, 482, 24, 4)


def test_a_busy_an_absent_and_a_mute_camera_are_told_and_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = (
        (FakeCamera(busy=True), CameraError, "used by another program"),
        (FakeCamera(plugged=False), CameraError, "is connected; plug it in"),
        (FakeCamera(runtime=False), CameraError, "install IDS peak"),
        (FakeCamera(silent=True), CameraSilentError, "sends nothing"),
    )
    for fake, kind, words in cases:
        peak = faked(fake, monkeypatch)
        with pytest.raises(kind, match=words):
            IdsCamera(fake.serial).open()
        assert peak.Library.users == 0
        assert peak.DeviceManager.callbacks == []


def test_closing_gives_back_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    peak = faked(FakeCamera(), monkeypatch)
    camera = IdsCamera("4108765432")
    for _ in range(2):
        camera.open()
        camera.open()
        camera.close()
        camera.close()
    assert peak.Library.users == 0


def test_a_connected_camera_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    peak = faked(FakeCamera(), monkeypatch)
    found = discover()
    assert [(one.model, one.serial) for one in found.cameras] == [("U3-3060CP-M-GL", "4108765432")]
    assert peak.Library.users == 0
