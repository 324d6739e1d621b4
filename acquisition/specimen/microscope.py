"""Putting the simulated devices together into one microscope."""

from acquisition.cameras.simulated import CameraFaults, SimulatedCamera
from acquisition.heaters.simulated import HeaterFaults, SimulatedHeater
from acquisition.microscope import Microscope
from acquisition.specimen.bench import SimulatedMicroscope
from acquisition.stages.simulated import SimulatedStage, StageFaults


def simulated_microscope(
    world: SimulatedMicroscope,
    camera_faults: CameraFaults | None = None,
    stage_faults: StageFaults | None = None,
    heater_faults: HeaterFaults | None = None,
) -> Microscope:
    """Return camera, stage and heater that look at one simulated world.

    Args:
        world: The world; keep it to change the slide and to ask for the truth.
        camera_faults: What goes wrong with the camera.
        stage_faults: What goes wrong with the stage.
        heater_faults: What goes wrong with the heater.
    """
    return Microscope(
        SimulatedCamera(world, camera_faults),
        SimulatedStage(world, stage_faults),
        SimulatedHeater(world, heater_faults),
    )
