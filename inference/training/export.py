"""Write a trained network as ONNX with its card."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

OPSET = 17


@dataclass(frozen=True, slots=True)
class Interface:
    """What goes into a network and comes out of it.

    Attributes:
        example: An input.
        names: Name of the input and of the output.
        free: Dimensions of each, by their names, that may have any length.
    """

    example: Tensor
    names: tuple[str, str]
    free: dict[str, dict[int, str]]


def export_model(
    network: nn.Module, model: Path, interface: Interface, card: dict[str, Any]
) -> Path:
    """Write the model and, beside it, its card with the file's hash."""
    torch.onnx.export(
        network,
        (interface.example,),
        str(model),
        dynamo=False,
        opset_version=OPSET,
        input_names=[interface.names[0]],
        output_names=[interface.names[1]],
        dynamic_axes=interface.free,
    )
    written = {**card, "file": model.name, "sha256": sha256(model.read_bytes()).hexdigest()}
    text = json.dumps(written, indent=2, ensure_ascii=False) + "\n"
    model.with_suffix(".json").write_text(text, encoding="utf-8")
    return model
