"""Drawing a field of the specimen as phase contrast at 400x shows it."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.specimen.backdrop import NoisePool, backdrop
from acquisition.specimen.debris import Thing
from acquisition.specimen.phase import Image
from acquisition.specimen.recent import Recent
from acquisition.specimen.settings import OpticsSettings, SwimGrade
from acquisition.specimen.specimen import CellsNear, Specimen
from acquisition.specimen.sprites import Sampling, Stamp, fading, nearest_focus, place
from acquisition.specimen.swimming import Floats, anchors_um, motion
from acquisition.specimen.tails import TailLayers, tail_lines
from acquisition.specimen.truth import CellTruth, ThingTruth
from acquisition.stage import Position

TAIL_REACH_UM = 62.0
ANCHOR_PX = 32
HEAD_LENGTH_UM = 4.5
HEAD_WIDTH_UM = 2.6
CENTRE = Position(0.0, 0.0)


class FieldView:
    """The camera's view of a specimen; any time and place can be drawn in any order.

    Args:
        specimen: The sample under the lens.
        optics: Microscope and light.
        width_px: Width of the picture.
        height_px: Height of the picture.
    """

    def __init__(
        self,
        specimen: Specimen,
        optics: OpticsSettings | None = None,
        width_px: int = 640,
        height_px: int = 480,
    ) -> None:
        self.specimen = specimen
        self.optics = optics or OpticsSettings()
        self.size = (width_px, height_px)
        self._um_per_px = (self.optics.um_per_px_x, self.optics.um_per_px_y)
        self._middle = np.array([(width_px - 1) / 2, (height_px - 1) / 2])
        self._backdrop = backdrop(self.optics, width_px, height_px)
        self._noise = NoisePool(self.optics, width_px, height_px)
        self._tail_strength = self.optics.background * self.optics.tail_contrast
        self._sampling = Sampling(*self._um_per_px, self.optics.blur_px, self.optics.illumination)
        self._tails = TailLayers(width_px, height_px, self._sampling)
        self._still: Recent[tuple[int, int], Image] = Recent(4)
        self._ground: Recent[tuple[float, float], Image] = Recent(2)

    def render(
        self, time_s: float, position: Position = CENTRE, light: float = 1.0
    ) -> NDArray[np.uint8]:
        """Draw the field.

        Args:
            time_s: Time in s.
            position: Place on the slide that is in the middle of the picture.
            light: Factor on the light; 1 gives the background of the optics' settings.

        Returns:
            Grey values, shape (height, width), uint8.
        """
        grey = self._draw(time_s, position, light)
        if self.optics.interlace_s:
            grey[1::2] = self._draw(time_s + self.optics.interlace_s, position, light)[1::2]
        return self._compressed(grey)

    def _draw(self, time_s: float, position: Position, light: float) -> NDArray[np.uint8]:
        position = self._shaken(position, time_s)
        drift = self.specimen.fluid_origin_um(time_s)
        place_um = position.x_um - drift[0], position.y_um - drift[1]
        ground = self._ground.get(place_um, lambda: self._draw_ground(*place_um))
        cells = self._cells(time_s, position)
        tails = self._tail_light(cells)
        picture = np.asarray(cv2.scaleAdd(tails, self._tail_strength, ground), np.float32)
        self._draw_heads(picture, cells)
        if light != 1.0:
            picture *= np.float32(light)
        grey = cv2.add(picture, self._noise.at(time_s), dtype=cv2.CV_8U)
        return np.asarray(grey, np.uint8)

    def cells_in_view(
        self, time_s: float, position: Position = CENTRE, margin_px: float = 0.0
    ) -> list[CellTruth]:
        """Return the spermatozoa whose heads are in the picture or within a margin around it."""
        cells = self._cells(time_s, self._shaken(position, time_s))
        xy_px = self._to_px(cells.xy_um)
        inside = self._inside(xy_px, margin_px) & ~cells.looks.pinhead
        later = motion(cells.swimmers, time_s + 1.0).offset_um
        later += anchors_um(cells.swimmers, time_s + 1.0) - anchors_um(cells.swimmers, time_s)
        net = later - cells.motion.offset_um
        return [
            self._truth(cells, int(i), xy_px[i], position, net[i]) for i in np.flatnonzero(inside)
        ]

    def things_in_view(
        self, time_s: float, position: Position = CENTRE, margin_px: float = 0.0
    ) -> list[ThingTruth]:
        """Return round cells and debris in the picture or within a margin around it."""
        half = [(n / 2 + margin_px) * um for n, um in zip(self.size, self._um_per_px, strict=True)]
        things = self.specimen.things_near(position.x_um, position.y_um, (half[0], half[1]), time_s)
        if not things:
            return []
        origin = np.array(self.specimen.fluid_origin_um(time_s)) - (position.x_um, position.y_um)
        xy_px = self._to_px(np.array([[t.x_um, t.y_um] for t in things]) + origin)
        inside = self._inside(xy_px, margin_px)
        focus = self.optics.focus_um
        return [
            ThingTruth(t.kind, float(xy[0]), float(xy[1]), t.size_um, t.height_um - focus)
            for t, xy, shown in zip(things, xy_px, inside, strict=True)
            if shown
        ]

    def _to_px(self, relative_um: Floats) -> Floats:
        xy: Floats = relative_um / self._um_per_px + self._middle
        return xy

    def _inside(self, xy_px: Floats, margin_px: float) -> NDArray[np.bool_]:
        low, high = -0.5 - margin_px, np.array(self.size) - 0.5 + margin_px
        inside: NDArray[np.bool_] = np.all((xy_px >= low) & (xy_px < high), axis=1)
        return inside

    def _shaken(self, position: Position, time_s: float) -> Position:
        """Return the place that a vibrating stage shows instead of a place on the slide."""
        if not self.optics.shake_um:
            return position
        turn = 2 * math.pi * self.optics.shake_hz * time_s
        along, across = math.sin(turn), 0.5 * math.sin(1.3 * turn + 1.0)
        shake_um = self.optics.shake_um
        return Position(position.x_um + shake_um * along, position.y_um + shake_um * across)

    def _cells(self, time_s: float, position: Position) -> CellsNear:
        reach = max(n * um / 2 for n, um in zip(self.size, self._um_per_px, strict=True))
        reach += TAIL_REACH_UM
        return self.specimen.cells_near(position.x_um, position.y_um, reach, time_s)

    def _truth(
        self, cells: CellsNear, i: int, xy_px: Floats, position: Position, net_um_s: Floats
    ) -> CellTruth:
        relative, size = cells.xy_um[i], float(cells.looks.size[i])
        return CellTruth(
            cell_id=int(cells.swimmers.cell_id[i]),
            grade=list(SwimGrade)[int(cells.swimmers.grade[i])],
            x_px=float(xy_px[0]),
            y_px=float(xy_px[1]),
            x_um=float(xy_px[0] * self._um_per_px[0]),
            y_um=float(xy_px[1] * self._um_per_px[1]),
            slide_x_um=float(position.x_um + relative[0]),
            slide_y_um=float(position.y_um + relative[1]),
            net_vx_um_s=float(net_um_s[0]),
            net_vy_um_s=float(net_um_s[1]),
            path_speed_um_s=float(cells.swimmers.speed_um_s[i]),
            angle_rad=float(cells.motion.angle_rad[i]),
            length_um=HEAD_LENGTH_UM * size,
            width_um=HEAD_WIDTH_UM * size,
            defocus_um=float(cells.height_um[i] - self.optics.focus_um),
        )

    def _tail_light(self, cells: CellsNear) -> Image:
        lines = self._to_px(tail_lines(cells.looks, cells.motion, cells.xy_um))
        inside = (lines.max(axis=1) > 0) & (lines.min(axis=1) < self.size)
        shown = np.flatnonzero(inside.all(axis=1) & ~cells.looks.wound)
        defocus = cells.height_um - self.optics.focus_um
        return self._tails.draw(lines[shown], cells.looks.take(shown), defocus[shown])

    def _draw_heads(self, picture: Image, cells: CellsNear) -> None:
        xy_px = self._to_px(cells.xy_um)
        looks, angle = cells.looks, cells.motion.angle_rad
        defocus = cells.height_um - self.optics.focus_um
        levels = nearest_focus(defocus)
        flash = 1 + looks.flash * np.sin(cells.motion.beat_rad / 2)
        gain = self.optics.background * self.optics.contrast * looks.gain * flash * fading(defocus)
        for i in np.flatnonzero(self._inside(xy_px, 16 / min(self._um_per_px))):
            key = (int(looks.shape[i]), int(looks.brightness[i]), int(levels[i]))
            maker = "wound" if looks.wound[i] else "head"
            size, radius = float(looks.size[i]), min(15.0, 9.0 + abs(float(defocus[i])))
            stamp = Stamp(maker, key, float(angle[i]), float(gain[i]), size, radius)
            place(picture, stamp, (float(xy_px[i, 0]), float(xy_px[i, 1])), self._sampling)

    def _draw_ground(self, x_um: float, y_um: float) -> Image:
        """Return the empty field with the unmoving things around a place in the fluid."""
        place_px = np.array([x_um, y_um]) / self._um_per_px
        anchor = np.floor(place_px / ANCHOR_PX).astype(int)
        shift = place_px - anchor * ANCHOR_PX
        corner = int(anchor[0]), int(anchor[1])
        still = self._still.get(corner, lambda: self._draw_still(*corner))
        to_still = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        shifted = cv2.warpAffine(still, to_still, self.size, flags=flags)
        return np.asarray(cv2.add(self._backdrop, shifted), np.float32)

    def _draw_still(self, column: int, row: int) -> Image:
        """Return debris and round cells on a canvas one anchor step larger than the picture."""
        width, height = self.size[0] + ANCHOR_PX + 1, self.size[1] + ANCHOR_PX + 1
        canvas = np.zeros((height, width), np.float32)
        place_um = np.array([column, row]) * ANCHOR_PX * self._um_per_px
        half = tuple(
            (n / 2 + ANCHOR_PX) * um + 20 for n, um in zip(self.size, self._um_per_px, strict=True)
        )
        things = self.specimen.things_near(
            float(place_um[0]), float(place_um[1]), (half[0], half[1]), 0.0
        )
        for thing in things:
            xy = self._to_px(np.array([thing.x_um, thing.y_um]) - place_um)
            self._draw_thing(canvas, thing, (float(xy[0]), float(xy[1])))
        return canvas

    def _draw_thing(self, canvas: Image, thing: Thing, xy_px: tuple[float, float]) -> None:
        defocus = np.array([thing.height_um - self.optics.focus_um])
        level = int(nearest_focus(defocus)[0])
        strength = self.optics.background * self.optics.contrast
        gain = strength * thing.gain * float(fading(defocus)[0])
        name, key = thing.sprite
        stamp = Stamp(name, (*key, level), thing.angle_rad, gain, thing.size)
        place(canvas, stamp, xy_px, self._sampling)

    def _compressed(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self.optics.jpeg_quality is None:
            return grey
        quality = [cv2.IMWRITE_JPEG_QUALITY, self.optics.jpeg_quality]
        _, data = cv2.imencode(".jpg", grey, quality)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
