"""`motiscope visem cnn`: a network on single frames of the videos, beside the published."""

from pathlib import Path
from typing import Annotated

import typer

from inference.training.frame_recipe import SIZES_PX, FrameRecipe, Network, not_installed
from qc.visem.frame_experiment import FrameExperiment, Split, run_frames
from qc.visem.frame_learner import Trainer
from qc.visem.frames import FrameChoice, KeptFrames, gather_frames
from qc.visem.kept_folds import KeptFolds
from qc.visem.published import Task
from qc.visem.reader import Visem, read_visem
from qc.visem.videos import FoundVideos, find_videos
from tui.cli.console import UsageError, data, print_json, progress_bar, talk
from tui.cli.visem.cnn_result import Asked, document, tables
from tui.cli.visem.options import Folder, check_folder
from tui.config import Config
from tui.stopped import StoppedError


def cnn(
    context: typer.Context,
    folder: Folder,
    task: Annotated[Task, typer.Option(help="What is told.")] = Task.MOTILITY,
    network: Annotated[Network, typer.Option(help="What looks at the frames.")] = Network.SMALL,
    frames_per_video: Annotated[int, typer.Option(min=1, help="Frames of each video.")] = 32,
    epochs: Annotated[int, typer.Option(min=1, help="How often each frame is learned.")] = 20,
    folds: Annotated[int, typer.Option(min=2, help="Folds by participant.")] = 3,
    leave_one_out: Annotated[
        bool, typer.Option("--leave-one-out", help="Hold out one participant at a time instead.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of frames, folds and training.")] = 0,
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What Inception V3 starts from; else random numbers."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where frames and folds are kept; in the home folder."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every figure as JSON.")] = False,
) -> None:
    """Motility or morphology from single frames, by a network that is trained here.

    The videos lie in DIR/videos, as published. What is told of a participant is the mean over his
    frames, by a network that saw none of them. Frames, finished folds and the last epoch are kept:
    the same command goes on where it stopped.
    """
    config: Config = context.obj
    check_folder(folder)
    recipe = _recipe(network, epochs, weights)
    kept_in = _kept_in(config, out)
    choice = FrameChoice(frames_per_video, SIZES_PX[network], seed)
    asked = Asked(task, recipe, choice, Split(None if leave_one_out else folds, seed))
    visem = read_visem(folder)
    videos = find_videos(folder, visem)
    trainer = load_trainer(recipe, config.threads)
    for fault in videos.faults:
        talk.print(fault, style="yellow")
    faults, found = _run(visem, videos, asked, trainer, kept_in)
    faults = (*videos.faults, *faults)
    if as_json:
        print_json(document(visem, asked, found, faults))
        return
    for part in tables(visem, asked, found, faults):
        data.print(part)


def load_trainer(recipe: FrameRecipe, threads: int) -> Trainer:
    """Return what trains; torch is imported here and not before.

    Raises:
        TrainingError: If torch, or what the network needs besides, is not installed.
    """
    try:
        from inference.training.frames import FrameTraining  # noqa: PLC0415 - not everyone has it
    except ModuleNotFoundError as error:
        raise not_installed(error.name, "training") from error
    training = FrameTraining(recipe, threads)
    training.check()
    return training


def _recipe(network: Network, epochs: int, weights: Path | None) -> FrameRecipe:
    if weights is not None and network is Network.SMALL:
        raise UsageError("--weights: only --network inception-v3 starts from a file")
    if weights is not None and not weights.is_file():
        raise UsageError(f"--weights {weights}: no such file")
    return FrameRecipe(network, epochs, weights)


def _kept_in(config: Config, out: Path | None) -> Path:
    if out is not None and out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: no folder")
    return out or config.home / "visem" / "cnn"


def _run(
    visem: Visem, videos: FoundVideos, asked: Asked, trainer: Trainer, kept_in: Path
) -> tuple[tuple[str, ...], FrameExperiment]:
    """Return what was left out on the way, and what was found."""
    kept_frames = KeptFrames(kept_in / "frames", asked.choice)
    kept = KeptFolds(kept_in / "folds")
    try:
        with progress_bar("frames", "videos") as progress:
            gathered = gather_frames(videos, kept_frames, progress)
        for fault in gathered.faults:
            talk.print(fault, style="yellow")
        with progress_bar("training", "epochs") as progress:
            found = run_frames(
                visem, asked.task, gathered.frames, trainer, kept, asked.split, progress
            )
    except KeyboardInterrupt:
        raise StoppedError(_stopped(kept, kept_in)) from None
    return gathered.faults, found


def _stopped(kept: KeptFolds, kept_in: Path) -> str:
    folds = f"{kept.finished} finished fold{'s' * (kept.finished != 1)}"
    return (
        f"stopped; frames, {folds} and the last epoch are kept in {kept_in}: "
        "the same command goes on there"
    )
