"""Checks of what comes out of a pack, so that nothing is ranked by numbers that make no sense.

They raise ValueError with the reason; the pack that is loaded names itself and the remedy.
"""

import io
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_manifest import PackManifest
from engine.untrusted import check_array

Float32Array = npt.NDArray[np.float32]

# 100,000 clips of 128 numbers take 26 MB.
MAX_BANK_BYTES = 32 * 2**20


def read_bank(data: bytes, length: int) -> Float32Array:
    """Return the embeddings of a pack's reference clips, from its bank.npy.

    Args:
        data: an .npy file, float16 (n, length), n at least 1.
        length: of an embedding.

    Returns:
        float32 (n, length).

    Raises:
        ValueError: when it is damaged, too large, of another type or shape, or not finite.
    """
    if len(data) > MAX_BANK_BYTES:
        raise ValueError(f"its bank takes more than {MAX_BANK_BYTES >> 20} MB")
    bank = _read_array(data)
    if bank.dtype != np.float16 or bank.ndim != 2 or bank.shape[1] != length or len(bank) == 0:
        raise ValueError(f"its bank is {bank.dtype} {bank.shape}, not float16 (n, {length})")
    if not np.isfinite(bank).all():
        raise ValueError("its bank has numbers that aren't finite")
    return bank.astype(np.float32)


def check_output(name: str, values: npt.NDArray[np.generic], length: int) -> Float32Array:
    """Return a network's output of one row as float32 (length,).

    Raises:
        ValueError: when it has another shape, or isn't finite.
    """
    if values.shape != (1, length):
        raise ValueError(f"its output “{name}” has the shape {values.shape}, not (1, {length})")
    row = np.ascontiguousarray(values[0], np.float32)
    if not np.isfinite(row).all():
        raise ValueError(f"its output “{name}” isn't finite")
    return row


def check_precision(name: str, values: npt.NDArray[np.generic], length: int) -> Float32Array:
    """Return an expert's precision, as `check_output`.

    Raises:
        ValueError: as there, or when it is negative.
    """
    row = check_output(name, values, length)
    if (row < 0).any():
        raise ValueError(f"its output “{name}” is negative")
    return row


def check_tensors(
    manifest: PackManifest,
    file: str,
    inputs: Mapping[str, int | None],
    outputs: Mapping[str, int | None],
) -> None:
    """Check the declared tensors of a network, each (n, length).

    Args:
        manifest: of the pack.
        file: name of the network.
        inputs: length of each input; None for any.
        outputs: the same for the outputs.

    Raises:
        ValueError: when the network is missing, or a tensor has another name or shape.
    """
    if file not in manifest.files:
        raise ValueError(f"it has no {file}")
    for kind, needed, declared in (
        ("input", inputs, manifest.inputs.get(file, {})),
        ("output", outputs, manifest.outputs.get(file, {})),
    ):
        if set(declared) != set(needed):
            raise ValueError(f"{file} has the {kind}s {_names(declared)}, not {_names(needed)}")
        for name, length in needed.items():
            shape = tuple(declared[name])
            if len(shape) != 2 or not isinstance(shape[1], int) or length not in (None, shape[1]):
                raise ValueError(
                    f"the {kind} “{name}” of {file} has the shape {shape}, not (n, {length or 'd'})"
                )


def _names(tensors: Mapping[str, object]) -> str:
    return ", ".join(sorted(tensors)) or "none"


def _read_array(data: bytes) -> npt.NDArray[np.generic]:
    stream = io.BytesIO(data)
    try:
        dtype = check_array(stream, len(data))
        n_bytes = len(data) - stream.tell()
        if dtype.hasobject:
            raise ValueError("it contains Python objects")
        stream.seek(0)
        array = np.asarray(np.load(stream, allow_pickle=False))
    except (ValueError, TypeError, OSError, EOFError, MemoryError) as error:
        raise ValueError(f"its bank is damaged: {error}") from error
    if array.nbytes != n_bytes:
        raise ValueError("its bank is damaged: its length differs from its header")
    return array
