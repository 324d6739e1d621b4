"""The settings of stage and heater: what may be chosen, and one line for what may not."""

from pathlib import Path

import pytest

from acquisition.heater import HeaterError
from acquisition.stage import Position, StageError
from acquisition.stages.micromanager import MicroManagerStage
from tests.acquisition.heaters.emulated import ModbusEmulator, OkolabEmulator
from tests.acquisition.stages.emulated import adapters
from tests.tui.cli.conftest import one_line
from tui import config as settings
from tui.assembly import open_simulated
from tui.cli.device_checks import heater_checks, stage_checks
from tui.cli.main import run
from tui.config import Config, ConfigError, load_config
from tui.device_config import HeaterConfig, StageConfig
from tui.devices import open_heater, open_stage


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Write a settings file and read it."""

    def read(text: str) -> Config:
        file = tmp_path / "motiscope.toml"
        file.write_text(text)
        monkeypatch.setattr(settings, "CONFIG_FILE", file)
        return load_config(tmp_path)

    return read


def test_unless_it_is_said_everything_is_simulated(configured):
    config = configured("")
    assert (config.stage.driver, config.heater.driver) == ("simulated", "simulated")
    assert config.heater.tolerance_c == 0.5


def test_the_examples_of_the_readme_can_be_read(configured):
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    examples = [part.split("```")[0] for part in readme.split("```toml\n")[1:]]
    assert len(examples) >= 4
    for example in examples:
        assert isinstance(configured(example), Config)


def test_a_device_can_be_set_in_the_environment(configured, monkeypatch):
    monkeypatch.setenv("MOTISCOPE_HEATER__DRIVER", "okolab")
    monkeypatch.setenv("MOTISCOPE_HEATER__PORT", "COM7")
    assert configured("").heater.port == "COM7"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("THREADS", "many", "(see MOTISCOPE_THREADS)"),
        ("STAGE__NOSE", "1", "(see MOTISCOPE_STAGE__NOSE)"),
        ("PRESETS__DIM__GAIN_DB", "inf", "(see MOTISCOPE_PRESETS__DIM__GAIN_DB)"),
        ("PRESETS", "dim", "in the environment cannot be read"),
    ],
)
def test_what_the_environment_gives_wrongly_is_not_put_down_to_the_file(
    configured, monkeypatch, name, value, told
):
    monkeypatch.setenv(f"MOTISCOPE_{name}", value)
    with pytest.raises(ConfigError) as refused:
        configured("")
    assert told in str(refused.value) and "motiscope.toml" not in str(refused.value)


def test_the_database_is_the_same_wherever_motiscope_is_started(configured, tmp_path, monkeypatch):
    assert configured('database = "lab.db"').store_location == str(tmp_path / "lab.db")
    assert configured("").store_location == str(tmp_path / "motiscope.db")
    url = "sqlite:////srv/lab.db"
    assert configured(f'database = "{url}"').store_location == url
    monkeypatch.setenv("HOME", str(tmp_path / "ada"))
    assert configured('database = "~/lab.db"').store_location == str(tmp_path / "ada" / "lab.db")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[stage]\ndriver = "prior"', "setting stage.driver: Input should be 'simulated', 'micro"),
        ('[stage]\ndriver = "micromanager"', 'setting stage: micromanager needs file = "..."'),
        ("[stage]\nx_limits_um = [500, -500]", "setting stage: x_limits_um 500, -500 must go from"),
        ("[stage]\ntimeout_s = 0", "setting stage.timeout_s: Input should be greater than"),
        ("[stage]\nspeed = 3", "setting stage.speed: Extra inputs are not permitted"),
        ('[heater]\ndriver = "okolab"', 'setting heater: okolab needs port = "..."'),
        ('[heater]\ndriver = "modbus"', 'setting heater: modbus needs either host = "..."'),
        (
            '[heater]\ndriver = "modbus"\nhost = "a"\nport = "COM3"',
            'setting heater: modbus needs either host = "..."',
        ),
        ("[heater]\ntolerance_c = 5", "setting heater.tolerance_c: Input should be less than"),
        ("[heater]\nunit = 300", "setting heater.unit: Input should be less than or equal to 247"),
        ("[heater]\nc_per_count = 0", "setting heater.c_per_count: Input should be greater than 0"),
        ('[heater]\nparity = "X"', "setting heater.parity: Input should be 'N', 'E' or 'O'"),
        ("[heater", "cannot be read"),
    ],
)
def test_what_cannot_be_is_one_line_that_names_the_setting(configured, text, told):
    with pytest.raises(ConfigError) as error:
        configured(text)
    assert told in str(error.value)
    assert "motiscope.toml" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("frame_rate_hz = nan", "a.frame_rate_hz is nan; it must be above 0"),
        ("exposure_us = -5", "a.exposure_us is -5; it must be above 0"),
        ("gain_db = inf", "a.gain_db is inf; it must be a number"),
    ],
)
def test_a_preset_that_no_camera_can_have_is_refused(configured, setting, told):
    with pytest.raises(ConfigError, match=told):
        configured(f"[presets.a]\n{setting}\n")


def test_a_home_that_is_a_file_is_refused(tmp_path):
    file = tmp_path / "home"
    file.write_text("no folder")
    with pytest.raises(ConfigError, match="is a file; give a folder"):
        load_config(file)


def test_simulated_devices_do_not_pass_for_real_ones():
    with pytest.raises(StageError, match=r"set stage\.driver to micromanager or manual"):
        open_stage(StageConfig(), None)
    with pytest.raises(HeaterError, match=r"set heater\.driver to okolab, modbus or none"):
        open_heater(HeaterConfig(), None)


def test_the_settings_of_a_stage_reach_it():
    config = StageConfig(
        driver="micromanager",
        file=adapters() / "MMConfig_demo.cfg",
        centre_um=(1_000, 2_000),
        x_limits_um=(-400, 400),
    )
    stage = open_stage(config, None)
    assert isinstance(stage, MicroManagerStage)
    stage.move_to(Position(300, 0))
    assert stage._core.getXYPosition("XY") == pytest.approx((1_300, 2_000), abs=1)
    with pytest.raises(StageError, match=r"x -400\.\.400"):
        stage.move_to(Position(401, 0))
    stage.close()


def test_doctor_reads_the_chosen_heaters_and_says_what_is_wrong():
    device = OkolabEmulator()
    with device.loop:
        port = device.terminal.port
        found = {c.name: c for c in heater_checks(HeaterConfig(driver="okolab", port=port))}
        assert found["heater: okolab"].text == "chosen; the stage has 22.0 °C"
        assert found["heater: modbus"].text.startswith("library works; not chosen")
        device.silent = True
        found = {c.name: c for c in heater_checks(HeaterConfig(driver="okolab", port=port))}
        assert found["heater: okolab"].state == "broken"
    device.terminal.unplug()
    with ModbusEmulator(serial=True) as controller:
        config = HeaterConfig(driver="modbus", port=controller.serial_port)
        found = {c.name: c for c in heater_checks(config)}
        assert found["heater: modbus"].text == "chosen; the stage has 22.0 °C"


def test_doctor_says_of_an_absent_driver_why_and_what_to_install(monkeypatch):
    for module in ("pymmcore", "okolab", "pymodbus"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    checks = [*stage_checks(StageConfig()), *heater_checks(HeaterConfig())]
    absent = {check.name: check.text for check in checks if check.state == "absent"}
    assert {name.split()[1] for name in absent} == {"micromanager", "okolab", "modbus"}
    for name, text in absent.items():
        assert f"uv sync --extra {name.split()[1]}" in text


def test_doctor_says_where_the_chosen_stage_stands_or_why_it_cannot():
    demo = StageConfig(driver="micromanager", file=adapters() / "MMConfig_demo.cfg")
    assert [c.text for c in stage_checks(demo)][-1] == "chosen; stands at (0, 0) µm"
    gone = StageConfig(driver="micromanager", file=Path("gone.cfg"))
    assert [c.state for c in stage_checks(gone)][-1] == "broken"


def test_a_heater_that_cannot_be_opened_leaves_no_other_device_open(tmp_path):
    heater = HeaterConfig(driver="okolab", port="/dev/nothing")
    with pytest.raises(HeaterError, match="/dev/nothing"):
        open_simulated(1, paced=False, config=Config(home=tmp_path, heater=heater))


@pytest.mark.parametrize(
    "address",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+pysqlite://",
        "sqlite:///file::memory:?uri=true",
        "sqlite:///file:lab?mode=memory&uri=true",
    ],
)
def test_a_database_in_memory_keeps_nothing_and_is_refused(configured, address):
    with pytest.raises(ConfigError, match=r"setting database: .* is in memory and gone when"):
        configured(f'database = "{address}"')


def test_an_address_of_no_database_is_refused_with_the_setting_and_without_its_password(configured):
    with pytest.raises(ConfigError, match=r"setting database: .* is no SQLite database") as refused:
        configured('database = "postgresql://lab:secret@host/records"')
    assert "secret" not in str(refused.value)


def test_a_setting_that_cannot_be_is_wrong_use(monkeypatch, capsys):
    monkeypatch.setenv("MOTISCOPE_DATABASE", "sqlite://")
    assert run(["sessions"]) == 2
    assert "(see MOTISCOPE_DATABASE)" in capsys.readouterr().err


def test_a_settings_file_may_begin_with_a_byte_order_mark(configured):
    assert configured("\ufeffthreads = 3").threads == 3


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda file: file.symlink_to("moved.toml"), "a link to moved.toml, which is gone"),
        (lambda file: file.symlink_to(file.name), "symbolic links"),
        (Path.mkdir, "directory"),
        (lambda file: file.write_bytes("threads = 3".encode("utf-16")), "'utf-8' codec"),
    ],
)
def test_a_settings_file_that_cannot_be_read_is_not_passed_over(tmp_path, monkeypatch, make, told):
    file = tmp_path / "motiscope.toml"
    make(file)
    monkeypatch.setattr(settings, "CONFIG_FILE", file)
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path)
    assert str(refused.value).startswith(f"{file} cannot be read: ")
    assert told in str(refused.value)


def test_without_a_settings_file_nothing_is_set(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "CONFIG_FILE", tmp_path / "no" / "motiscope.toml")
    assert load_config(tmp_path).threads == 2


@pytest.mark.parametrize("home", ["", "  "])
def test_a_home_without_a_name_is_refused(monkeypatch, capsys, home):
    told = "setting home: is empty; give a folder"
    with pytest.raises(ConfigError, match=f"{told} .see --home"):
        load_config(home)
    monkeypatch.setenv("MOTISCOPE_HOME", home)
    with pytest.raises(ConfigError, match=f"{told} .see MOTISCOPE_HOME"):
        load_config()
    assert run(["--home", home, "sessions"]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("HOME", "~nobody-here/lab", "setting home: ~nobody-here/lab cannot be a folder"),
        ("HOME", "x" * 300, "cannot be a folder"),
        ("DATABASE", "~nobody-here/lab.db", "setting database: ~nobody-here/lab.db cannot be a"),
    ],
)
def test_a_place_that_cannot_be_is_one_line(monkeypatch, setting, value, told):
    monkeypatch.setenv(f"MOTISCOPE_{setting}", value)
    with pytest.raises(ConfigError) as refused:
        load_config()
    assert told in str(refused.value)
    assert f"(see MOTISCOPE_{setting})" in str(refused.value)


def test_a_home_that_is_a_ring_of_links_is_one_line(tmp_path, capsys):
    ring = tmp_path / "ring"
    ring.symlink_to("ring")
    assert run(["--home", str(ring), "sessions"]) in (1, 2)
    assert "ring" in one_line(capsys.readouterr().err)


@pytest.mark.parametrize("name", ["", " ", "bench\n2"])
def test_the_instrument_has_a_name_that_can_be_kept(monkeypatch, name):
    monkeypatch.setenv("MOTISCOPE_INSTRUMENT", name)
    with pytest.raises(ConfigError, match="setting instrument: "):
        load_config()
