"""Data that lacks something: training works where it can, and reports what is missing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import TrainingError
from engine.progress import silent
from engine.training import train_pack as story
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.pairs import join, require_alike, save_pairs
from engine.training.method.training_config import TrainingConfig
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate as simulate_world
from engine.training.systems.contract import benchmark_config
from engine.training.systems.registry import make_system
from engine.training.train_pack import train_pack
from engine.training.training_request import TrainingRequest
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from tests.training.tiny_pairs import make_clip_pairs, make_pairs


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    """340 training pairs: a third of a batch of the benchmark's."""
    return simulate_world(
        SimulationConfig(n_videos=400, n_tracks=60, n_pgc=80, n_features=16, pool_size=20)
    )


@pytest.fixture
def config() -> TrainingConfig:
    return benchmark_config(n_latent=8, n_epochs=2, anneal_epochs=1)


def scores(name: str, data: BenchmarkData, config: TrainingConfig) -> npt.NDArray[np.float32]:
    system = make_system(name)
    scorer = system.fit(data.training(with_pgc=True), config, silent())
    return scorer.score(data.validation.queries)


def test_fewer_pairs_than_a_batch(data: BenchmarkData, config: TrainingConfig) -> None:
    assert data.ugc.n_pairs < config.batch_size
    for name in ("debcm", "cmvae"):
        assert np.isfinite(scores(name, data, config)).all()


def test_a_genre_with_one_track(data: BenchmarkData, config: TrainingConfig) -> None:
    assert np.bincount(data.ugc.genres).min() == 1
    assert data.ugc.cautions() == ()
    for name in ("debcm", "ips", "decrs"):
        assert np.isfinite(scores(name, data, config)).all()


def test_one_uploader_has_no_taste_beside_others(
    data: BenchmarkData, config: TrainingConfig
) -> None:
    alone = replace(data.ugc, uploaders=np.full(data.ugc.n_pairs, "me"))
    caution = alone.cautions()
    assert len(caution) == 1 and caution[0].startswith("All pairs are by one uploader")
    for name in ("debcm", "ips", "decrs", "calibration"):
        assert np.isfinite(scores(name, replace(data, ugc=alone), config)).all()


def test_tracks_without_a_genre_are_warned_of(data: BenchmarkData, config: TrainingConfig) -> None:
    unsure = replace(data.ugc, genres=np.full(60, -1))
    assert "fewer than two known genres" in unsure.cautions()[0]
    assert np.isfinite(scores("debcm", replace(data, ugc=unsure), config)).all()


def test_training_names_the_set_that_does_not_go_with_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = VIDEO_FEATURES_VERSION
    save_pairs(make_clip_pairs(20, n_uploaders=1, version=version), tmp_path / "ugc.npz")
    save_pairs(make_clip_pairs(20, version="video-0"), tmp_path / "pgc.npz")
    config = TrainingConfig(n_epochs=1, n_members=1, min_steps_per_epoch=1)
    request = TrainingRequest(tmp_path / "ugc.npz", tmp_path / "mine", config, tmp_path / "pgc.npz")
    with pytest.raises(TrainingError, match=r"pgc\.npz.*versions or sizes"):
        train_pack(request, silent())
    save_pairs(make_clip_pairs(20, seed=1, version=version), tmp_path / "pgc.npz")
    # Writing the pack takes seconds and is tested elsewhere.
    monkeypatch.setattr(story, "_write_pack", lambda *_: "mine:0")
    report = train_pack(request, silent())
    assert report is not None
    assert report.cautions[0].startswith("All pairs are by one uploader")


def test_features_of_other_sizes_are_named_by_their_file() -> None:
    first = make_pairs(20)
    narrow = replace(make_pairs(20), video_vectors=np.zeros((20, 9), "f4"), video_blocks=(9,))
    with pytest.raises(TrainingError, match=r"pgc\.npz.*versions or sizes.*same version"):
        require_alike(first, narrow, Path("pgc.npz"))
    with pytest.raises(TrainingError, match="versions or sizes"):
        join(first, narrow)
    renamed = replace(first, genre_names=("pop", "jazz", "metal"))
    with pytest.raises(TrainingError, match=r"pgc\.npz.*different genres.*same order"):
        require_alike(first, renamed, Path("pgc.npz"))
    require_alike(first, make_pairs(10), Path("pgc.npz"))
