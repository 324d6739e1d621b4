"""`motiscope clip`: what a recorded clip holds, whether it is whole, and other forms of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import from_json
from rich.table import Table

from acquisition.camera import CameraSettings
from acquisition.clip import partial_clips, recover_clip
from acquisition.clip_convert import VIDEO_SUFFIX, write_pictures, write_video
from acquisition.clip_files import CLIP_SUFFIX, parts_of
from acquisition.clip_video import is_clip, open_clip
from acquisition.sidecar import SIDECAR_SUFFIX, ClipError, Sidecar, read_sidecar, sidecar_path
from acquisition.video import VideoError
from calibration.scale import Scale
from tui.cli.console import UsageError, data, print_json, progress_bar, say_error, talk

clip = typer.Typer(help="Look at, check, rescue and convert recorded clips.", no_args_is_help=True)

One = Annotated[Path, typer.Argument(metavar="CLIP", help="A recorded clip (.mkv).")]
Many = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Clips, or folders of them.")]


@clip.command()
def info(
    path: One,
    as_json: Annotated[bool, typer.Option("--json", help="Print the sidecar as JSON.")] = False,
) -> None:
    """Tell how a clip was recorded: camera, settings, times, losses, scale, temperatures."""
    sidecar = _sidecar(path)
    if as_json:
        print_json(_document(path, sidecar))
        return
    table = Table("what", "", show_header=False)
    for name, value in _lines(sidecar):
        table.add_row(name, value)
    data.print(table)


@clip.command()
def verify(paths: Many) -> None:
    """Read every picture and hold it against the check sum that was taken as it was recorded."""
    files = [file for path in paths for file in _clips_in(path)]
    lost = [file for path in paths for file in (*_bare_sidecars(path), *_bare_pictures(path))]
    if not (files or lost):
        raise UsageError(f"{paths[0]} holds no clip of motiscope")
    for line in lost:
        say_error(line)
    broken = len(lost)
    for file in files:
        try:
            talk.print(f"{file}: {_read_whole(file)}")
        except VideoError as error:
            broken += 1
            say_error(str(error))
    if broken:
        of = len(files) + len(lost)
        raise ClipError(f"{broken} of {of} clips are not as they were recorded")


@clip.command()
def recover(paths: Many) -> None:
    """Make clips of what a killed program or a full disk left; nothing is deleted before."""
    left = [name for path in paths for name in _unfinished_in(path)]
    if not left:
        talk.print("nothing is unfinished there")
    failed = 0
    for name in left:
        try:
            saved = recover_clip(name)
        except ClipError as error:
            failed += 1
            say_error(str(error))
            continue
        whole = "complete" if saved.complete else "incomplete"
        talk.print(f"{saved.path}: {saved.frames} frames, {saved.duration_s:.2f} s, {whole}")
    lost = [line for path in paths for line in _bare_sidecars(path)]
    for line in lost:
        say_error(line)
    if failed:
        raise ClipError(f"{failed} of {len(left)} unfinished clips could not be recovered")
    if lost:
        raise ClipError(f"the pictures of {len(lost)} clips are gone; copy them from a backup")


@clip.command()
def convert(
    path: One,
    target: Annotated[
        Path,
        typer.Argument(help=f"A video to look at ({VIDEO_SUFFIX}), or a folder for TIFF pictures."),
    ],
) -> None:
    """Write a clip as H.264 video, or as lossless TIFF pictures with a table of their times."""
    _sidecar(path)
    _check_target(target)
    video = open_clip(path)
    write = write_video if target.suffix == VIDEO_SUFFIX else write_pictures
    with progress_bar(f"writing {target.name}", "frames") as progress:
        write(video, target, progress)
    talk.print(f"wrote {target}: {video.info.frames} frames")


def _check_target(target: Path) -> None:
    if str(target) == "-":
        raise UsageError("a clip cannot be printed (-): give the name of a video or a folder")
    if target.exists():
        raise UsageError(f"{target} exists; nothing is overwritten, give another name")
    if target.suffix not in ("", VIDEO_SUFFIX):
        raise UsageError(
            f"{target}: cannot write {target.suffix}; give a name that ends in {VIDEO_SUFFIX} for "
            "a video, or a name without an ending for a folder of TIFF pictures"
        )


def _sidecar(path: Path) -> Sidecar:
    if is_clip(path) and not path.exists():
        raise ClipError(_without_pictures(path))
    if not path.is_file():
        what = "is no file" if path.exists() else "does not exist"
        raise UsageError(f"{path} {what}; give a clip ({CLIP_SUFFIX})")
    if path.suffix != CLIP_SUFFIX:
        raise UsageError(f"{path} is no clip of motiscope, which ends in {CLIP_SUFFIX}")
    if not is_clip(path):
        raise UsageError(f"{path} is no clip of motiscope: {sidecar_path(path).name} is not there")
    return read_sidecar(sidecar_path(path))


def _clips_in(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob(f"*{CLIP_SUFFIX}") if is_clip(file))
    _sidecar(path)
    return [path]


def _bare_sidecars(path: Path) -> Iterator[str]:
    """Say which clips of a folder have lost their pictures."""
    if not path.is_dir():
        return
    for sidecar in sorted(path.rglob(f"*{SIDECAR_SUFFIX}")):
        clip = sidecar.with_name(sidecar.name.removesuffix(SIDECAR_SUFFIX) + CLIP_SUFFIX)
        if not clip.exists():
            yield _without_pictures(clip)


def _without_pictures(clip: Path) -> str:
    if any(part.exists() for part in parts_of(clip)):
        return f"{clip} is unfinished; motiscope clip recover finishes it"
    return f"{sidecar_path(clip)}: its pictures, {clip.name}, are gone"


def _bare_pictures(path: Path) -> Iterator[str]:
    """Say which clips of a folder have lost their sidecar."""
    if not path.is_dir():
        return
    for clip in sorted(path.rglob(f"*{CLIP_SUFFIX}")):
        if not is_clip(clip):
            yield f"{clip}: its sidecar, {sidecar_path(clip).name}, is gone, or it is no clip"


def _unfinished_in(path: Path) -> list[Path]:
    """Return the names of unfinished clips in a folder and those below it, or of one clip.

    A clip may be named by one of its parts.
    """
    if path.is_dir():
        folders = [path, *(folder for folder in sorted(path.rglob("*")) if folder.is_dir())]
        return [name for folder in folders for name in partial_clips(folder)]
    left = [name for name in partial_clips(path.parent) if path in (name, *parts_of(name))]
    if not left:
        _sidecar(path)
    return left


def _read_whole(path: Path) -> str:
    """Read a clip to its end and say what was found.

    Raises:
        VideoError: If it is not as it was recorded.
    """
    video = open_clip(path)
    with progress_bar(f"reading {path.name}", "frames") as progress:
        for done, _ in enumerate(video.frames(), start=1):
            progress(done, video.info.frames)
    has_sums = bool(read_sidecar(sidecar_path(path)).frames.crc32)
    proof = "every picture has its check sum" if has_sums else "recorded without check sums"
    return f"{video.info.frames} frames, the file's hash is right, {proof}"


def _lines(sidecar: Sidecar) -> Iterator[tuple[str, str]]:
    notes = sidecar.notes
    camera = notes.camera
    yield "recorded", f"{sidecar.started_utc:%Y-%m-%d %H:%M:%S} UTC by {sidecar.software}"
    yield "camera", f"{camera.vendor} {camera.model}, serial {camera.serial}"
    yield "settings", _settings(notes.accepted)
    if notes.asked != notes.accepted:
        yield "asked for", _settings(notes.asked)
    whole = "to its end" if sidecar.complete else "not to its end"
    yield "frames", f"{len(sidecar.frames.index)} in {sidecar.duration_s:.3f} s, {whole}"
    yield "lost", f"{sidecar.lost} by the camera, {sidecar.unsaved} not saved at the end"
    clock = "the camera's own" if camera.has_clock else "none; frames make the time"
    yield "clock", clock
    yield "scale", _scale(notes.scale)
    if notes.position is not None:
        yield "stage", f"{notes.position.x_um:.0f}, {notes.position.y_um:.0f} µm"
    if notes.temperatures_c:
        yield "stage heater", ", ".join(f"{one:.1f}" for one in notes.temperatures_c) + " °C"
    if notes.session is not None:
        place = f"replicate {notes.replicate}, field {notes.field_number}, seed {notes.seed}"
        yield "session", f"{notes.session}, {place}"
    yield "SHA-256", sidecar.sha256


def _settings(settings: CameraSettings) -> str:
    size = f"{settings.width_px}x{settings.height_px}"
    light = f"{settings.exposure_us:g} µs, {settings.gain_db:g} dB, binning {settings.binning}"
    return f"{size} at {settings.frame_rate_hz:g} frames/s, {light}"


def _scale(scale: Scale | None) -> str:
    if scale is None:
        return "none"
    return f"{scale.um_per_px_x:.5g} x {scale.um_per_px_y:.5g} µm/px, from {scale.source}"


def _document(path: Path, sidecar: Sidecar) -> dict[str, Any]:
    return {
        "path": str(path),
        "frames_count": len(sidecar.frames.index),
        "lost": sidecar.lost,
        "duration_s": sidecar.duration_s,
        **from_json(sidecar.to_json()),
    }
