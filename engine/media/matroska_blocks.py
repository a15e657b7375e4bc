"""How long a Matroska or WebM file without a stated length was before its end was damaged."""

import os
from typing import BinaryIO, cast

from engine.media.ebml import CLUSTER, MAGIC, SEGMENT, TRACKS, header
from engine.media.spliced import Source

# fmt: off
_KNOWN = frozenset((
    # What is beside the clusters: headers, the index, tags and so on.
    int.from_bytes(MAGIC, "big"), 0x114D9B74, 0x1549A966, TRACKS, 0x1C53BB6B, 0x1254C367,
    0x1941A469, 0x1043A770,
    # In a cluster, and in a group of blocks, behind the block.
    0xA3, 0xA0, 0xE7, 0xA7, 0xAB, 0x5854, 0x9B, 0xFB, 0xFA, 0x75A1, 0x75A2, 0xA4, 0x8E,
    # Space and checksums.
    0xEC, 0xBF,
))
# fmt: on
_MOST_ELEMENTS = 10_000


def claimed_blocks_s(file: Source, length_s: float, sound: tuple[int, int]) -> float:
    """Return the length by the bytes behind the sound that are in no element.

    Args:
        file: an open file.
        length_s: of what can be read.
        sound: where the first packet of it starts and the last one ends, in bytes.
    """
    size = file.seek(0, os.SEEK_END)
    source = cast(BinaryIO, file)
    start, position = sound
    for _ in range(_MOST_ELEMENTS):
        found = header(source, position)
        if found is None:
            break
        kind, n_head, n_content = found
        if kind in (SEGMENT, CLUSTER):
            position += n_head
        elif kind in _KNOWN:
            position = size if n_content is None else position + n_head + n_content
        else:
            break
    return length_s * (1 + max(size - position, 0) / max(sound[1] - start, 1))
