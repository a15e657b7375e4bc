"""The product of experts by hand, and encoders that are fused from several."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import CONTENT, DYNAMICS, PairSet
from engine.training.fitting.validation import validation_rank
from engine.training.method.erasure import erase_concept
from engine.training.method.experts import FusedEncoder, product_of_experts, silenced
from engine.training.method.scaling import fit_expert_scalings, fit_scaling
from engine.training.method.start import start_from_correlation
from engine.training.method.student import StudentNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.members import fit_members
from tests.training.tiny_pairs import make_pairs

CONFIG = TrainingConfig(n_latent=16, expert_dropout=0.5)


def test_precisions_weigh_the_experts_and_the_prior_is_one() -> None:
    # Variances 1/2 and 1/5: precisions 2, 5 and the prior's 1 make 8.
    means = torch.tensor([[[4.0]], [[8.0]]])
    log_variances = -torch.tensor([[[2.0]], [[5.0]]]).log()
    mean, log_variance = product_of_experts(
        means, log_variances, torch.ones(2, 1, dtype=torch.bool)
    )
    assert float(mean) == pytest.approx((2 * 4 + 5 * 8) / 8)
    assert float(log_variance.exp()) == pytest.approx(1 / 8)


def test_a_missing_modality_drops_out() -> None:
    means = torch.tensor([[[4.0], [4.0], [4.0]], [[8.0], [8.0], [8.0]]])
    log_variances = -torch.tensor([[[2.0]] * 3, [[5.0]] * 3]).log()
    present = torch.tensor([[True, False, False], [False, True, False]])
    mean, log_variance = product_of_experts(means, log_variances, present)
    np.testing.assert_allclose(mean[:, 0], [8 / 3, 40 / 6, 0.0], rtol=1e-6)
    np.testing.assert_allclose(log_variance.exp()[:, 0], [1 / 3, 1 / 6, 1.0], rtol=1e-6)


def test_a_doubted_expert_counts_less() -> None:
    # Precisions 2 and half of 4, beside the prior's 1.
    means = torch.tensor([[[4.0]], [[8.0]]])
    log_variances = -torch.tensor([[[2.0]], [[4.0]]]).log()
    mean, log_variance = product_of_experts(means, log_variances, torch.tensor([[1.0], [0.5]]))
    assert float(mean) == pytest.approx((2 * 4 + 2 * 8) / 5)
    assert float(log_variance.exp()) == pytest.approx(1 / 5)


def make_expert_pairs(n_pairs: int = 60, seed: int = 0) -> PairSet:
    """Tiny pairs whose first seven video features are content, the others dynamics."""
    return replace(make_pairs(n_pairs, seed=seed), video_experts=(1, 1))


def make_encoder(pairs: PairSet, config: TrainingConfig = CONFIG) -> FusedEncoder:
    scaling = fit_expert_scalings(pairs.video_vectors, pairs.video_blocks, pairs.video_experts, 5)
    torch.manual_seed(0)
    return FusedEncoder(scaling, config)


def test_each_expert_is_scaled_by_what_it_has_to_say() -> None:
    pairs = make_expert_pairs()
    stills = pairs.video_vectors.copy()
    stills[::2, 7:] = 0.0
    scaling = fit_expert_scalings(stills, pairs.video_blocks, pairs.video_experts, 5)
    content, dynamics = scaling.parts
    np.testing.assert_array_equal(content.mean, fit_scaling(stills[:, :7], (7,), 5).mean)
    np.testing.assert_array_equal(dynamics.mean, fit_scaling(stills[1::2, 7:], (3,), 5).mean)
    assert (content.n_components, dynamics.n_components, scaling.n_components) == (5, 3, 8)
    # Side by side, they read what each reads alone.
    whole = (stills - scaling.mean) @ scaling.projection
    own = (stills[:, :7] - content.mean) @ content.projection
    np.testing.assert_allclose(whole[:, :5], own, atol=1e-5)


def test_one_expert_is_the_encoder_as_it_was() -> None:
    pairs = make_pairs()
    scaling = fit_expert_scalings(pairs.video_vectors, pairs.video_blocks, (), 5)
    expected = fit_scaling(pairs.video_vectors, pairs.video_blocks, 5)
    assert not scaling.parts
    np.testing.assert_array_equal(scaling.projection, expected.projection)


def test_a_silent_expert_leaves_the_other_alone() -> None:
    pairs = make_expert_pairs()
    encoder = make_encoder(pairs).eval()
    still = pairs.without_expert(DYNAMICS)
    vectors, both = torch.from_numpy(still.video_vectors), torch.from_numpy(pairs.video_vectors)
    mean, log_variance = encoder(vectors)
    (content, _), (of_content, _) = encoder.each(encoder.components(both))
    precision = (-of_content).exp()
    # Beside the prior's precision of 1.
    torch.testing.assert_close(mean, content * precision / (1.0 + precision))
    torch.testing.assert_close(log_variance, -(1.0 + precision).log())
    assert not torch.allclose(encoder(both)[0], mean)
    nothing, prior = encoder(torch.zeros_like(vectors))
    assert not nothing.any()
    assert not prior.any()


def test_components_are_encoded_as_their_vectors_are() -> None:
    pairs = make_expert_pairs()
    encoder = make_encoder(pairs).eval()
    vectors = torch.from_numpy(pairs.video_vectors.copy())
    vectors[::3, 7:] = 0.0
    components, rows = encoder.components(vectors), torch.tensor([3, 4, 10])
    assert not components.values[::3, 5:].any()
    for given, expected in zip(encoder(components.rows(rows)), encoder(vectors[rows]), strict=True):
        torch.testing.assert_close(given, expected)
    torch.testing.assert_close(encoder.scaled(components), encoder.scaled(vectors))


def test_experts_are_silenced_but_never_the_last() -> None:
    torch.manual_seed(0)
    present = torch.ones(2, 30_000)
    present[1, :10_000] = 0.0
    kept = silenced(present, 0.5)
    assert bool((kept[0, :10_000] == 1).all())
    assert not kept[1, :10_000].any()
    of_both = kept[:, 10_000:]
    assert bool(of_both.any(dim=0).all())
    assert of_both.mean(dim=1).tolist() == pytest.approx([3 / 4, 3 / 4], abs=0.02)
    assert float(of_both.all(dim=0).float().mean()) == pytest.approx(1 / 2, abs=0.02)
    assert silenced(present, 0.0).equal(present)


def test_experts_are_silenced_in_training_alone() -> None:
    vectors = torch.from_numpy(make_expert_pairs().video_vectors)
    encoder = make_encoder(make_expert_pairs(), replace(CONFIG, dropout=0.0, noise=0.0))
    with torch.no_grad():
        assert encoder.eval()(vectors)[1].equal(encoder(vectors)[1])
        _, log_variance = encoder.train()(vectors)
    # Fresh experts all have a log-variance of -4: the precision says how many were present.
    n_reached = (((-log_variance[:, 0]).exp() - 1.0) / np.exp(4.0)).round()
    assert set(n_reached.tolist()) == {1.0, 2.0}


def test_a_concept_is_erased_from_each_expert() -> None:
    pairs = make_expert_pairs(400)
    concept = pairs.video_vectors[:, [0, 8]]
    whole = fit_expert_scalings(pairs.video_vectors, pairs.video_blocks, pairs.video_experts, 5)
    erased = erase_concept(whole, pairs.video_vectors, concept)
    components = (pairs.video_vectors - erased.mean) @ erased.projection
    shared = np.corrcoef(components.T, concept.T)[:-2, -2:]
    assert np.abs(shared).max() < 0.02
    assert len(erased.parts) == 2


def test_each_expert_starts_from_its_part_of_the_correlation() -> None:
    pairs = make_expert_pairs(200)
    config = TrainingConfig(n_latent=16)
    video = fit_expert_scalings(pairs.video_vectors, pairs.video_blocks, pairs.video_experts, 9)
    music = fit_scaling(pairs.music_vectors, pairs.music_blocks, 9)
    network = StudentNetwork(video, music, np.zeros(3, "f4"), config)
    start_from_correlation(network.video_encoder, network.music_encoder, pairs, ridge=0.1)
    for silent_expert in (None, CONTENT, DYNAMICS):
        asked = pairs if silent_expert is None else pairs.without_expert(silent_expert)
        assert validation_rank(network, asked) < 0.2


def test_both_experts_learn_to_do_without_the_other() -> None:
    config = TrainingConfig(n_latent=16, n_epochs=12, n_members=1, validation_share=0.0)
    pgc = make_expert_pairs(90, seed=1)
    # Half of them are stills.
    pgc.video_vectors[::2, 7:] = 0.0
    (member,) = fit_members(TrainingData(make_expert_pairs(90), pgc), config, silent())
    unseen = make_expert_pairs(60, seed=2)
    for asked in (unseen, unseen.without_expert(CONTENT), unseen.without_expert(DYNAMICS)):
        assert validation_rank(member.student, asked) < 0.2
