"""Write a trained network as ONNX with its card."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch

from inference.training.network import HeadNet

OPSET = 17


def export_network(network: HeadNet, path: Path) -> str:
    """Write the network as ONNX and return the file's SHA-256."""
    example = torch.zeros(1, 3, 480, 640)
    sizes = {"pictures": {2: "height", 3: "width"}, "maps": {2: "map_height", 3: "map_width"}}
    torch.onnx.export(
        network,
        (example,),
        str(path),
        dynamo=False,
        opset_version=OPSET,
        input_names=["pictures"],
        output_names=["maps"],
        dynamic_axes=sizes,
    )
    return sha256(path.read_bytes()).hexdigest()


def export_heads(network: HeadNet, folder: Path, card: dict[str, Any]) -> Path:
    """Write `heads.onnx` and `heads.json`, the card with the file's hash."""
    model = folder / "heads.onnx"
    digest = export_network(network, model)
    written = {**card, "file": model.name, "sha256": digest}
    model.with_suffix(".json").write_text(json.dumps(written, indent=2) + "\n")
    return model
