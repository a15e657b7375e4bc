"""What a matching pack consists of when it is written."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import SeenClips
from engine.encoders.profile import Profile
from engine.encoders.score_weights import LEARNED, N_EMBEDDING, SCALE
from engine.encoders.session import OnnxModel
from engine.errors import PackError
from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import PairSet
from engine.training.data.pooled import PooledClip
from engine.training.method.onnx_export import Networks, export_networks
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_writer import (
    PackContents,
    PictureParts,
    empty_bank,
    replace_bank,
    write_pack,
)
from engine.training.systems.members import fit_members
from tests.tiny_matching import MUSIC_VERSION, SCORE, VIDEO_VERSION, TinyPack
from tests.training.tiny_pairs import make_clip_pairs

CONFIG = TrainingConfig(
    n_video_components=8, n_music_components=8, n_epochs=2, n_members=1, min_steps_per_epoch=2
)
SEEN = SeenClips(frozenset({"00112233aabbccdd"}), is_complete=False)


@pytest.fixture(scope="module")
def pairs() -> PairSet:
    return make_clip_pairs(40)


@pytest.fixture(scope="module")
def networks(pairs: PairSet) -> Networks:
    (member,) = fit_members(TrainingData(pairs, make_clip_pairs(60, seed=1)), CONFIG, silent())
    return export_networks([member.student], pairs)


@pytest.fixture
def picture(tmp_path: Path) -> PictureParts:
    return PictureParts.of_pack(TinyPack().write(tmp_path / "bundled"))


def written(folder: Path, contents: PackContents, pairs: PairSet, bank: Any = None) -> Path:
    folder.mkdir()
    write_pack(folder, contents, pairs, empty_bank() if bank is None else bank)
    return folder


def test_the_pack_says_what_it_is(
    tmp_path: Path, picture: PictureParts, networks: Networks, pairs: PairSet
) -> None:
    contents = PackContents("mine", picture, networks, "A card.", {"seed": 3}, SEEN)
    folder = written(tmp_path / "mine", contents, pairs)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert sorted(manifest["files"]) == [
        "CARD.md", "bank.npy", "content.onnx", "dynamics.onnx", "fingerprints.txt", "music.onnx",
        "video.onnx",
    ]  # fmt: skip
    assert (folder / "CARD.md").read_text() == "A card."
    assert SeenClips.of_pack(folder) == SEEN
    assert manifest["embedding_space"].startswith("mine:")
    assert manifest["training_data"] == "40 simulated pairs; nothing"
    assert manifest["extra"]["seed"] == 3
    assert manifest["extra"]["taste"] == networks.taste
    pack = MatchingPack.load(folder)
    assert (pack.id, pack.genres) == ("mine", ("jazz", "pop", "metal"))
    assert (pack.video_version, pack.music_version) == (VIDEO_VERSION, MUSIC_VERSION)


def test_the_pack_embeds_as_its_networks_do(
    tmp_path: Path, picture: PictureParts, networks: Networks, pairs: PairSet
) -> None:
    contents = PackContents("mine", picture, networks, "", {}, SEEN)
    pack = MatchingPack.load(written(tmp_path / "mine", contents, pairs))
    video = OnnxModel(networks.video, Path("v")).run(features=pairs.video_vectors)
    music = OnnxModel(networks.music, Path("m")).run(features=pairs.music_vectors)["embedding"]
    parts = ("content", "dynamics")
    fused = sum(video[f"{one}_mean"] * video[f"{one}_precision"] for one in parts)
    fused = fused / (1 + sum(video[f"{one}_precision"] for one in parts))
    expected = fused / np.linalg.norm(fused, axis=1, keepdims=True)
    for row, vector in enumerate(pairs.video_vectors):
        learned = pack.read_clip(PooledClip.of(vector, VIDEO_VERSION)).learned
        assert learned == pytest.approx(expected[row], abs=1e-4)

    class Sound:
        version = MUSIC_VERSION
        vector = pairs.music_vectors[3]

    found = pack.embed_music(Sound(), Profile()).vector[LEARNED] / SCALE
    assert found == pytest.approx(music[3], abs=1e-5)


def test_whatever_changes_a_vector_changes_the_space(
    tmp_path: Path, picture: PictureParts, networks: Networks, pairs: PairSet
) -> None:
    first = PackContents("mine", picture, networks, "", {}, SEEN)
    score = {**SCORE, "learned": 0.5}
    others = {
        "again": (first, None),
        "card": (replace(first, card="A card."), None),
        "bank": (first, np.ones((2, N_EMBEDDING), np.float32)),
        "score": (
            replace(first, picture=replace(picture, extra={**picture.extra, "score": score})),
            None,
        ),
        "id": (replace(first, id="other"), None),
    }
    space = MatchingPack.load(written(tmp_path / "first", first, pairs)).space
    spaces = {
        name: MatchingPack.load(written(tmp_path / name, contents, pairs, bank)).space
        for name, (contents, bank) in others.items()
    }
    assert spaces["again"] == spaces["card"] == space
    assert len({space, spaces["bank"], spaces["score"], spaces["id"]}) == 4


def test_a_bank_that_is_replaced_changes_the_space_and_nothing_else(
    tmp_path: Path, picture: PictureParts, networks: Networks, pairs: PairSet
) -> None:
    contents = PackContents("mine", picture, networks, "", {}, SEEN)
    folder = written(tmp_path / "mine", contents, pairs)
    before = json.loads((folder / "manifest.json").read_text())
    bank = np.full((3, N_EMBEDDING), 0.5, np.float32)
    replace_bank(folder, bank)
    after = json.loads((folder / "manifest.json").read_text())
    assert MatchingPack.load(folder).bank.tolist() == bank.tolist()
    assert {name for name in after if after[name] != before[name]} == {"files", "embedding_space"}
    assert after["embedding_space"].startswith("mine:")
    first = after["embedding_space"]
    replace_bank(folder, 2 * bank)
    assert MatchingPack.load(folder).space != first


def test_parts_of_a_damaged_pack_are_refused(tmp_path: Path) -> None:
    folder = TinyPack().write(tmp_path / "tiny")
    (folder / "content.onnx").write_bytes(b"edited")
    with pytest.raises(PackError, match=r"content\.onnx"):
        PictureParts.of_pack(folder)
