"""Settings of the command line and the screens, from a file and the environment."""

import math
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from platformdirs import user_config_path, user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from acquisition.camera import CameraSettings
from qc.records.database import StoreError, check_address, database_url, is_url
from tui.device_config import HeaterConfig, StageConfig
from tui.typed import fault_of

SIMULATED = "simulated"
CONFIG_FILE = user_config_path("motiscope") / "motiscope.toml"
ENV_PREFIX = "MOTISCOPE_"
ENV_DELIMITER = "__"


class ConfigError(Exception):
    """The settings cannot be used; the text names the setting and where it stands."""


class Config(BaseSettings):
    """Settings; each can be given in motiscope.toml or as MOTISCOPE_NAME in the environment.

    Those of a device have its name before them: `[heater]` and `port` in the file,
    MOTISCOPE_HEATER__PORT in the environment.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=ENV_DELIMITER,
        extra="forbid",
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("motiscope"),
        description="Folder of sessions, clips, reports and the database.",
    )
    database: str | None = Field(
        default=None,
        description="Database URL or file, seen from the home folder; motiscope.db if unset.",
    )
    camera: str = Field(
        default=SIMULATED,
        description="Camera of the bench: simulated, or such as basler:22431907.",
    )
    presets: dict[str, CameraSettings] = Field(
        default_factory=dict,
        description="Camera settings by name; that of the optics is used with them.",
    )
    threads: int = Field(default=2, ge=1, le=64, description="Threads of the detector.")
    instrument: str = Field(
        default="this microscope",
        description="Name of the instrument, as control charts and rounds have it.",
    )
    managers: list[str] = Field(
        default_factory=list,
        description="Who may close rounds, and release results after a broken control rule.",
    )
    stage: StageConfig = Field(default_factory=StageConfig)
    heater: HeaterConfig = Field(default_factory=HeaterConfig)

    @field_validator("home", mode="before")
    @classmethod
    def named(cls, home: object) -> object:
        """Refuse no name, which would be the folder that motiscope happens to be started in."""
        if isinstance(home, str) and not home.strip():
            raise ValueError("is empty; give a folder")
        return home

    @field_validator("home")
    @classmethod
    def whole_path(cls, home: Path) -> Path:
        """Make the folder absolute, since sessions remember it."""
        try:
            whole = home.expanduser().resolve()
            is_other = whole.exists() and not whole.is_dir()
        except (OSError, RuntimeError) as error:
            # Of a ring of links, a ~ of nobody or a name that is too long.
            raise ValueError(f"{home} cannot be a folder ({error}); give another") from error
        if is_other:
            raise ValueError(f"{whole} is a file; give a folder")
        return whole

    @field_validator("database")
    @classmethod
    def keeps_records(cls, database: str | None) -> str | None:
        """Refuse an address that is of no database, or of one that keeps nothing."""
        try:
            if database and is_url(database):
                check_address(database_url(database))
            elif database:
                Path(database).expanduser()
        except StoreError as error:
            raise ValueError(str(error)) from error
        except RuntimeError as error:
            raise ValueError(f"{database} cannot be a file ({error})") from error
        return database

    @field_validator("instrument")
    @classmethod
    def one_line(cls, instrument: str) -> str:
        """Refuse a name that cannot be kept with what the instrument read."""
        if fault := fault_of(instrument, "give the instrument a name"):
            raise ValueError(fault)
        return instrument.strip()

    @field_validator("presets")
    @classmethod
    def possible(cls, presets: dict[str, CameraSettings]) -> dict[str, CameraSettings]:
        """Refuse what no camera can be asked for; what each can do it says itself."""
        for name, preset in presets.items():
            for setting in ("width_px", "height_px", "frame_rate_hz", "exposure_us", "binning"):
                value = getattr(preset, setting)
                if not 0 < value < math.inf:
                    raise ValueError(f"{name}.{setting} is {value:g}; it must be above 0")
            if not math.isfinite(preset.gain_db):
                raise ValueError(f"{name}.gain_db is {preset.gain_db:g}; it must be a number")
        return presets

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take the environment before the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, InitSettingsSource(settings_cls, _settings_file())

    @property
    def store_location(self) -> str:
        """Where the database is, wherever motiscope is started."""
        if self.database and is_url(self.database):
            return self.database
        return str(self.home / Path(self.database or "motiscope.db").expanduser())


def load_config(home: Path | str | None = None) -> Config:
    """Read the settings; `home` overrides the folder.

    Raises:
        ConfigError: If a setting is out of range or the file is no TOML.
    """
    try:
        return Config(home=home) if home is not None else Config()
    except ValidationError as error:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"]]
        wrong = first["msg"].removeprefix("Value error, ")
        is_given = home is not None and place == ["home"]
        where = "--home" if is_given else _variable(place) or CONFIG_FILE
        raise ConfigError(f"setting {'.'.join(place)}: {wrong} (see {where})") from error
    except SettingsError as error:
        raise ConfigError(f"a setting in the environment cannot be read: {error}") from error
    except ValueError as error:
        raise ConfigError(f"{CONFIG_FILE} cannot be read: {error}") from error
    except OSError as error:
        raise ConfigError(f"{CONFIG_FILE} cannot be read: {error.strerror}") from error


def _settings_file() -> dict[str, Any]:
    """Read the settings file; one that is not there sets nothing."""
    try:
        return tomllib.loads(CONFIG_FILE.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        if CONFIG_FILE.is_symlink():
            raise ValueError(f"it is a link to {CONFIG_FILE.readlink()}, which is gone") from None
        return {}


def _variable(place: Sequence[str]) -> str | None:
    """Return an environment variable that gives a setting, or a part of it, if one does."""
    given = sorted(name.upper() for name in os.environ)
    for end in range(len(place), 0, -1):
        whole = (ENV_PREFIX + ENV_DELIMITER.join(place[:end])).upper()
        for name in given:
            if name == whole or name.startswith(whole + ENV_DELIMITER):
                return name
    return None
