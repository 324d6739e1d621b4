"""Opening the stage and the heated stage that the settings name."""

from acquisition.heater import Heater, HeaterError
from acquisition.heaters.simulated import SimulatedHeater
from acquisition.specimen.bench import SimulatedMicroscope
from acquisition.stage import Position, Stage, StageError, StageLimits
from acquisition.stages.simulated import SimulatedStage
from tui.device_config import HeaterConfig, StageConfig


def open_stage(config: StageConfig, world: SimulatedMicroscope | None) -> Stage | None:
    """Open the stage of the settings; None for one that is moved by hand.

    Args:
        config: Which one.
        world: The simulated world, None with a real camera.

    Raises:
        StageError: If it cannot be opened, or is simulated where the camera is not.
    """
    if config.driver == "manual":
        return None
    if config.driver == "micromanager":
        return _micromanager(config)
    if world is None:
        raise StageError(
            "the simulated stage moves no real slide; set stage.driver to micromanager or manual"
        )
    return SimulatedStage(world)


def open_heater(config: HeaterConfig, world: SimulatedMicroscope | None) -> Heater | None:
    """Open the heated stage of the settings; None where there is none that answers.

    Args:
        config: Which one.
        world: The simulated world, None with a real camera.

    Raises:
        HeaterError: If it cannot be opened, or is simulated where the camera is not.
    """
    if config.driver == "none":
        return None
    if config.driver == "okolab":
        from acquisition.heaters.okolab import OkolabHeater, OkolabSettings  # noqa: PLC0415

        return OkolabHeater(OkolabSettings(config.port, config.channel))
    if config.driver == "modbus":
        return _modbus(config)
    if world is None:
        raise HeaterError(
            "the simulated heater warms no real slide; set heater.driver to okolab, modbus or none"
        )
    return SimulatedHeater(world)


def _micromanager(config: StageConfig) -> Stage:
    from acquisition.stages.micromanager import (  # noqa: PLC0415
        MicroManagerSettings,
        MicroManagerStage,
    )

    if config.file is None:
        raise StageError('micromanager needs file = "..."; name the configuration file')
    return MicroManagerStage(
        MicroManagerSettings(
            config.file,
            config.adapters,
            config.device,
            Position(*config.centre_um),
            StageLimits(*config.x_limits_um, *config.y_limits_um),
            config.timeout_s,
        )
    )


def _modbus(config: HeaterConfig) -> Heater:
    from acquisition.heaters.modbus import (  # noqa: PLC0415
        ModbusHeater,
        ModbusRegisters,
        ModbusSettings,
        SerialLine,
        TcpLine,
    )

    line = (
        TcpLine(config.host, config.tcp_port)
        if config.host
        else SerialLine(config.port, config.baud, config.parity, config.stop_bits)
    )
    registers = ModbusRegisters(
        config.measured_register,
        config.target_register,
        config.measured_is_input,
        config.c_per_count,
    )
    return ModbusHeater(ModbusSettings(line, config.unit, registers))
