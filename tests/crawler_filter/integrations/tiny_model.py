"""A model of one layer, written by the tests themselves: nothing is downloaded."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

SIZE = 16
"""Pixels of the side of a picture that it takes."""


def write_model(path: Path, *, of_bytes: bool = False) -> Path:
    """Write a model: the mean of colours in each of 4 x 4 cells, without what all have, on 64 directions.

    One `of_bytes` takes the rows of pixels as they are, and says the same of them.
    """
    onnx = pytest.importorskip("onnx")
    weights = np.random.default_rng(3).normal(size=(3 * SIZE * SIZE, 64)).astype(np.float32)
    helper, numbers = onnx.helper, onnx.TensorProto.FLOAT
    blur = np.kron(np.eye(3), _cells()).astype(np.float32)
    centred = blur @ (np.eye(len(blur)) - 1 / len(blur)).astype(np.float32)
    shape = [1, SIZE, SIZE, 3] if of_bytes else [1, 3, SIZE, SIZE]
    graph = helper.make_graph(
        [
            *(_channels_first(helper, numbers) if of_bytes else ()),
            helper.make_node("Flatten", ["channels" if of_bytes else "picture"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["vector"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("picture", onnx.TensorProto.UINT8 if of_bytes else numbers, shape)],
        [helper.make_tensor_value_info("vector", numbers, [1, 64])],
        [onnx.numpy_helper.from_array(centred @ weights, "weights")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 8
    path.write_bytes(made.SerializeToString())
    return path


def _channels_first(helper: Any, numbers: int) -> list[Any]:
    return [
        helper.make_node("Cast", ["picture"], ["colours"], to=numbers),
        helper.make_node("Transpose", ["colours"], ["channels"], perm=[0, 3, 1, 2]),
    ]


def _cells() -> np.ndarray:
    cell = np.arange(SIZE) // 4
    same = (cell[:, None] == cell[None, :]).astype(float) / 4
    return np.kron(same, same)
