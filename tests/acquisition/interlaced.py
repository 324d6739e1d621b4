"""Drawn fields as interlaced, progressive and PAL video, for the tests of video geometry."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from acquisition.interlacing import FieldOrder
from acquisition.specimen import FieldView, GradeMix, OpticsSettings, Specimen, SpecimenSettings
from acquisition.specimen.swimming import reach_um
from tests.acquisition.recordings import write_video

Pictures = list[NDArray[np.uint8]]
RATE_HZ = 25
PAL_ASPECT = Fraction(16, 15)
PAL_SIZE = (720, 576)
# What an MPEG-2 encoder is told to mark its frames as interlaced; it then says bottom field first.
MARKED = {"flags": "+ilme+ildct"}


def swimming_field(mix: GradeMix | None = None) -> FieldView:
    """A small field of many cells."""
    specimen = SpecimenSettings(
        seed=5, cells_per_mm2=800, mix=mix or GradeMix(1, 1, 0.3, 0.3), extent_um=800
    )
    return FieldView(Specimen(specimen), OpticsSettings(seed=3), 256, 192)


def film(view: FieldView, frames: int, order: FieldOrder, rate_hz: float = RATE_HZ) -> Pictures:
    """Frames whose rows follow each other in this order."""
    return [_frame(view, index / rate_hz, 0.5 / rate_hz, order) for index in range(frames)]


def _frame(view: FieldView, time_s: float, half_s: float, order: FieldOrder) -> NDArray[np.uint8]:
    frame = view.render(time_s).copy()
    if order is not FieldOrder.PROGRESSIVE:
        later = 1 if order is FieldOrder.TOP_FIRST else 0
        frame[later::2] = view.render(time_s + half_s)[later::2]
    return frame


def write_mpeg2(
    path: Path, pictures: Pictures, *, marked: bool, aspect: Fraction | None = None
) -> Path:
    """Write MPEG-2 at a DVD's bit rate, marked as interlaced or as progressive."""
    options = {"b": "6000000", **(MARKED if marked else {})}
    return write_video(
        path,
        pictures,
        rate=RATE_HZ,
        codec="mpeg2video",
        pix_fmt="yuv420p",
        options=options,
        aspect=aspect,
    )


def circling_field(um_per_px_y: float, speed_um_s: float, radius_um: float = 30.0) -> FieldView:
    """A PAL picture of twelve cells on circles, 30° apart, all at one speed.

    They glide and have one plain head: what heads of odd shapes and tails that beat do to the
    place of a head, they do on whatever video, and that is measured elsewhere.
    """
    settings = SpecimenSettings(
        seed=8,
        mix=GradeMix(1, 0, 0, 0),
        debris_per_mm2=0,
        round_cells_per_mm2=0,
        focus_spread_um=0.3,
        extent_um=800,
    )
    specimen = Specimen(settings)
    first = np.arange(12)
    looks, drawn = specimen._looks.take(first), specimen._swimmers.take(first)
    nothing = np.zeros(12)
    places = np.stack([96.0 * (first % 4 - 1.5), 96.0 * (first // 4 - 1)], axis=1)
    specimen._looks = replace(
        looks,
        shape=np.full(12, 4),
        brightness=np.full(12, 4),
        size=nothing + 1.0,
        gain=nothing + 0.8,
        flash=nothing,
        tail_bend_rad=nothing,
        tail_beat_rad=nothing,
    )
    specimen._swimmers = replace(
        drawn,
        home_um=places,
        heading_rad=first * np.pi / 6,
        speed_um_s=nothing + speed_um_s,
        radius_um=nothing + radius_um,
        turn_rad_s=np.where(first % 2, -1, 1) * speed_um_s / radius_um,
        wobble_um=nothing,
        yaw_rad=nothing,
        jiggle_um=nothing,
        sway_um=nothing,
    )
    specimen._reach_um = reach_um(specimen._swimmers)
    optics = OpticsSettings(
        um_per_px_x=um_per_px_y * float(PAL_ASPECT), um_per_px_y=um_per_px_y, seed=3
    )
    return FieldView(specimen, optics, *PAL_SIZE)
