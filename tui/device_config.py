"""Which stage and which heated stage the laboratory has, as its settings say it."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from acquisition.heater import DEFAULT_TOLERANCE_C


class StageConfig(BaseModel):
    """The `[stage]` of motiscope.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    driver: Literal["simulated", "micromanager", "manual"] = Field(
        default="simulated", description="What moves the slide."
    )
    file: Path | None = Field(default=None, description="Micro-Manager configuration file.")
    adapters: Path | None = Field(
        default=None, description="Folder of Micro-Manager's device adapters; that of the file."
    )
    device: str = Field(default="", description="Label of the stage; the configuration's XY stage.")
    centre_um: tuple[float, float] = Field(
        default=(0.0, 0.0),
        description="Where the stage stands with the middle of the coverslip under the lens.",
    )
    x_limits_um: tuple[float, float] = Field(
        default=(-6_000.0, 6_000.0), description="How far it may go from there, low and high."
    )
    y_limits_um: tuple[float, float] = Field(
        default=(-6_000.0, 6_000.0), description="How far it may go from there, low and high."
    )
    timeout_s: float = Field(default=30.0, ge=1, le=300, description="Longest time of one move.")

    @model_validator(mode="after")
    def whole(self) -> Self:
        """Ask for what the driver needs."""
        if self.driver == "micromanager" and self.file is None:
            raise ValueError('micromanager needs file = "..."; name the configuration file')
        for axis, (low, high) in (("x", self.x_limits_um), ("y", self.y_limits_um)):
            if not low < high:
                raise ValueError(f"{axis}_limits_um {low:g}, {high:g} must go from low to high")
        return self


class HeaterConfig(BaseModel):
    """The `[heater]` of motiscope.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    driver: Literal["simulated", "okolab", "modbus", "none"] = Field(
        default="simulated", description="What warms the slide."
    )
    tolerance_c: float = Field(
        default=DEFAULT_TOLERANCE_C,
        ge=0.1,
        le=2.0,
        description="Largest distance from 37.0 °C at which a field is recorded.",
    )
    port: str = Field(default="", description="Serial port, such as COM3 or /dev/ttyUSB0.")
    channel: Literal[1, 2] = Field(default=1, description="Which plate of an Okolab.")
    host: str = Field(default="", description="Modbus TCP: name or address of the controller.")
    tcp_port: int = Field(default=502, ge=1, le=65_535)
    unit: int = Field(default=1, ge=1, le=247, description="Modbus: address of the controller.")
    baud: int = Field(default=9_600, ge=1_200, le=115_200)
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    measured_register: int = Field(default=1, ge=0, le=65_535, description="Counted from 0.")
    target_register: int = Field(default=2, ge=0, le=65_535, description="Counted from 0.")
    measured_is_input: bool = Field(
        default=False, description="Whether the measured value is an input register."
    )
    c_per_count: float = Field(default=0.1, gt=0, le=10, description="°C of one count.")

    @model_validator(mode="after")
    def whole(self) -> Self:
        """Ask for what the driver needs."""
        if self.driver == "okolab" and not self.port:
            raise ValueError('okolab needs port = "..."; name its serial port, such as COM3')
        if self.driver == "modbus" and bool(self.port) == bool(self.host):
            raise ValueError('modbus needs either host = "..." (TCP) or port = "..." (serial line)')
        return self
