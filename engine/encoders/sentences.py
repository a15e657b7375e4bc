"""Embeddings of sentences in sixteen languages, by the bundled sentence network.

The Universal Sentence Encoder, multilingual (Yang et al. 2019): pieces of words are looked up in a
table, filtered over two, three and five neighbours, averaged, and mapped to a unit vector.
Sentences of one meaning are near each other, in one language or in two.
"""

import io
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_manifest import PackManifest, load_manifest, read_file, reinstall
from engine.encoders.pieces import PieceTokenizer
from engine.encoders.session import OnnxModel, open_model
from engine.errors import InputError, PackError
from engine.paths import bundled_models_dir
from engine.translation import tr

PACK: Final = "sentences"
PACK_KIND: Final = "sentences"
NETWORK, TABLE, PIECES = "sentences.onnx", "table.npz", "pieces.txt"
MAX_CHARACTERS = 1_000

Float32Array = npt.NDArray[np.float32]


class PieceTable:
    """The vector of each piece, stored as one byte a number in blocks that are read when needed.

    Args:
        data: an .npz file with `scores` (n,), `lowest` and `step` (k,), and `block0`,
            `block1` … uint8 (block_rows, d); piece p has the scale p modulo k.
    """

    def __init__(self, data: bytes) -> None:
        self._archive: Any = np.load(io.BytesIO(data), allow_pickle=False)
        self.scores: Float32Array = self._archive["scores"]
        self._lowest: Float32Array = self._archive["lowest"]
        self._step: Float32Array = self._archive["step"]
        self._rows, self.n_features = self._archive["block0"].shape
        self._block = cache(self._read_block)

    def vectors(self, numbers: Sequence[int]) -> Float32Array:
        """Return the vectors of the pieces, float32 (n, n_features)."""
        rows = [self._block(number // self._rows)[number % self._rows] for number in numbers]
        scale = np.asarray(numbers) % len(self._step)
        levels = np.stack(rows).astype(np.float32)
        return levels * self._step[scale, None] + self._lowest[scale, None]

    def _read_block(self, index: int) -> npt.NDArray[np.uint8]:
        return np.asarray(self._archive[f"block{index}"], np.uint8)


class SentenceEncoder:
    """A sentence network with its vocabulary.

    Attributes:
        n_features: length of an embedding.
    """

    def __init__(
        self, tokenizer: PieceTokenizer, table: PieceTable, model: OnnxModel, n_features: int
    ) -> None:
        self._tokenizer = tokenizer
        self._table = table
        self._model = model
        self.n_features = n_features

    @classmethod
    def load(cls, folder: Path | None = None, n_threads: int | None = None) -> Self:
        """Load the pack in `folder`, or the bundled one.

        Raises:
            PackError: when the pack is missing, edited, damaged or of another kind.
        """
        folder = folder or bundled_models_dir() / PACK
        manifest = load_manifest(folder)
        if manifest.kind != PACK_KIND:
            raise _unusable(folder, ValueError(f"its kind is {manifest.kind}"))
        model = open_model(folder, manifest, NETWORK, n_threads)
        pieces = read_file(folder, manifest, PIECES)
        table = read_file(folder, manifest, TABLE)
        try:
            return cls(*_vocabulary(pieces, table, manifest), model, _n_features(manifest))
        # What np.load raises for a damaged archive depends on where the damage is.
        except (KeyError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise _unusable(folder, error) from error

    def numbers(self, text: str) -> list[int]:
        """Return the numbers of a text's pieces."""
        return self._tokenizer.numbers(text)

    def embed(self, texts: Sequence[str]) -> Float32Array:
        """Return one unit vector per text, float32 (n, n_features); n may be 0.

        Raises:
            InputError: when a text is empty or too long.
        """
        out = np.empty((len(texts), self.n_features), np.float32)
        for row, text in enumerate(texts):
            pieces = self._table.vectors(self.numbers(checked_text(text)))
            out[row] = self._model.run(pieces=pieces)["embedding"]
        return out


def network_version() -> str:
    """Return the version of the bundled sentence network, by which its embeddings differ."""
    manifest = load_manifest(bundled_models_dir() / PACK)
    return " ".join([manifest.id, manifest.version, manifest.files[NETWORK][:12]])


def checked_text(text: str) -> str:
    """Return the text without spaces around it.

    Raises:
        InputError: when nothing is left, or it is too long.
    """
    text = text.strip()
    if not text:
        raise InputError(tr("The text is empty."), remedy=tr("Describe the music in a few words."))
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            tr("The text is too long: {n} characters, at most {most} are allowed.").format(
                n=len(text), most=MAX_CHARACTERS
            ),
            remedy=tr("Describe the music in a few words."),
        )
    return text


def _vocabulary(
    pieces: bytes, table: bytes, manifest: PackManifest
) -> tuple[PieceTokenizer, PieceTable]:
    vectors = PieceTable(table)
    names = pieces.decode("utf-8").removesuffix("\n").split("\n")
    return PieceTokenizer(names, vectors.scores, int(manifest.extra["n_marks"])), vectors


def _n_features(manifest: PackManifest) -> int:
    (n_features,) = manifest.outputs[NETWORK]["embedding"]
    return int(n_features)


def _unusable(folder: Path, error: Exception) -> PackError:
    return PackError(
        tr("the folder contains no usable sentence network ({reason}).").format(reason=error),
        path=folder,
        remedy=reinstall(),
    )
