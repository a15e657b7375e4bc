"""What comes out of a pack is checked before anything is ranked by it."""

import io
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders import pack_checks
from engine.encoders.pack_checks import check_output, check_precision, check_tensors, read_bank
from engine.encoders.pack_manifest import PackManifest


def npy(array: npt.NDArray[Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def with_header(header: str) -> bytes:
    """Return an .npy file with any header."""
    data = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(data)) + data + bytes(12)


GOOD = np.arange(6, dtype=np.float16).reshape(2, 3)


def test_a_bank_is_read_as_single_precision() -> None:
    bank = read_bank(npy(GOOD), 3)
    assert bank.dtype == np.float32
    assert bank.tolist() == [[0, 1, 2], [3, 4, 5]]


NOT_FINITE = GOOD.copy()
NOT_FINITE[1, 1] = np.nan
# What numpy doesn't take for a wrong value: it ends in another error of Python's parser each time.
HOSTILE_HEADERS = (
    "(" * 9000,
    "-" * 9000 + "1",
    "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 3)" + "+1" * 4000 + "}",
    "{'descr': (), 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr': '<f2', 'fortran_order': False, 'shape': (True, 3)}",
    "{[]: 1}",
    "{'descr': '''abc",
)
HUGE = npy(GOOD).replace(b"(2, 3)", b"(2, 9)")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "damaged"),
        (b"hello", "damaged"),
        (npy(GOOD)[:-2], "damaged"),
        (npy(GOOD) + b"more", "damaged: its length"),
        (HUGE, "damaged"),
        (npy(np.array([{}], object), allow_pickle=True), "damaged: it contains Python objects"),
        *((with_header(header), "damaged") for header in HOSTILE_HEADERS),
        (npy(GOOD[:0]), "not float16"),
        (npy(GOOD[0]), "not float16"),
        (npy(GOOD.astype(np.float32)), r"float32 \(2, 3\), not float16"),
        (npy(np.zeros((2, 4), np.float16)), r"float16 \(2, 4\), not float16 \(n, 3\)"),
        (npy(NOT_FINITE), "aren't finite"),
    ],
)
def test_another_bank_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_bank(data, 3)


def test_a_bank_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    data = npy(np.zeros((10, 3), np.float16))
    monkeypatch.setattr(pack_checks, "MAX_BANK_BYTES", len(data))
    assert len(read_bank(data, 3)) == 10
    monkeypatch.setattr(pack_checks, "MAX_BANK_BYTES", len(data) - 1)
    with pytest.raises(ValueError, match="takes more than"):
        read_bank(data, 3)


def test_outputs_have_a_shape_and_are_finite() -> None:
    row = check_output("mean", np.array([[1.0, -2.0]]), 2)
    assert row.dtype == np.float32
    assert row.tolist() == [1, -2]
    for values in (np.zeros(2), np.zeros((2, 2)), np.zeros((1, 3))):
        with pytest.raises(ValueError, match="“mean” has the shape"):
            check_output("mean", values, 2)
    for value in (np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match="“mean” isn't finite"):
            check_output("mean", np.array([[1.0, value]]), 2)


def test_a_precision_is_not_negative() -> None:
    assert check_precision("precision", np.array([[0.0, 2.0]]), 2).tolist() == [0, 2]
    with pytest.raises(ValueError, match="“precision” is negative"):
        check_precision("precision", np.array([[0.0, -2.0]]), 2)


MANIFEST = PackManifest(
    id="p", kind="matching", version="1", files={"a.onnx": "0" * 64},
    inputs={"a.onnx": {"features": ("n", 7)}},
    outputs={"a.onnx": {"mean": ("n", 4), "precision": ("n", 4)}},
    training_data="none", licence="MIT",
)  # fmt: skip


def test_tensors_are_as_declared() -> None:
    check_tensors(MANIFEST, "a.onnx", {"features": None}, {"mean": 4, "precision": 4})
    check_tensors(MANIFEST, "a.onnx", {"features": 7}, {"mean": 4, "precision": None})


@pytest.mark.parametrize(
    ("file", "inputs", "outputs", "problem"),
    [
        ("b.onnx", {}, {}, "it has no b.onnx"),
        ("a.onnx", {"features": 8}, {"mean": 4, "precision": 4}, r"\('n', 7\), not \(n, 8\)"),
        ("a.onnx", {"features": 7}, {"mean": 4}, "the outputs mean, precision, not mean"),
        ("a.onnx", {}, {"mean": 4, "precision": 4}, "the inputs features, not none"),
        ("a.onnx", {"features": 7}, {"mean": 4, "precision": 5}, "“precision” of a.onnx"),
    ],
)
def test_other_tensors_are_named(
    file: str, inputs: dict[str, int | None], outputs: dict[str, int | None], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        check_tensors(MANIFEST, file, inputs, outputs)


def test_a_row_of_another_form_is_named() -> None:
    odd = replace(MANIFEST, inputs={"a.onnx": {"features": (7,)}})
    with pytest.raises(ValueError, match=r"\(7,\), not \(n, d\)"):
        check_tensors(odd, "a.onnx", {"features": None}, {"mean": 4, "precision": 4})
