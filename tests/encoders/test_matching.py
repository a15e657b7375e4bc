"""The contract of the matching pack, on a pack of four tiny networks."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders.matching import BANK, CONTENT, DYNAMICS, MUSIC, VIDEO, Embedding, MatchingPack
from engine.encoders.profile import Profile
from engine.encoders.score_weights import HUB, LEARNED, N_EMBEDDING, SCALE
from engine.encoders.wants import AXES, N_AXES
from engine.errors import PackError
from tests.tiny_matching import (
    CONTENT_PRECISION,
    DYNAMICS_PRECISION,
    ENERGETIC,
    EXTRA,
    MUSIC_VERSION,
    PRIOR,
    SCORE,
    TASTE,
    TinyPack,
    npy,
    tiny_clip,
)

STILL = [[1.0, 0.0, 0.5, 2.0]]
# The first number goes from 0 to 2: its deviation is 1.
MOVING = [[0.0, 0.0, 0.0, 3.0], [2.0, 0.0, 0.0, 3.0]]


class Features:
    """Of a track."""

    version = MUSIC_VERSION

    def __init__(self, *values: float) -> None:
        self.vector = np.array(values, np.float32)


@pytest.fixture(scope="module")
def pack() -> MatchingPack:
    return TinyPack().load()


def test_an_embedding_has_length_one_and_one_shape() -> None:
    vector = np.eye(1, N_EMBEDDING, dtype=np.float32)[0]
    assert Embedding(vector, "one").space == "one"
    with pytest.raises(ValueError, match="length 1"):
        Embedding(2 * vector, "one")
    with pytest.raises(ValueError, match=r"float32 \(128,\)"):
        Embedding(vector[:64], "one")
    with pytest.raises(ValueError, match=r"float32 \(128,\)"):
        Embedding(vector.astype(np.float64), "one")


def test_both_experts_read_a_moving_clip(pack: MatchingPack) -> None:
    reading = pack.read_clip(tiny_clip(MOVING, cuts_s=(1.0,)))
    content, dynamics = reading.wants["content"], reading.wants["dynamics"]
    assert content.mean[:3] == pytest.approx([1, 0, 0])
    assert content.precision == pytest.approx(np.full(N_AXES, CONTENT_PRECISION))
    assert dynamics.mean[ENERGETIC] == pytest.approx(1)
    assert dynamics.precision == pytest.approx(np.full(N_AXES, DYNAMICS_PRECISION))
    # Learned: 3 by content and 1 by dynamics, each of three equal factors, scaled to length 1.
    assert reading.learned[:3] == pytest.approx(np.array([3, 1, 0]) / math.sqrt(10))


def test_scene_words_come_with_the_likeliest_first(pack: MatchingPack) -> None:
    beach = math.exp(1) / (math.exp(1) + 1)
    ((one, share), (other, rest)) = pack.read_clip(tiny_clip(STILL)).scenes
    assert (one, other) == ("beach", "office")
    assert (share, rest) == pytest.approx((beach, 1 - beach))
    office = pack.read_clip(tiny_clip([[0.0, 1.0, 0.0, 0.0]])).scenes
    assert [word for word, _ in office] == ["office", "beach"]


def test_on_a_still_dynamics_is_silent(pack: MatchingPack) -> None:
    reading = pack.read_clip(tiny_clip(STILL))
    assert reading.wants["content"].mean[:3] == pytest.approx([1, 0, 0.5])
    assert not reading.wants["dynamics"].precision.any()
    assert reading.learned[:2] == pytest.approx([1, 0])


def test_where_nothing_is_to_be_seen_both_are_silent(pack: MatchingPack) -> None:
    reading = pack.read_clip(tiny_clip(MOVING, details=0.0, cuts_s=(1.0,)))
    assert not any(one.precision.any() for one in reading.wants.values())
    assert set(reading.wants) == {"content", "dynamics"}
    assert not reading.learned.any()
    assert reading.scenes == ()


def test_samples_that_do_not_count_are_not_read(pack: MatchingPack) -> None:
    clip = tiny_clip([[1.0, 0, 0, 0], [0, 1.0, 0, 0]])
    clip.details[1] = 0.0
    assert pack.read_clip(clip).wants["content"].mean[:2] == pytest.approx([1, 0])


def test_a_track_has_its_profile_and_its_sound(pack: MatchingPack) -> None:
    profile = Profile(genre="jazz", valence=0.5, arousal=-1.0)
    embedding = pack.embed_music(Features(0, 3, 4), profile)
    vector = embedding.vector
    assert embedding.space == pack.space
    assert vector[AXES.index("jazz")] == pytest.approx(SCALE)
    assert vector[[AXES.index("valence"), AXES.index("arousal")]] == pytest.approx([0.1, -0.2])
    assert vector[LEARNED][:3] == pytest.approx([0, SCALE * 0.6, SCALE * 0.8])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


def test_a_track_that_suits_too_many_clips_is_marked_down() -> None:
    bank = np.zeros((4, N_EMBEDDING))
    bank[:, AXES.index("jazz")] = [4, 2, 0, -8]
    pack = TinyPack(bank=bank, extra={"score": {**SCORE, "hub_share": 0.5}}).load()
    jazz = pack.embed_music(Features(1, 0, 0), Profile(genre="jazz"))
    pop = pack.embed_music(Features(1, 0, 0), Profile(genre="pop"))
    # α = ½ of the mean of its two best scores, 4 and 2.
    assert jazz.vector[HUB] == pytest.approx(0.5 * SCALE * 3)
    assert pop.vector[HUB] == 0


def test_features_of_another_version_are_refused(pack: MatchingPack) -> None:
    with pytest.raises(PackError, match=r"“video-1”, not “video-9”"):
        pack.read_clip(tiny_clip(STILL, version="video-9"))
    music = Features(1, 0, 0)
    music.version = "music-9"
    with pytest.raises(PackError, match=r"“music-1”, not “music-9”"):
        pack.embed_music(music, Profile())


def test_numbers_that_are_not_finite_are_refused(pack: MatchingPack) -> None:
    with pytest.raises(PackError, match="its output “mean” isn't finite"):
        pack.read_clip(tiny_clip([[np.nan, 0, 0, 0]]))
    with pytest.raises(PackError, match="its output “embedding” isn't finite"):
        pack.embed_music(Features(np.nan, 0, 0), Profile())


def test_taste_bias_follows_the_formula(pack: MatchingPack) -> None:
    bias = pack.taste_bias([1.0, 0.0], [0, 1, -1])
    # (u - ū) = (0.5, -0.5); ε = 0.1
    jazz = 0.2 * math.log(1.1 / 0.6) + 0.5 * 0.1
    pop = 0.2 * math.log(0.1 / 0.6) - 0.5 * 0.3
    assert bias == pytest.approx([jazz, pop, 0.0], abs=1e-6)


def test_the_average_taste_has_no_effect(pack: MatchingPack) -> None:
    assert pack.taste_bias(pack.mean_taste, [0, 1]) == pytest.approx([0.0, 0.0])


def test_a_taste_over_other_genres_is_refused(pack: MatchingPack) -> None:
    with pytest.raises(PackError, match="other genres"):
        pack.taste_bias([1.0, 0.0, 0.0], [0])


def test_a_folder_is_read(tmp_path: Path) -> None:
    pack = MatchingPack.load(TinyPack().write(tmp_path / "tiny"))
    assert (pack.id, pack.video_version, pack.music_version) == ("tiny-1", "video-1", "music-1")
    assert pack.genres == ("jazz", "pop")
    assert pack.bank.shape == (1, N_EMBEDDING)


def test_a_pack_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="its kind is profile"):
        MatchingPack.load(TinyPack(fields={"kind": "profile"}).write(tmp_path / "tiny"))


@pytest.mark.parametrize("name", [CONTENT, DYNAMICS, VIDEO, MUSIC, BANK])
def test_every_file_must_be_there_and_as_it_was(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError, match=rf"{name}: the model pack tiny-1 has no such file"):
        MatchingPack.load(TinyPack(files={name: None}).write(tmp_path / "incomplete"))
    folder = TinyPack().write(tmp_path / "tiny")
    (folder / name).write_bytes(b"edited")
    with pytest.raises(PackError, match=rf"{name}: the model file differs from its manifest"):
        MatchingPack.load(folder)
    (folder / name).unlink()
    with pytest.raises(PackError, match=rf"{name}: a file of the model pack is missing"):
        MatchingPack.load(folder)


@pytest.mark.parametrize(
    ("bank", "reason"),
    [
        (npy(np.full((2, N_EMBEDDING), np.nan)), "its bank has numbers that aren't finite"),
        (npy(np.zeros((2, 64))), r"its bank is float16 \(2, 64\)"),
        (npy(np.zeros((0, N_EMBEDDING))), r"its bank is float16 \(0, 128\)"),
        (npy(np.zeros((2, N_EMBEDDING)))[:-1], "its bank is damaged"),
        (b"", "its bank is damaged"),
    ],
)
def test_a_damaged_bank_is_refused(tmp_path: Path, bank: bytes, reason: str) -> None:
    with pytest.raises(
        PackError, match=rf"tiny: the matching pack.*{reason}.*Install the pack again"
    ):
        MatchingPack.load(TinyPack(files={BANK: bank}).write(tmp_path / "tiny"))


def changed(name: str, **values: Any) -> dict[str, Any]:
    return {name: {**EXTRA[name], **values}}


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        *(({name: None}, name) for name in ("axes", "genres", "taste", "prior", "score", "fit")),
        ({"scenes": None}, "scenes"),
        ({"axes": [*AXES[1:], AXES[0]]}, "it has other axes"),
        ({"prior": {**PRIOR, "mean": [0.0] * 25}}, "over other axes"),
        ({"prior": {**PRIOR, "covariance": [[1.0]]}}, "over other axes"),
        ({"prior": {**PRIOR, "covariance": np.zeros((26, 26)).tolist()}}, "has no variance"),
        ({"prior": {**PRIOR, "covariance": (-np.eye(26)).tolist()}}, "has no variance"),
        ({"prior": {**PRIOR, "mean": ["sad"] * 26}}, "could not convert"),
        ({"prior": 3}, "subscriptable"),
        (changed("score", learned=None), "weights of the score"),
        (changed("score", gains={"jazz": 1.0}), "weights of the score are incomplete"),
        (changed("score", prior_share=-1), "aren't finite and positive"),
        (changed("fit", scores=[1.0, 0.0]), "isn't a rising one"),
        ({"fit": {"scores": [0.0, 1.0]}}, "curve of fits is incomplete"),
        ({"taste": {**TASTE, "mean": [1.0]}}, "another number of genres"),
        ({"taste": {**TASTE, "epsilon": 0.0}}, "aren't finite"),
    ],
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, extra: dict[str, Any], reason: str) -> None:
    with pytest.raises(PackError, match=rf"can't be used \(.*{reason}"):
        MatchingPack.load(TinyPack(extra=extra).write(tmp_path / "tiny"))


@pytest.mark.parametrize("name", ["video", "music"])
def test_a_pack_names_the_versions_of_its_features(tmp_path: Path, name: str) -> None:
    versions = {"video": "video-1", "music": "music-1"}
    del versions[name]
    folder = TinyPack(fields={"feature_versions": versions}).write(tmp_path / "tiny")
    with pytest.raises(PackError, match=rf"can't be used \('{name}'\)"):
        MatchingPack.load(folder)


def test_a_network_of_another_shape_is_refused(tmp_path: Path) -> None:
    manifest, _ = TinyPack().contents()
    outputs = {**manifest.outputs, MUSIC: {"embedding": ("n", 64)}}
    with pytest.raises(PackError, match=r"“embedding” of music\.onnx.*not \(n, 96\)"):
        MatchingPack.load(TinyPack(fields={"outputs": outputs}).write(tmp_path / "tiny"))
