"""`motiscope optics`: the laboratory's optics, and what a pixel is worth with each of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table

from calibration.optics import Optics
from calibration.profiles import VALID_DAYS, CalibrationProfile, OpticsHistory, Origin
from calibration.scale import Scale, ScaleError
from qc.calibrations import Measurement, Prepared, store_calibration
from qc.records.values import utc_now
from tui.assembly import open_records
from tui.cli.console import UsageError, data, print_json, talk
from tui.cli.scale import UmPerPx, find_optics, parse_scale
from tui.cli.typed import kept_line

optics = typer.Typer(
    help="Name the optics of the laboratory and keep their scales.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(help="The laboratory's name for the optics.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", callback=kept_line, help="Who says so.")]
Number = TypeVar("Number", int, float)
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


@optics.command()
def add(
    context: typer.Context,
    name: Name,
    by: By,
    objective: Annotated[float, typer.Option(help="Magnification of the objective, such as 40.")],
    camera: Annotated[
        str,
        typer.Option(metavar="SERIAL", callback=kept_line, help="Serial number of the camera."),
    ],
    pixel_um: Annotated[
        str, typer.Option(metavar="X[,Y]", help="Width and height of a sensor pixel in µm.")
    ],
    adapter: Annotated[float, typer.Option(help="Magnification of the camera adapter.")] = 1.0,
    binning: Annotated[
        str, typer.Option(metavar="X[,Y]", help="Sensor pixels to one picture pixel.")
    ] = "1",
    region: Annotated[
        str | None,
        typer.Option(metavar="L,T,W,H", help="Region of the sensor in px; all if left out."),
    ] = None,
) -> None:
    """Define optics: what a scale belongs to. They are never changed; others get another name."""
    made = Optics(
        objective, adapter, camera, _pair("--pixel-um", pixel_um, float),
        _pair("--binning", binning, int), _region(region),
    )  # fmt: skip
    with open_records(context.obj) as store:
        store.define_optics(name, made, by)
    x, y = made.nominal_um_per_px
    data.print(f"{name}: {made}; nominally {x:.4g} x {y:.4g} µm/px")


@optics.command()
def enter(
    context: typer.Context,
    name: Name,
    by: By,
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="TEXT", callback=kept_line, help="Where the scale comes from."
        ),
    ],
    um_per_px: UmPerPx = None,
    uncertainty: Annotated[
        float | None,
        typer.Option(metavar="PERCENT", help="Its relative standard uncertainty, if known."),
    ] = None,
    measured: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day it was measured; now if left out."),
    ] = None,
    valid_days: Annotated[int, typer.Option(min=1, help="Days for which it holds.")] = VALID_DAYS,
) -> None:
    """Enter a scale by hand; it supersedes the one before, which stays readable.

    Of x alone, y follows by the shape of a pixel that the optics state.
    """
    if um_per_px is None:
        raise UsageError(f"--um-per-px X [Y]: give the scale of {name} that is entered")
    day = _day(measured)
    with open_records(context.obj) as store:
        aspect = Fraction(find_optics(store, name).optics.pixel_aspect).limit_denominator(1000)
        scale = _with_uncertainty(parse_scale(um_per_px, aspect, source, "optics"), uncertainty)
        made = Measurement(scale, by, Origin.ENTERED, valid_days=valid_days, measured_at=day)
        kept = store_calibration(store, name, made)
        now = store.optics_named(name).newest(utc_now())
    tell_kept(kept)
    if now is not None and now != kept.profile:
        talk.print(f"calibration {now.short_id}, measured later, stays in force", style="yellow")


def tell_kept(kept: Prepared) -> None:
    """Say what was stored and which checks it does not pass."""
    profile, scale = kept.profile, kept.profile.scale
    data.print(
        f"calibration {profile.short_id}: {profile.name} has {scale.um_per_px_x:.4g} x "
        f"{scale.um_per_px_y:.4g} µm/px until {profile.valid_until:%Y-%m-%d}"
    )
    for warning in kept.checks.warnings:
        talk.print(f"warning: {warning}", style="yellow")


@optics.command("list")
def list_optics(context: typer.Context, as_json: AsJson = False) -> None:
    """List all optics with the scale that is in force."""
    with open_records(context.obj) as store:
        every = store.optics()
    if as_json:
        print_json([_document(each) for each in every])
        return
    if not every:
        talk.print("no optics yet: define them with motiscope optics add NAME")
        return
    table = Table("name", "optics", "µm/px", "measured", "by", "valid until", "state")
    for each in every:
        table.add_row(each.name, str(each.optics), *_scale_columns(each))
    data.print(table)


@optics.command()
def show(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show optics, their nominal scale, and the scale in force with where it comes from."""
    with open_records(context.obj) as store:
        found = find_optics(store, name)
    if as_json:
        print_json(_document(found))
        return
    for label, text in _facts(found):
        data.print(f"{label:<12}{text}")


@optics.command()
def history(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """List every scale that optics have had, the newest first."""
    with open_records(context.obj) as store:
        found = find_optics(store, name)
    newest_first = found.profiles[::-1]
    if as_json:
        print_json([_profile_document(each, found) for each in newest_first])
        return
    if not newest_first:
        talk.print(f"{name} has no scale yet")
        return
    table = Table("key", "x µm/px", "y µm/px", "measured", "by", "origin", "valid until", "state")
    for each in newest_first:
        table.add_row(
            each.short_id,
            f"{each.scale.um_per_px_x:.5g}",
            f"{each.scale.um_per_px_y:.5g}",
            f"{each.measured_at:%Y-%m-%d}",
            each.by,
            f"{each.origin.value}, {each.scale.source}",
            f"{each.valid_until:%Y-%m-%d}",
            _state(each, found),
        )
    data.print(table)


def _facts(found: OpticsHistory) -> Iterator[tuple[str, str]]:
    x, y = found.optics.nominal_um_per_px
    yield "optics", str(found.optics)
    yield "nominal", f"{x:.4g} x {y:.4g} µm/px"
    profile = found.newest(utc_now())
    if profile is None:
        yield "scale", "none yet"
        return
    scale, u_percent = profile.scale, 100 * profile.scale.u_rel
    stated = f" ± {u_percent:.2g} %" if u_percent else ", uncertainty not stated"
    yield "scale", f"{scale.um_per_px_x:.5g} x {scale.um_per_px_y:.5g} µm/px{stated}"
    yield "origin", f"{profile.origin.value} {profile.measured_at:%Y-%m-%d %H:%M} UTC"
    yield "by", profile.by
    yield "from", profile.scale.source
    yield "valid until", f"{profile.valid_until:%Y-%m-%d}, {_state(profile, found)}"
    yield "calibration", str(profile.profile_id)
    others = replace(found, profiles=found.profiles[: found.profiles.index(profile)])
    for line in others.checks(scale, profile.measured_at).lines:
        yield "check", line


def _scale_columns(found: OpticsHistory) -> tuple[str, str, str, str, str]:
    profile = found.newest(utc_now())
    if profile is None:
        return "–", "–", "–", "–", "no scale"
    return (
        f"{profile.scale.um_per_px_x:.4g} x {profile.scale.um_per_px_y:.4g}",
        f"{profile.measured_at:%Y-%m-%d}",
        profile.by,
        f"{profile.valid_until:%Y-%m-%d}",
        _state(profile, found),
    )


def _state(profile: CalibrationProfile, found: OpticsHistory) -> str:
    now = utc_now()
    if profile != found.newest(now):
        return "superseded"
    return "in force" if profile.is_valid(now) else "expired"


def _document(found: OpticsHistory) -> dict[str, Any]:
    profile, made = found.newest(utc_now()), found.optics
    return {
        "name": found.name,
        "objective": made.objective,
        "adapter": made.adapter,
        "camera_serial": made.camera_serial,
        "pixel_pitch_um": made.pixel_pitch_um,
        "binning": made.binning,
        "region_px": made.region_px,
        "nominal_um_per_px": made.nominal_um_per_px,
        "calibration": None if profile is None else _profile_document(profile, found),
    }


def _profile_document(profile: CalibrationProfile, found: OpticsHistory) -> dict[str, Any]:
    scale = profile.scale
    return {
        "calibration": str(profile.profile_id),
        "um_per_px_x": scale.um_per_px_x,
        "um_per_px_y": scale.um_per_px_y,
        "u_rel_x": scale.u_rel_x,
        "u_rel_y": scale.u_rel_y,
        "origin": profile.origin.value,
        "source": scale.source,
        "micrometer": profile.micrometer,
        "picture_sha256": profile.picture_sha256,
        "by": profile.by,
        "measured_utc": profile.measured_at.isoformat(),
        "valid_until_utc": profile.valid_until.isoformat(),
        "state": _state(profile, found),
    }


def _pair(option: str, text: str, kind: type[Number]) -> tuple[Number, Number]:
    try:
        values = [kind(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) not in (1, 2):
        raise UsageError(f"{option} {text}: give one number, or two like X,Y")
    return values[0], values[-1]


def _region(text: str | None) -> tuple[int, int, int, int] | None:
    if text is None:
        return None
    try:
        left, top, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(f"--region {text}: give left,top,width,height in px") from error
    return left, top, width, height


def _day(measured: datetime | None) -> datetime | None:
    """Return when a day begins, None for today: what is entered last then stays in force.

    Today is the day on this computer's clock.
    """
    today = utc_now().astimezone().date()
    if measured is None or measured.date() == today:
        return None
    if measured.date() > today:
        raise UsageError(f"--measured {measured:%Y-%m-%d}: that day is still to come")
    return measured.replace(tzinfo=UTC)


def _with_uncertainty(scale: Scale, percent: float | None) -> Scale:
    u_rel = None if percent is None else percent / 100
    try:
        return replace(scale, u_rel_x=u_rel, u_rel_y=u_rel)
    except ScaleError as error:
        raise UsageError(f"--uncertainty {percent}: {error}") from error
