"""The losses that make the baselines of the table themselves, by hand."""

import math

import numpy as np
import pytest
import torch

from engine.training.systems.cbvmr import structure_loss
from engine.training.systems.cevar import cosine_embedding_loss
from engine.training.systems.dscmr import invariance_loss, label_loss, likelihood_loss
from engine.training.systems.uwml import polynomial, universal_weighting_loss
from engine.training.systems.yuyin import WeightedFusion, category_loss, cross_matching_loss

OWN = torch.eye(2, dtype=torch.bool)


def test_cevar_pulls_pairs_and_pushes_the_others_beyond_the_margin() -> None:
    cosines = torch.tensor([[0.8, 0.5], [0.1, 0.4]])
    # Pairs: (.2 + .6) / 2; the others: (.3 + 0) / 2.
    loss = cosine_embedding_loss(cosines, OWN, margin=0.2, negative_share=0.6)
    assert float(loss) == pytest.approx(0.4 * 0.4 + 0.6 * 0.15)
    known = torch.ones(2, 2, dtype=torch.bool)
    assert float(cosine_embedding_loss(cosines, known, 0.2, 0.6)) == pytest.approx(0.16)


def test_cbvmr_counts_triples_whose_order_is_reversed() -> None:
    found = torch.tensor([[1.0, 0.9, 0.1], [0.9, 1.0, 0.4], [0.1, 0.4, 1.0]])
    features = torch.tensor([[1.0, 0.2, 0.6], [0.2, 1.0, 0.5], [0.6, 0.5, 1.0]])
    first, second = torch.tensor([1, 0, 1]), torch.tensor([2, 2, 1])
    # (0; 1, 2): .9 - .1 against .2 - .6. (1; 0, 2): .9 - .4 against .2 - .5. The last is no pair.
    assert float(structure_loss(found, features, first, second)) == pytest.approx((0.8 + 0.5) / 2)
    assert float(structure_loss(features, features, first, second)) == 0.0


def test_dscmr_term_by_term() -> None:
    predicted = torch.tensor([[1.0, 0.0], [0.0, 0.0], [3.0, 4.0]])
    assert float(label_loss(predicted, torch.tensor([0, 1, -1]))) == pytest.approx(0.5)
    assert float(label_loss(predicted, torch.tensor([-1, -1, -1]))) == 0.0
    likelihood = likelihood_loss(torch.tensor([[1.0, 0.0]]), torch.tensor([[True, False]]), 2.0)
    expected = (math.log(1 + math.exp(2)) - 2 + math.log(2)) / 2
    assert float(likelihood) == pytest.approx(expected)
    pairs = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    assert float(invariance_loss(pairs, torch.zeros(2, 2))) == pytest.approx(2.5)


def test_uwml_weighs_pairs_by_polynomials() -> None:
    assert float(polynomial(torch.tensor(2.0), (1.0, 2.0, 3.0))) == 17.0
    scores = torch.tensor([[0.5, 0.45], [0.1, 0.6]])
    loss = universal_weighting_loss(scores, OWN, 0.2, 5, positive=(1.0, -1.0), negative=(0.0, 1.0))
    # Pairs: 1 - .55. Of the others only .45 comes within .2, of .5 in its row, of .6 in its column.
    assert float(loss) == pytest.approx(0.45 + (0.225 + 0.225) / 2)


def test_yuyin_fuses_matches_and_names() -> None:
    fusion = WeightedFusion(2)
    with torch.no_grad():
        fusion.gate.weight.zero_()
        fusion.gate.bias.copy_(torch.tensor([math.log(3.0), 0.0]))
        fused = fusion(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]]))
    np.testing.assert_allclose(fused, [[3 / math.sqrt(10), 1 / math.sqrt(10)]], rtol=1e-5)
    scores = torch.tensor([[0.5, 0.45], [0.1, 0.6]])
    # In its row .2 - .5 + .45, in its column .2 - .6 + .45; two mismatches, two directions.
    assert float(cross_matching_loss(scores, OWN, 0.2)) == pytest.approx((0.15 + 0.05) / 4)
    logits = torch.tensor([[0.0, 0.0], [5.0, 1.0]])
    assert float(category_loss(logits, torch.tensor([0, -1]))) == pytest.approx(math.log(2))
    assert float(category_loss(logits, torch.tensor([-1, -1]))) == 0.0
