"""A network of the size of a YOLO-nano, with random weights: what its bare forward pass costs.

The layout is that of YOLOv8n, three feature maps at an eighth, a sixteenth and a thirty-second
of the picture, with batch norms folded into the convolutions. The weights do not change the cost.
"""

from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import onnxruntime

OPSET, IR_VERSION = 17, 8
CLASSES = 80
BOX_CHANNELS = 64


@dataclass(frozen=True, slots=True)
class NetworkSize:
    """How large a network is.

    Attributes:
        parameters: Weights and biases.
        flop: Floating point operations of one pass; a multiplication and an addition are two.
    """

    parameters: int
    flop: float


@dataclass(frozen=True, slots=True)
class _Map:
    """A feature map on its way through the network."""

    name: str
    channels: int
    height: int
    width: int


@dataclass(slots=True)
class _Graph:
    """Nodes and weights as they are added."""

    onnx: Any
    rng: np.random.Generator
    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)
    parameters: int = 0
    flop: float = 0.0

    def node(
        self, kind: str, inputs: list[str], outputs: int = 1, **attributes: int | str | list[int]
    ) -> list[str]:
        names = [f"{kind}_{len(self.nodes)}_{place}" for place in range(outputs)]
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, names, **attributes))
        return names

    def conv(self, of: _Map, channels: int, kernel: int, stride: int = 1) -> _Map:
        """Convolution and SiLU."""
        raw = self.bare_conv(of, channels, kernel, stride)
        (gate,) = self.node("Sigmoid", [raw.name])
        (name,) = self.node("Mul", [raw.name, gate])
        return _Map(name, channels, raw.height, raw.width)

    def bare_conv(self, of: _Map, channels: int, kernel: int, stride: int = 1) -> _Map:
        shape = (channels, of.channels, kernel, kernel)
        weight = self.rng.normal(0, (of.channels * kernel**2) ** -0.5, shape)
        names = [self._weight(weight), self._weight(np.zeros(channels))]
        strides, pads = [stride] * 2, [kernel // 2] * 4
        (name,) = self.node("Conv", [of.name, *names], strides=strides, pads=pads)
        height, width = -(-of.height // stride), -(-of.width // stride)
        self.flop += 2.0 * weight.size * height * width
        return _Map(name, channels, height, width)

    def joined(self, maps: list[_Map]) -> _Map:
        (name,) = self.node("Concat", [one.name for one in maps], axis=1)
        channels = sum(one.channels for one in maps)
        return _Map(name, channels, maps[0].height, maps[0].width)

    def doubled(self, of: _Map) -> _Map:
        scales = self._weight(np.array([1, 1, 2, 2]), counted=False)
        (name,) = self.node("Resize", [of.name, "", scales], mode="nearest")
        return _Map(name, of.channels, 2 * of.height, 2 * of.width)

    def _weight(self, values: np.ndarray, *, counted: bool = True) -> str:
        name = f"weight_{len(self.weights)}"
        tensor = self.onnx.numpy_helper.from_array(values.astype(np.float32), name)
        self.weights.append(tensor)
        self.parameters += values.size * counted
        return name


def write_nano_network(path: Path, width_px: int = 640, height_px: int = 480) -> NetworkSize:
    """Write the network for pictures of one size as ONNX and return how large it is."""
    import onnx  # noqa: PLC0415 - dependency group "bench" only
    import onnx.numpy_helper  # noqa: PLC0415

    graph = _Graph(onnx, np.random.default_rng(0))
    outputs = _heads(
        graph, _neck(graph, *_backbone(graph, _Map("picture", 3, height_px, width_px)))
    )
    tensor = onnx.helper.make_tensor_value_info
    real = onnx.TensorProto.FLOAT
    made = onnx.helper.make_graph(
        graph.nodes,
        "nano",
        [tensor("picture", real, [1, 3, height_px, width_px])],
        [tensor(one.name, real, [1, one.channels, one.height, one.width]) for one in outputs],
        graph.weights,
    )
    opset = [onnx.helper.make_opsetid("", OPSET)]
    model = onnx.helper.make_model(made, opset_imports=opset, ir_version=IR_VERSION)
    onnx.save(model, str(path))
    return NetworkSize(graph.parameters, graph.flop)


def forward_ms(path: Path, threads: int, passes: int = 20, warm_up: int = 3) -> float:
    """Return the median time of one pass in ms, of a network whose input is one picture."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (entry,) = session.get_inputs()
    picture = np.random.default_rng(0).random(entry.shape, np.float32)
    spent = []
    for _ in range(warm_up + passes):
        begun = perf_counter()
        session.run(None, {entry.name: picture})
        spent.append(perf_counter() - begun)
    return 1000 * float(np.median(spent[warm_up:]))


def _backbone(graph: _Graph, picture: _Map) -> tuple[_Map, _Map, _Map]:
    """Return the maps at an eighth, a sixteenth and a thirty-second of the picture."""
    quarter = _c2f(graph, graph.conv(graph.conv(picture, 16, 3, 2), 32, 3, 2), 32, 1, add=True)
    eighth = _c2f(graph, graph.conv(quarter, 64, 3, 2), 64, 2, add=True)
    sixteenth = _c2f(graph, graph.conv(eighth, 128, 3, 2), 128, 2, add=True)
    last = _c2f(graph, graph.conv(sixteenth, 256, 3, 2), 256, 1, add=True)
    return eighth, sixteenth, _pyramid(graph, last)


def _neck(graph: _Graph, eighth: _Map, sixteenth: _Map, last: _Map) -> tuple[_Map, _Map, _Map]:
    """Return the three maps after what is coarse and what is fine was brought together."""
    middle = _c2f(graph, graph.joined([graph.doubled(last), sixteenth]), 128, 1)
    fine = _c2f(graph, graph.joined([graph.doubled(middle), eighth]), 64, 1)
    middle = _c2f(graph, graph.joined([graph.conv(fine, 64, 3, 2), middle]), 128, 1)
    coarse = _c2f(graph, graph.joined([graph.conv(middle, 128, 3, 2), last]), 256, 1)
    return fine, middle, coarse


def _heads(graph: _Graph, maps: tuple[_Map, _Map, _Map]) -> list[_Map]:
    """Return boxes and classes of each map."""
    outputs = []
    for one in maps:
        for channels in (BOX_CHANNELS, CLASSES):
            hidden = graph.conv(graph.conv(one, channels, 3), channels, 3)
            outputs.append(graph.bare_conv(hidden, channels, 1))
    return outputs


def _c2f(graph: _Graph, of: _Map, channels: int, repeats: int, *, add: bool = False) -> _Map:
    """Cross-stage block: half of the channels goes through, the other half through bottlenecks."""
    whole = graph.conv(of, channels, 1)
    names = graph.node("Split", [whole.name], 2, axis=1)
    parts = [_Map(name, channels // 2, whole.height, whole.width) for name in names]
    for _ in range(repeats):
        inner = graph.conv(graph.conv(parts[-1], channels // 2, 3), channels // 2, 3)
        if add:
            (name,) = graph.node("Add", [parts[-1].name, inner.name])
            inner = _Map(name, inner.channels, inner.height, inner.width)
        parts.append(inner)
    return graph.conv(graph.joined(parts), channels, 1)


def _pyramid(graph: _Graph, of: _Map) -> _Map:
    """Pool over ever larger surroundings."""
    parts = [graph.conv(of, of.channels // 2, 1)]
    for _ in range(3):
        kernel, pads, strides = [5, 5], [2] * 4, [1, 1]
        (name,) = graph.node(
            "MaxPool", [parts[-1].name], kernel_shape=kernel, pads=pads, strides=strides
        )
        parts.append(_Map(name, parts[0].channels, of.height, of.width))
    return graph.conv(graph.joined(parts), of.channels, 1)
