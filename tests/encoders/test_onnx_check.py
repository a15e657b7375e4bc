"""Networks from somewhere else are checked before onnxruntime reads them."""

from pathlib import Path

import pytest

from engine.encoders.matching import MUSIC
from engine.encoders.onnx_check import check_network
from engine.encoders.operators import OPERATORS
from engine.paths import bundled_models_dir
from tests.robustness.hostile_networks import UNABLE, hostile_networks, to_bytes
from tests.tiny_matching import TinyPack

BUNDLED = sorted(bundled_models_dir().glob("*/*.onnx"))
NETWORKS = hostile_networks(3)
# Those that only running them shows.
_WHEN_RUN = {"out_64", "out_64_undeclared", "in_7", "in_whole_numbers", "out_half", "out_scalar"}
_WHEN_RUN |= {"out_nan", "out_infinite", "more_outputs", "slow"}
_WHEN_RUN |= {name for name, (reason, _) in NETWORKS.items() if reason == UNABLE}


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_our_own_networks_pass(path: Path) -> None:
    summary = check_network(path.read_bytes())
    assert summary.inputs and summary.outputs
    assert 0.9 < summary.weight_bytes / path.stat().st_size <= 1


@pytest.mark.parametrize("name", sorted(set(NETWORKS) - _WHEN_RUN))
def test_networks_that_mean_harm_are_refused_unread(name: str) -> None:
    reason, network = NETWORKS[name]
    with pytest.raises(ValueError, match=reason):
        check_network(to_bytes(network))


def test_no_operator_holds_a_graph_reads_files_or_draws_numbers() -> None:
    refused = {"If", "Loop", "Scan", "SequenceMap", "StringNormalizer", "TfIdfVectorizer"}
    refused |= {"ImageDecoder", "RandomNormal", "RandomUniform", "Multinomial", "Optional"}
    assert not refused & OPERATORS


def test_every_cut_and_every_flipped_byte_gives_a_reason_or_passes() -> None:
    data = TinyPack().contents()[1][MUSIC]
    check_network(data)
    for place in range(len(data)):
        with pytest.raises(ValueError, match="it"):
            check_network(data[:place])
    n_passed = 0
    for place in range(0, len(data), 2):
        for bit in (0x01, 0x80):
            changed = bytearray(data)
            changed[place] ^= bit
            try:
                check_network(bytes(changed))
            except ValueError as error:
                assert str(error)
            else:
                n_passed += 1
    # Weights and names may be any.
    assert n_passed > 100
