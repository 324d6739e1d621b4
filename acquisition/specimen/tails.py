"""Drawing tails: travelling waves as anti-aliased lines that fade towards the end."""

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.specimen.phase import Image
from acquisition.specimen.population import Looks
from acquisition.specimen.sprites import Sampling
from acquisition.specimen.swimming import Floats, Motion

POINTS = 29
SUPERSAMPLE = 2
SHIFT = 4
SOFT_FROM_UM = 1.6
FRINGE_PX = 7
FRINGE = 0.35
# (first point, last point, width in µm, darkness relative to the background): the end piece is thin
# and faint. Drawn from the end; last of all the midpiece, thick and dark, see `Looks`.
PIECES = (
    (19, 28, 0.30, 0.16),
    (13, 19, 0.40, 0.28),
    (8, 13, 0.55, 0.40),
    (3, 8, 0.70, 0.52),
)
MIDPIECE = (0, 3)
HALF_HEAD_UM = 1.9


def tail_lines(looks: Looks, motion: Motion, heads_um: Floats) -> Floats:
    """Return the tails' centre lines, shape (n, POINTS, 2), in µm like the heads.

    The direction along the tail is a resting bend plus a wave that runs to the end and grows.
    """
    along = np.linspace(0, 1, POINTS)[None, :]
    wave = motion.beat_rad[:, None] - 2 * np.pi * looks.tail_waves[:, None] * along
    beat = looks.tail_beat_rad[:, None] * np.sqrt(along) * np.sin(wave)
    bend = looks.tail_bend_rad[:, None] * along**1.3
    angle = motion.angle_rad[:, None] + np.pi + bend + beat
    step = (looks.tail_um / (POINTS - 1))[:, None]
    half_head_um = HALF_HEAD_UM * np.where(looks.pinhead, looks.size, 1.0)[:, None]
    neck = heads_um - half_head_um * np.stack(
        [np.cos(motion.angle_rad), np.sin(motion.angle_rad)], axis=1
    )
    path = np.stack([np.cumsum(step * np.cos(angle), 1), np.cumsum(step * np.sin(angle), 1)], 2)
    path -= path[:, :1]
    lines: Floats = neck[:, None, :] + path
    return lines


class TailLayers:
    """A sharp and a soft layer of darkness (0 to 255), drawn at twice the picture's size."""

    def __init__(self, width_px: int, height_px: int, sampling: Sampling) -> None:
        self._size = (width_px, height_px)
        self._um_per_px = sampling.um_per_px_x
        self._blur_px = max(sampling.blur_px, 0.1)
        shape = (height_px * SUPERSAMPLE, width_px * SUPERSAMPLE)
        self._layers = [np.zeros(shape, np.uint8) for _ in range(2)]

    def draw(self, lines_px: Floats, looks: Looks, defocus_um: NDArray[np.floating]) -> Image:
        """Return the change of light as a share of it, shape (height, width).

        Args:
            lines_px: Centre lines, shape (n, POINTS, 2), in px.
            looks: What the n cells look like.
            defocus_um: Height above the focal plane, shape (n,).
        """
        for layer in self._layers:
            layer.fill(0)
        scale = SUPERSAMPLE * (1 << SHIFT)
        points = np.rint((lines_px + 0.5) * scale - 0.5 * (1 << SHIFT)).astype(np.int32)
        necks = zip(looks.midpiece_um.tolist(), looks.midpiece_dark.tolist(), strict=True)
        strengths, heights = looks.tail_dark.tolist(), np.abs(defocus_um).tolist()
        for line, neck, strength, height in zip(points, necks, strengths, heights, strict=True):
            self._draw_one(line, (*PIECES, (*MIDPIECE, *neck)), strength, height)
        size = self._size
        sharp, soft = (cv2.resize(a, size, interpolation=cv2.INTER_AREA) for a in self._layers)
        soft = cv2.GaussianBlur(soft, (0, 0), 0.9 / self._um_per_px)
        dark = cv2.GaussianBlur(cv2.add(sharp, soft), (0, 0), self._blur_px)
        fringe = cv2.blur(dark, (FRINGE_PX, FRINGE_PX))
        light = cv2.addWeighted(dark, -1 / 255, fringe, FRINGE / 255, 0, dtype=cv2.CV_32F)
        return np.asarray(light, np.float32)

    def _draw_one(
        self,
        line: NDArray[np.int32],
        pieces: tuple[tuple[int, int, float, float], ...],
        strength: float,
        height_um: float,
    ) -> None:
        layer = self._layers[int(height_um > SOFT_FROM_UM)]
        wider = 1 + 0.25 * height_um
        for first, last, width_um, dark in pieces:
            width = max(1, round(SUPERSAMPLE * width_um * wider / self._um_per_px))
            grey = 255 * strength * dark / (1 + 0.2 * height_um)
            piece = line[first : last + 1]
            cv2.polylines(layer, [piece], False, grey, width, cv2.LINE_AA, SHIFT)
