"""The ONNX models that ship with motiscope: their cards and their hashes."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import onnxruntime

SHIPPED_HEADS = Path(__file__).parent / "models" / "heads.json"


class ModelError(Exception):
    """A model is missing, altered or does not fit; the text names the file."""


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model produced a result."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the model's card says that the software needs.

    Attributes:
        identity: Name and hash of the model.
        file: The .onnx file.
        um_per_px: Scale that pictures are brought to.
        offset_s: Time between the three pictures of one input.
        min_score: Score below which nothing is reported.
    """

    identity: ModelIdentity
    file: Path
    um_per_px: float
    offset_s: float
    min_score: float


def read_card(path: Path) -> ModelCard:
    """Read a model card.

    Raises:
        ModelError: If the card is missing or says too little.
    """
    try:
        card = json.loads(path.read_text())
        return ModelCard(
            ModelIdentity(str(card["name"]), str(card["sha256"])),
            path.parent / str(card["file"]),
            float(card["input"]["um_per_px"]),
            float(card["input"]["offset_s"]),
            float(card["min_score"]),
        )
    except OSError as error:
        raise ModelError(f"model card {path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"model card {path} is damaged: {error}") from error


def load_model(card: ModelCard, threads: int) -> onnxruntime.InferenceSession:
    """Load the model of a card on the CPU, after its hash was held against the card.

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
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads would burn the core that decodes the next frames.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors share no base class
        raise ModelError(f"model {card.file} is no model that ONNX Runtime can load") from error
