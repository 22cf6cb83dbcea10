"""A model of one layer, written by the tests themselves: nothing is downloaded."""

from pathlib import Path

import numpy as np
import pytest

SIZE = 16
"""Pixels of the side of a picture that it takes."""


def write_model(path: Path) -> Path:
    """Write a model: the mean of colours in each of 4 x 4 cells, without what all have, on 64 directions."""
    onnx = pytest.importorskip("onnx")
    weights = np.random.default_rng(3).normal(size=(3 * SIZE * SIZE, 64)).astype(np.float32)
    helper, numbers = onnx.helper, onnx.TensorProto.FLOAT
    blur = np.kron(np.eye(3), _cells()).astype(np.float32)
    centred = blur @ (np.eye(len(blur)) - 1 / len(blur)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["picture"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["vector"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("picture", numbers, [1, 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("vector", numbers, [1, 64])],
        [onnx.numpy_helper.from_array(centred @ weights, "weights")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 8
    path.write_bytes(made.SerializeToString())
    return path


def _cells() -> np.ndarray:
    cell = np.arange(SIZE) // 4
    same = (cell[:, None] == cell[None, :]).astype(float) / 4
    return np.kron(same, same)
