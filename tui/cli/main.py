"""The entry point: commands, errors and exit codes."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from acquisition.camera import CameraError
from acquisition.heater import HeaterError
from acquisition.recorder import RecorderError
from acquisition.sidecar import ClipError
from acquisition.specimen import SpecimenError
from acquisition.stage import StageError
from acquisition.video import FrameRateError, VideoError
from calibration.optics import OpticsError
from calibration.profiles import NotCalibratedError, ProfileError
from calibration.scale import ScaleError
from inference.evaluation.tables import LabelError
from inference.model import ModelError
from inference.training.frame_recipe import TrainingError
from qc.corrections import CorrectionError
from qc.eqa.assigned_table import SetError
from qc.eqa.rounds.values import RoundError
from qc.eqa.simulated.plan import SimulationError
from qc.examination import ExaminationError
from qc.plan import PlanError
from qc.records.database import StoreError
from qc.records.exports import ExportError
from qc.report import ReportError
from qc.reporting import BlockedError
from qc.visem.cells import VisemError
from tui.cli import FAILED, INTERRUPTED
from tui.cli.analyse import analyse
from tui.cli.bench import bench
from tui.cli.calibrate import calibrate
from tui.cli.clip import clip
from tui.cli.console import UsageError, say_error
from tui.cli.correct import correct
from tui.cli.demo import demo
from tui.cli.doctor import doctor
from tui.cli.eqa import eqa
from tui.cli.examine import examine
from tui.cli.optics import optics
from tui.cli.review import review
from tui.cli.sessions import export, sessions
from tui.cli.streams import finish
from tui.cli.visem import visem
from tui.config import ConfigError, load_config
from tui.stopped import StoppedError

WRONG_USE = 2
FAILURES = (
    BlockedError,
    CameraError,
    ClipError,
    ExaminationError,
    ExportError,
    HeaterError,
    LabelError,
    ModelError,
    NotCalibratedError,
    RecorderError,
    ReportError,
    StageError,
    StoreError,
    TrainingError,
    VideoError,
    VisemError,
)

WRONG_USES = (
    ConfigError,
    CorrectionError,
    FrameRateError,
    OpticsError,
    PlanError,
    ProfileError,
    RoundError,
    ScaleError,
    SetError,
    SimulationError,
    SpecimenError,
    UsageError,
)

app = typer.Typer(
    name="motiscope",
    help="Sperm motility from the microscope camera to a graded session. Research use only.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(examine)
app.command()(analyse)
app.command()(calibrate)
app.command()(sessions)
app.command()(export)
app.command()(review)
app.command()(correct)
app.command()(doctor)
app.add_typer(optics, name="optics")
app.add_typer(clip, name="clip")
app.add_typer(eqa, name="eqa")
app.add_typer(bench, name="bench")
app.add_typer(visem, name="visem")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"motiscope {version('motiscope')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    home: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Folder of sessions, clips and the database."),
    ] = None,
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Sperm motility from the microscope camera to a graded session. Research use only.

    Without a command, the terminal interface opens.
    """
    del show_version
    context.obj = load_config(home)
    if context.invoked_subcommand is None:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError("the screens need a terminal; see motiscope --help for commands")
        from tui.start import open_interface  # noqa: PLC0415 - the command line loads no screen

        raise typer.Exit(open_interface(context.obj))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; an error is told in one line."""
    try:
        code = app(args=_with_joined_scale(arguments), standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        say_error(error.format_message())
        return WRONG_USE
    except StoppedError as error:
        say_error(str(error))
        return INTERRUPTED
    except WRONG_USES as error:
        say_error(str(error))
        return WRONG_USE
    except FAILURES as error:
        say_error(str(error))
        return FAILED
    except OSError as error:
        say_error(f"{error.filename or 'writing'}: {error.strerror or error}")
        return FAILED
    if code == INTERRUPTED:
        # Typer has turned the interrupt into this code, and said nothing.
        say_error("stopped; what was finished is kept")
    return int(code or 0)


def _with_joined_scale(arguments: Sequence[str]) -> list[str]:
    """Join `--um-per-px X Y` to one value, since an option has a fixed number of them."""
    joined: list[str] = []
    for argument in arguments:
        after_scale = len(joined) >= 2 and joined[-2] == "--um-per-px" and " " not in joined[-1]
        if after_scale and _is_number(argument) and _is_number(joined[-1]):
            joined[-1] = f"{joined[-1]} {argument}"
        else:
            joined.append(argument)
    return joined


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def main() -> None:
    """Run the command line of this process."""
    code = run(sys.argv[1:])
    finish()
    sys.exit(code)
