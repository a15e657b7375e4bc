"""The picture's experts: as networks they say what they say in numpy."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import build_matching
from engine.encoders.experts import product
from engine.encoders.fit_levels import FitLevels
from engine.encoders.matching import MUSIC, VIDEO, MatchingPack
from engine.encoders.pack_fingerprints import SeenClips
from engine.encoders.session import OnnxModel
from engine.encoders.wants import AXES, N_AXES
from engine.training.method.onnx_export import Networks, Parity
from engine.training.pack_writer import PackContents, empty_bank, write_pack
from engine.video.clip_features import VideoFeatures
from tests.tiny_matching import N_SHOWN, TinyPack, tiny_clip
from tests.training.tiny_pairs import make_clip_pairs
from wants.card import wants_card
from wants.experts import Classifier, Inputs, PictureExperts, expert_inputs, fit_experts
from wants.pictures import Described, Picture
from wants.tables import Wants

N_CLIPS, N_SCENES, N_SOURCES = 36, 12, 9
WORDS = ("beach", "office", "street_market")


def random_wants(rng: np.random.Generator) -> Wants:
    return Wants(
        np.r_[rng.uniform(0, 1, 24) * (rng.random(24) < 0.4), rng.uniform(-1, 1, 2)],
        rng.random(N_AXES) < 0.15,
    )


def features(rng: np.random.Generator, n: int) -> VideoFeatures:
    found = tiny_clip(np.abs(rng.normal(size=(n, N_SHOWN))), cuts_s=(1.0,) if n > 1 else ())
    motion, brightness, warmth_change = rng.random(3).tolist()
    descriptors = replace(
        found.descriptors,
        motion_mean=motion,
        brightness=brightness,
        warmth_change=warmth_change,
    )
    return replace(found, descriptors=descriptors)


@pytest.fixture(scope="module")
def described() -> Described:
    """Clips of some sources, photographs of scenes, and two of OASIS, one without wants."""
    rng = np.random.default_rng(0)
    pictures, found = [], []
    for n in range(N_CLIPS):
        source = f"micro clips {n % N_SOURCES}"
        pictures.append(Picture(Path("c"), "micro_clips", "vlog", source, random_wants(rng)))
        found.append(features(rng, 5))
    for n in range(N_SCENES):
        word = WORDS[n % 3]
        pictures.append(Picture(Path("s"), "scenes", word, f"repository {n}", random_wants(rng)))
        found.append(features(rng, 1))
    for n in range(2):
        wants = random_wants(rng) if n else None
        pictures.append(Picture(Path("o"), "oasis", "Dog", "oasis Animals", wants))
        found.append(features(rng, 1))
    return Described(tuple(pictures), tuple(found))


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    rng = np.random.default_rng(1)
    # The network keeps the weights in half precision.
    weights = rng.normal(size=(N_SHOWN, 7)).astype(np.float16).astype(np.float32)
    return Classifier(weights, rng.normal(size=7).astype(np.float32), rng.normal(size=(7, 24)))


@pytest.fixture(scope="module")
def inputs(described: Described, classifier: Classifier) -> Inputs:
    return expert_inputs(described, classifier)


@pytest.fixture(scope="module")
def fitted(inputs: Inputs, classifier: Classifier) -> tuple[PictureExperts, Any, Any]:
    return fit_experts(inputs, classifier, np.ones(len(inputs.is_clip), bool))


def run(network: bytes, **values: Any) -> dict[str, Any]:
    return OnnxModel(network, Path("network.onnx")).run(**values)


def test_content_is_the_same_as_a_network(
    fitted: tuple[PictureExperts, Any, Any], described: Described
) -> None:
    content = fitted[0].content
    network = content.to_onnx()
    for clip in described.features[::7]:
        given = run(network, embeddings=clip.embeddings.astype(np.float32))
        values = content.classifier.inputs(clip.embeddings)[None]
        expected = content.line.predict(values)
        assert given["mean"] == pytest.approx(expected, rel=1e-3, abs=1e-3)
        assert given["precision"][0] == pytest.approx(content.precision, rel=1e-5)
        scenes = content.scenes.predict(values)[0]
        assert given["scenes"].sum() == pytest.approx(1, abs=1e-5)
        assert given["scenes"][0].argsort().tolist() == scenes.argsort().tolist()


def test_dynamics_is_the_same_as_a_network(
    fitted: tuple[PictureExperts, Any, Any], described: Described
) -> None:
    dynamics = fitted[0].dynamics
    network = dynamics.to_onnx()
    for clip in described.features[:N_CLIPS:7]:
        for factor in (1.0, 100.0):
            # Numbers far outside of what was learnt are limited.
            spread, numbers = factor * clip.spread[None], factor * clip.descriptors.as_vector()
            both = np.concatenate([spread, numbers[None]], axis=1).astype(np.float32)
            given = run(network, features=both)
            values = dynamics.scaling.inputs(
                spread.astype(np.float64), numbers[None].astype(np.float64)
            )
            assert np.abs(values).max() <= 3
            expected = dynamics.line.predict(values)
            assert given["mean"] == pytest.approx(expected, rel=1e-3, abs=1e-3)
            assert given["precision"][0] == pytest.approx(dynamics.precision, rel=1e-5)


def test_the_prior_is_that_of_the_clips(
    fitted: tuple[PictureExperts, Any, Any], inputs: Inputs
) -> None:
    experts, wants = fitted[0], inputs.wants[:N_CLIPS]
    assert experts.prior_mean == pytest.approx(wants.mean(axis=0))
    assert experts.covariance == pytest.approx(np.cov(wants.T, bias=True))
    assert experts.prior_variance == pytest.approx(wants.var(axis=0))


def test_scene_words_come_from_the_photographs_of_scenes(
    fitted: tuple[PictureExperts, Any, Any],
) -> None:
    assert fitted[0].content.scene_words == WORDS


def test_nothing_is_learnt_from_what_is_left_out(
    inputs: Inputs, classifier: Classifier, fitted: tuple[PictureExperts, Any, Any]
) -> None:
    kept = ~np.isin(inputs.sources, ["micro clips 3", "repository 5", "oasis Animals"])
    first, *means = fit_experts(inputs, classifier, kept)
    other = replace(inputs, wants=inputs.wants.copy(), content=inputs.content.copy())
    other.wants[~kept] = 9.0
    other.content[~kept] = -9.0
    second, *others = fit_experts(other, classifier, kept)
    assert first.content.to_onnx() == second.content.to_onnx()
    assert first.dynamics.to_onnx() == second.dynamics.to_onnx()
    assert all(np.array_equal(one, two) for one, two in zip(means, others, strict=True))
    assert first.content.to_onnx() != fitted[0].content.to_onnx()


def test_held_out_means_are_given_for_kept_clips_alone(
    inputs: Inputs, classifier: Classifier
) -> None:
    kept = ~np.isin(inputs.sources, ["micro clips 3"])
    _, *means = fit_experts(inputs, classifier, kept)
    for mean in means:
        assert mean.shape == (len(kept), N_AXES)
        assert np.array_equal(mean.any(axis=1), kept & inputs.is_clip)


def test_no_clip_is_estimated_by_a_fit_on_its_source(
    inputs: Inputs, classifier: Classifier
) -> None:
    everything = np.ones(len(inputs.is_clip), bool)
    of_source = np.array([source == "micro clips 2" for source in inputs.sources])
    axis = AXES.index("jazz")
    first, *means = fit_experts(inputs, classifier, everything)
    other = replace(inputs, wants=inputs.wants.copy())
    # The order of the source's wants is turned around: mean and variance of all stay as they were.
    other.wants[of_source, axis] = other.wants[of_source, axis][::-1]
    assert not np.array_equal(other.wants, inputs.wants)
    second, *others = fit_experts(other, classifier, everything)
    for one, two, name in zip(means, others, ("content", "dynamics"), strict=True):
        stretch = [
            1 + (1 / experts.prior_variance[axis]) / getattr(experts, name).precision[axis]
            for experts in (first, second)
        ]
        estimates = [
            (mean[of_source, axis] - experts.prior_mean[axis]) / factor
            for mean, experts, factor in zip((one, two), (first, second), stretch, strict=True)
        ]
        assert estimates[0] == pytest.approx(estimates[1], abs=1e-6)


@pytest.fixture(scope="module")
def pack(
    fitted: tuple[PictureExperts, Any, Any], tmp_path_factory: pytest.TempPathFactory
) -> MatchingPack:
    """A pack with these experts."""
    levels = FitLevels(np.array([-1.0, 1.0]), np.array([0.2, 0.9]))
    _, files = TinyPack(n_music=8).contents()
    taste = {"mean": [0.2, 0.3, 0.5], "log_weight": 0.0, "genre_weights": np.zeros((3, 3)).tolist(),
             "epsilon": 0.1}  # fmt: skip
    networks = Networks(files[VIDEO], files[MUSIC], Parity(0.0, 0.0), taste)
    parts = build_matching.picture_parts(fitted[0], levels, "nothing")
    contents = PackContents("built", parts, networks, "A card.", {}, SeenClips())
    folder = tmp_path_factory.mktemp("built")
    write_pack(folder, contents, make_clip_pairs(20), empty_bank())
    return MatchingPack.load(folder)


def test_the_experts_make_a_pack(
    pack: MatchingPack, fitted: tuple[PictureExperts, Any, Any], described: Described
) -> None:
    experts, clip = fitted[0], described.features[0]
    reading = pack.read_clip(clip)
    content = experts.content.line.predict(experts.content.classifier.inputs(clip.embeddings)[None])
    assert reading.wants["content"].mean == pytest.approx(content[0], rel=1e-3, abs=1e-3)
    assert {word for word, _ in reading.scenes} == {"beach", "office", "street market"}
    assert pack.prior.mean == pytest.approx(experts.prior_mean, abs=1e-5)
    assert pack.covariance == pytest.approx(experts.covariance, abs=1e-5)
    assert pack.weights.as_dict() == build_matching.SCORE.as_dict()
    assert pack.fit_levels.probability(0.0) == pytest.approx(0.55)


def test_reference_queries_use_what_was_estimated_without_the_source(
    pack: MatchingPack,
    described: Described,
    inputs: Inputs,
    fitted: tuple[PictureExperts, Any, Any],
) -> None:
    _, content, dynamics = fitted
    kept = np.ones(len(inputs.is_clip), bool)
    kept[:4] = False
    bank = build_matching.reference_queries(pack, described, inputs, (content, dynamics), kept)
    assert len(bank) == N_CLIPS - 4
    reading = pack.read_clip(described.features[4])
    factors = [
        replace(reading.wants[name], mean=mean[4].astype(np.float32))
        for name, mean in (("content", content), ("dynamics", dynamics))
    ]
    wants = product(pack.prior, factors)
    assert bank[0] == pytest.approx(pack.weights.query(wants, pack.prior, reading.learned))


def test_the_card_says_how_much_is_explained(inputs: Inputs) -> None:
    # Of a variance of 2, half is left by content, and 80 % by dynamics.
    experts: Any = SimpleNamespace(
        prior_variance=np.full(N_AXES, 2.0),
        content=SimpleNamespace(precision=np.full(N_AXES, 0.5)),
        dynamics=SimpleNamespace(precision=np.full(N_AXES, 0.125)),
    )
    card = wants_card(experts, inputs, 12)
    assert f"learnt from {N_SCENES + 1} photographs (scenes and OASIS) and 12 clips" in card
    assert "**not by people**" in card
    for axis in AXES:
        assert f"| {axis} | 0.50 | 0.20 |" in card
