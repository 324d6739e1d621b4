"""The ONNX models that ship with motiscope: their cards and their hashes."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import onnxruntime

from inference.identity import ModelIdentity

_MODELS = Path(__file__).parent / "models"
SHIPPED_HEADS = _MODELS / "heads.json"
SHIPPED_DARK_HEADS = _MODELS / "dark-heads.json"
SHIPPED_CELLS = _MODELS / "cells.json"
SHIPPED_GRADES = _MODELS / "grades.json"


class ModelError(Exception):
    """A model is missing, altered or does not fit; the text names the file."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What every model's card says.

    Attributes:
        identity: Name and hash of the model.
        file: The .onnx file.
    """

    identity: ModelIdentity
    file: Path


@dataclass(frozen=True, slots=True)
class HeadsCard(ModelCard):
    """What the card of a detector says besides.

    Attributes:
        um_per_px: Scale that pictures are brought to.
        offset_s: Time from the middle picture of one input to the first and the last.
        min_score: Score below which nothing is reported.
    """

    um_per_px: float
    offset_s: float
    min_score: float


def read_heads_card(path: Path) -> HeadsCard:
    """Read the card of a detector.

    Raises:
        ModelError: If the card is missing or says too little.
    """
    card = _read(path)
    try:
        return HeadsCard(
            *_identity_and_file(card, path),
            float(card["input"]["um_per_px"]),
            float(card["input"]["offset_s"]),
            float(card["min_score"]),
        )
    except KeyError as error:
        raise ModelError(f"model card {path} is no detector's: {error} is missing") from error
    except (ValueError, TypeError) as error:
        raise ModelError(f"model card {path} is damaged: {error}") from error


def read_card(path: Path) -> ModelCard:
    """Read the card of any model.

    Raises:
        ModelError: If the card is missing or says too little.
    """
    try:
        return ModelCard(*_identity_and_file(_read(path), path))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"model card {path} is damaged: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"model card {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ModelError(f"model card {path} is damaged: {error}") from error
    if not isinstance(card, dict):
        raise ModelError(f"model card {path} is damaged: it is no JSON object")
    return card


def _identity_and_file(card: dict[str, Any], path: Path) -> tuple[ModelIdentity, Path]:
    return ModelIdentity(str(card["name"]), str(card["sha256"])), path.parent / str(card["file"])


def load_model(card: ModelCard) -> onnxruntime.InferenceSession:
    """Load the model of a card on the CPU, after its hash was held against the card.

    It works on the thread that asks; several may ask at once.

    Raises:
        ModelError: If the file is missing, is not the one that the card describes, or no model.
    """
    try:
        content = card.file.read_bytes()
    except OSError as error:
        raise ModelError(f"model {card.file} cannot be read: {error.strerror}") from error
    if sha256(content).hexdigest() != card.identity.sha256:
        raise ModelError(
            f"model {card.file} is not the one its card describes (SHA-256 differs): "
            "reinstall motiscope or restore the file"
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors share no base class
        raise ModelError(f"model {card.file} is no model that ONNX Runtime can load") from error
