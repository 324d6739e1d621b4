"""Camera, stage and heater look at one world."""

import threading
from itertools import islice

import cv2
import numpy as np
import pytest

from acquisition.camera import CameraSettings
from acquisition.cameras.simulated import SimulatedCamera
from acquisition.specimen.bench import BenchSettings, Geometry, SimulatedMicroscope, Slide
from acquisition.specimen.clock import FreeClock, WallClock
from acquisition.specimen.settings import OpticsSettings, SpecimenError, SpecimenSettings
from acquisition.stage import Position
from acquisition.stages.simulated import SimulatedStage
from calibration.micrometer import measure

SAMPLE = SpecimenSettings(seed=1, extent_um=2_000)
SMALL = CameraSettings(width_px=320, height_px=240, frame_rate_hz=25.0)


@pytest.fixture
def world() -> SimulatedMicroscope:
    return SimulatedMicroscope(BenchSettings(sample=SAMPLE))


def test_the_camera_sees_what_the_truth_says(world: SimulatedMicroscope) -> None:
    SimulatedStage(world).move_to(Position(300.0, -200.0))
    camera = SimulatedCamera(world)
    camera.open()
    camera.apply(SMALL)
    with camera.frames() as stream:
        frame = next(stream)
    assert frame.time_us is not None
    geometry = Geometry(320, 240)
    truth = world.truth(frame.time_us / 1e6, Position(300.0, -200.0), geometry=geometry)
    assert sum(truth.counts.values()) == len(truth.cells) > 0
    bright = [frame.pixels[_near(cell.y_px), _near(cell.x_px)].max() for cell in truth.cells]
    assert np.median(bright) > 150


def _detail(picture: np.ndarray) -> float:
    return float(cv2.Laplacian(picture, cv2.CV_64F).std())


def _near(place: float) -> slice:
    return slice(max(0, round(place) - 3), round(place) + 4)


def test_moving_the_stage_shows_another_field(world: SimulatedMicroscope) -> None:
    here = world.render(1.0, Geometry(160, 120))
    world.travel(Position(500.0, 0.0), 0.0)
    assert (world.render(1.0, Geometry(160, 120)) != here).any()


def test_slides_differ_and_the_micrometer_has_no_truth(world: SimulatedMicroscope) -> None:
    pictures = []
    for slide in Slide:
        world.put(slide)
        assert world.slide is slide
        pictures.append(world.render(0.0, Geometry(160, 120)))
    assert (pictures[0] != pictures[1]).any()
    assert (pictures[1] != pictures[2]).any()
    with pytest.raises(SpecimenError, match="micrometer"):
        world.truth(0.0, Position(0, 0), Slide.MICROMETER)


def test_binning_halves_the_resolution(world: SimulatedMicroscope) -> None:
    fine = world.truth(0.0, Position(0, 0), geometry=Geometry(320, 240, 1))
    coarse = world.truth(0.0, Position(0, 0), geometry=Geometry(160, 120, 2))
    assert {c.cell_id for c in coarse.cells} == {c.cell_id for c in fine.cells}


def test_turning_the_focus_blurs_cells_and_micrometer_and_turns_back() -> None:
    optics = OpticsSettings(noise=0.0, texture=0.0)
    world = SimulatedMicroscope(BenchSettings(sample=SAMPLE, optics=optics))
    for slide in (Slide.FIRST, Slide.MICROMETER):
        world.put(slide)
        sharp = world.render(0.0, Geometry(320, 240))
        details = [_detail(sharp)]
        for height_um in (8.0, 16.0, 30.0):
            world.focus(height_um)
            details.append(_detail(world.render(0.0, Geometry(320, 240))))
        assert details == sorted(details, reverse=True)
        assert details[-1] < 0.3 * details[0]
        world.focus(0.0)
        np.testing.assert_array_equal(world.render(0.0, Geometry(320, 240)), sharp)


def test_turning_the_micrometer_measures_the_other_axis() -> None:
    optics = OpticsSettings(um_per_px_x=0.5, um_per_px_y=0.55)
    world = SimulatedMicroscope(BenchSettings(sample=SAMPLE, optics=optics))
    for turned_rad, um_per_px in ((0.0, 0.5), (np.pi / 2, 0.55)):
        world.put(Slide.MICROMETER, turned_rad)
        reading = measure(world.render(0.0, Geometry()))
        assert reading.pitch_px == pytest.approx(10 / um_per_px, rel=2e-3)


def test_two_samples_of_neighbouring_seeds_share_no_slide() -> None:
    worlds = [SimulatedMicroscope(BenchSettings(sample=SpecimenSettings(seed=s))) for s in (1, 2)]
    assert worlds[0].specimen(Slide.SECOND).settings != worlds[1].specimen(Slide.FIRST).settings


def test_asking_for_the_truth_while_a_frame_is_drawn_blocks_nobody(
    world: SimulatedMicroscope,
) -> None:
    geometries = [Geometry(64 + 4 * step, 64) for step in range(12)]
    drawer = threading.Thread(target=lambda: [world.render(1.0, g) for g in geometries])
    drawer.start()
    truths = [world.truth(1.0, Position(0, 0), slide=Slide.SECOND, geometry=g) for g in geometries]
    drawer.join(timeout=30)
    assert not drawer.is_alive()
    assert len(truths) == len(geometries)


def test_a_free_clock_never_goes_back_and_never_waits() -> None:
    clock = FreeClock()
    clock.wait_until(100.0)
    clock.wait_until(50.0)
    clock.spend(1.0)
    assert clock.now_s() == 101.0


def test_a_wall_clock_waits_until_told_to_stop() -> None:
    clock, stop = WallClock(), threading.Event()
    stop.set()
    clock.wait_until(clock.now_s() + 3_600, stop)
    before = clock.now_s()
    clock.wait_until(before + 0.02)
    assert clock.now_s() >= before + 0.02


def test_a_paced_camera_keeps_to_its_frame_rate() -> None:
    world = SimulatedMicroscope(BenchSettings(sample=SAMPLE, paced=True))
    camera = SimulatedCamera(world)
    camera.open()
    camera.apply(CameraSettings(width_px=64, height_px=64, frame_rate_hz=50.0))
    start = world.clock.now_s()
    with camera.frames() as stream:
        frames = list(islice(stream, 6))
    assert len(frames) == 6
    assert world.clock.now_s() - start >= 5 / 50
