"""Files that were joined end to end, read as one where libav would stop at a header."""

from io import FileIO

from engine.media.boxes import FIRST_BOXES
from engine.media.ebml import MAGIC as MATROSKA_MAGIC
from engine.media.file_cache import cached_by_file
from engine.media.joined_flash import MAGIC as FLASH_MAGIC
from engine.media.joined_flash import flash_pieces
from engine.media.joined_matroska import matroska_pieces
from engine.media.joined_mp4 import mp4_pieces
from engine.media.spliced import Piece, Source, SplicedFile


def as_one(source: FileIO) -> Source:
    """Return an open file, spliced where it was joined of several.

    Args:
        source: open for reading; it is left at its start.
    """
    pieces, _ = _pieces(source)
    return SplicedFile(source, pieces) if pieces else source


def is_joined(source: FileIO) -> bool:
    """Whether several recordings were joined in a file."""
    return bool(_pieces(source)[0])


def n_left_out(source: FileIO) -> int:
    """Return how many bytes at a file's end can't be read with its first header."""
    return _pieces(source)[1]


@cached_by_file
def _pieces(source: FileIO, size: int) -> tuple[tuple[Piece, ...], int]:
    """Return the pieces that make one file of a joined one, and how many bytes they lack."""
    source.seek(0)
    head = source.read(8)
    pieces: tuple[Piece, ...] = ((0, size),)
    if head[:4] == MATROSKA_MAGIC:
        pieces = matroska_pieces(source, size)
    elif head[4:] in FIRST_BOXES:
        pieces = mp4_pieces(source, size)
    elif head[:4] == FLASH_MAGIC:
        pieces = flash_pieces(source, size)
    if pieces == ((0, size),):
        return (), 0
    last = pieces[-1]
    return pieces, size - last[1] if isinstance(last, tuple) else 0
