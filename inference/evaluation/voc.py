"""Boxes of the bright-field clips (MIaMIA-SVDS), in the XML of Pascal VOC."""

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from inference.evaluation.tables import LabelError

SPERM, OTHER = "S", "Impurity"
# Pixels of Pascal VOC count from 1, frames of this data set too.
FIRST = 1


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """The boxes of one frame, as centres (n, 2) in px; the centre of the first pixel is (0, 0)."""

    sperm_px: NDArray[np.float64]
    other_px: NDArray[np.float64]


def read_clip_boxes(folder: Path, clip: str) -> dict[int, Boxes]:
    """Read the boxes of a clip by frame, from 0: `NNNN` in `CLIP_NNNN.xml` is frame NNNN - 1.

    Raises:
        LabelError: If there are none, or one of them cannot be read.
    """
    boxes = {}
    for path in sorted(folder.glob(f"{clip}_*.xml")):
        number = re.fullmatch(rf"{re.escape(clip)}_(\d+)", path.stem)
        if number is None:
            raise LabelError(f"{path} has no frame number at the end of its name")
        boxes[int(number[1]) - FIRST] = read_boxes(path)
    if not boxes:
        raise LabelError(f"{folder} holds no boxes of {clip} ({clip}_0001.xml and so on)")
    return boxes


def read_boxes(path: Path) -> Boxes:
    """Read the boxes of one frame.

    Raises:
        LabelError: If the file is missing, no such XML, or has an unknown name or a bad box.
    """
    found: dict[str, list[tuple[float, float]]] = {SPERM: [], OTHER: []}
    for element in _parse(path).iter("object"):
        name = (element.findtext("name") or "").strip()
        if name not in found:
            raise LabelError(f"{path} holds a box named {name!r}; known are {SPERM} and {OTHER}")
        found[name].append(_centre(element, path))
    places = {name: np.array(centres).reshape(-1, 2) for name, centres in found.items()}
    return Boxes(places[SPERM], places[OTHER])


def _parse(path: Path) -> ElementTree.Element:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{path} cannot be read: {error}") from error
    # What makes XML dangerous is declared in a document type, which these files do not have.
    if "<!" in text:
        raise LabelError(f"{path} holds a declaration or a comment: it is no table of boxes")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - without declarations, see above
    except ElementTree.ParseError as error:
        raise LabelError(f"{path} is no XML: {error}") from error


def _centre(element: ElementTree.Element, path: Path) -> tuple[float, float]:
    try:
        x0, y0, x1, y1 = (
            float(element.findtext(f"bndbox/{side}") or "")
            for side in ("xmin", "ymin", "xmax", "ymax")
        )
    except ValueError as error:
        raise LabelError(f"{path} holds a box without four numbers") from error
    return (x0 + x1) / 2 - FIRST, (y0 + y1) / 2 - FIRST
