"""Fusing picture and text, with any of them present."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.errors import TrainingError
from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.extras import Extras
from engine.training.data.own_pairs import held_out_test
from engine.training.data.pairs import PairSet
from engine.training.fitting.metrics import target_ranks
from engine.training.method.experts import product_of_experts
from engine.training.method.scaling import fit_scaling
from engine.training.systems.cmvae import FusedNetwork, FusedScorer, texts_of
from engine.training.systems.contract import benchmark_config
from engine.training.systems.registry import make_system
from engine.training.systems.two_branches import input_scalings, start_branches
from tests.training import hand_made
from tests.training.tiny_pairs import make_pairs


def texted_pairs() -> PairSet:
    """Pairs whose text is three numbers of the content, which the sound shows without noise."""
    pairs = make_pairs(400)
    world = np.random.default_rng(1).normal(size=(pairs.video_vectors.shape[1], 3))
    texts = (pairs.video_vectors @ world).astype(np.float32)
    has_text = np.arange(len(texts)) % 4 > 0
    texts[~has_text] = 0
    return replace(pairs, extras=Extras(text_vectors=texts, has_text=has_text))


def started(pairs: PairSet) -> FusedNetwork:
    config = benchmark_config(n_latent=8)
    texts, has_text = texts_of(pairs)
    text = fit_scaling(texts[has_text], (3,), 3)
    validation = hand_made.make_test("validation", hand_made.make_pairs())
    video, music = input_scalings(TrainingData(pairs, None, validation), config)
    torch.manual_seed(0)
    network = FusedNetwork(video, text, music, config)
    start_branches(network, pairs, config)
    network.start_text(pairs)
    return network.eval()


def test_text_starts_near_its_sound() -> None:
    pairs = texted_pairs()
    network = started(pairs)
    texts, has_text = texts_of(pairs)
    with torch.no_grad():
        of_text, _ = network.text_encoder(torch.from_numpy(texts[has_text]))
        sounds, _ = network.music_encoder(torch.from_numpy(pairs.music_vectors[has_text]))
    own = (of_text * sounds).sum(dim=1).mean()
    other = (of_text * sounds.roll(1, 0)).sum(dim=1).mean()
    assert own > 0.5 > abs(other)


def test_a_text_about_something_else_is_doubted() -> None:
    pairs = texted_pairs()
    network = started(pairs)
    texts, has_text = texts_of(pairs)
    text = torch.from_numpy(texts[has_text])
    video = torch.from_numpy(pairs.video_vectors[has_text])
    everywhere = torch.ones(len(text), dtype=torch.bool)
    with torch.no_grad():
        alone, _ = network.fuse(video, text, everywhere, ~everywhere)
        beside_wrong, _ = network.fuse(video, text.roll(1, 0), everywhere, everywhere)
        experts = network.video_encoder(video), network.text_encoder(text.roll(1, 0))
        means, log_variances = (torch.stack(part) for part in zip(*experts, strict=True))
        evenly, _ = product_of_experts(means, log_variances, torch.ones(2, len(text)))
    # What a wrong text moves, it moves by less than half of what even trust would.
    assert (alone - beside_wrong).norm() < 0.5 * (alone - evenly).norm()


def test_pairs_without_text_are_refused() -> None:
    with pytest.raises(TrainingError, match="no text"):
        texts_of(make_pairs(20))


def test_the_system_with_text_asks_by_it() -> None:
    pairs = texted_pairs()
    learnt, asked = pairs.take(np.arange(320)), pairs.take(np.arange(320, 400))
    config = benchmark_config(n_latent=8, batch_size=80, n_epochs=2)
    validation = held_out_test("validation", pairs, np.arange(400) >= 380, learnt, 0)
    system = make_system("cmvae-text")
    scorer = system.fit(TrainingData(learnt, None, validation), config, silent())
    queries = held_out_test("test", pairs, np.arange(400) >= 320, learnt, 0).queries
    scores = scorer.score(queries)
    wordless = scorer.score(replace(queries, text_vectors=None, has_text=None))
    has_text = np.asarray(queries.has_text)
    assert np.allclose(scores[~has_text], wordless[~has_text], atol=1e-5)
    assert not np.allclose(scores[has_text], wordless[has_text], atol=1e-2)
    # By the text alone, the own sound is among the first of 400.
    assert isinstance(scorer, FusedScorer)
    scorer.uses_video = False
    by_text = scorer.score(queries)
    own = by_text[np.arange(80), asked.pairs[:, 1]]
    assert target_ranks(own, by_text)[has_text].mean() < 40
