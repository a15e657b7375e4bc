"""Sentences of one meaning are near each other; unusable packs and texts are refused."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.pack_manifest import load_manifest, save_manifest, sha256_of
from engine.encoders.sentences import MAX_CHARACTERS, PACK, TABLE, SentenceEncoder
from engine.errors import InputError, PackError
from engine.paths import bundled_models_dir


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load(n_threads=1)


def test_no_texts_give_no_embeddings(encoder: SentenceEncoder) -> None:
    assert encoder.embed([]).shape == (0, 512)


def test_embeddings_are_unit_vectors_and_independent(encoder: SentenceEncoder) -> None:
    texts = ["sad piano", "techno", "sad piano"]
    embedded = encoder.embed(texts)
    assert embedded.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embedded, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(embedded[0], embedded[2])
    np.testing.assert_array_equal(embedded[1], encoder.embed(["techno"])[0])


@pytest.mark.parametrize(
    "translated",
    [
        ["trauriges Klavier", "fröhlicher Strand", "dunkler Wald im Nebel"],
        ["悲伤的钢琴", "快乐的海滩", "雾中黑暗的森林"],
        ["piano triste", "plage joyeuse", "forêt sombre dans la brume"],
    ],
)
def test_a_translation_is_nearest(encoder: SentenceEncoder, translated: list[str]) -> None:
    english = encoder.embed(["sad piano", "happy beach", "dark forest in fog"])
    nearest = (english @ encoder.embed(translated).T).argmax(axis=1)
    assert nearest.tolist() == [0, 1, 2]


@pytest.mark.parametrize("text", ["", " \n\t", "a" * (MAX_CHARACTERS + 1), "sad " * 2_500])
def test_empty_and_long_texts_are_refused(encoder: SentenceEncoder, text: str) -> None:
    with pytest.raises(InputError, match=r"empty|too long") as caught:
        encoder.embed(["sad", text])
    assert "few words" in (caught.value.remedy or "")


def test_the_longest_text_is_embedded(encoder: SentenceEncoder) -> None:
    text = ("calm " * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert np.isfinite(encoder.embed([text])).all()


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bundled_models_dir() / PACK, tmp_path / PACK))
    damaged = (folder / TABLE).read_bytes()[:1000]
    (folder / TABLE).write_bytes(damaged)
    with pytest.raises(PackError, match="differs from its manifest"):
        SentenceEncoder.load(folder)
    manifest = load_manifest(folder)
    digests = {**manifest.files, TABLE: sha256_of(damaged)}
    save_manifest(folder, replace(manifest, files=digests))
    with pytest.raises(PackError, match="no usable sentence network"):
        SentenceEncoder.load(folder)


def test_another_kind_of_pack_is_refused() -> None:
    with pytest.raises(PackError, match="its kind is audio"):
        SentenceEncoder.load(bundled_models_dir() / "musicnn")
