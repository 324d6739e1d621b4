"""Drawn fields as video files, where no recording is at hand."""

from pathlib import Path

import av

from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from acquisition.specimen.settings import REFERENCE_FIELD_MM2
from inference.analysis import Progress
from inference.evaluation.simulated import EXTENT_UM, FIRST_SEED

RATE_HZ = 50


def draw_clip(
    path: Path,
    size_px: tuple[int, int],
    um_per_px: float,
    cells: float,
    frames: int,
    progress: Progress | None = None,
) -> None:
    """Draw a field of about so many cells and write it as H.264.

    Raises:
        OSError: If the file cannot be written.
    """
    width_px, height_px = size_px
    field_mm2 = width_px * height_px * um_per_px**2 * 1e-6
    specimen = SpecimenSettings(
        seed=FIRST_SEED,
        cells_per_mm2=cells / field_mm2,
        drift_um_s=(2.0, 1.0),
        debris_per_mm2=200 / REFERENCE_FIELD_MM2,
        extent_um=EXTENT_UM,
    )
    optics = OpticsSettings(um_per_px_x=um_per_px, um_per_px_y=um_per_px, seed=FIRST_SEED)
    view = FieldView(Specimen(specimen), optics, width_px, height_px)
    with av.open(f"file:{path}", "w", format="mp4") as container:
        options = {"crf": "18", "preset": "veryfast"}
        stream = container.add_stream("h264", rate=RATE_HZ, options=options)
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        for frame in range(frames):
            picture = av.VideoFrame.from_ndarray(view.render(frame / RATE_HZ), format="gray")
            container.mux(stream.encode(picture))
            if progress is not None:
                progress(frame + 1, frames)
        container.mux(stream.encode(None))
