"""Any format of pairs and any recipe of two encoders, to ONNX files for research."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.pack_manifest import load_manifest, read_file
from engine.encoders.session import OnnxModel
from engine.errors import Cancelled, InputError, PackError, SoundbedError, TrainingError
from engine.progress import Progress, silent
from engine.training.benchmark.runner import BenchmarkPlan, run_benchmark
from engine.training.benchmark.sources import simulated
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.benchmark_files import save_benchmark
from engine.training.data.pairs import save_pairs
from engine.training.data.reference_writer import write_reference
from engine.training.fitting.metrics import target_ranks
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.systems.contract import benchmark_config
from engine.training.systems.encoder_files import FittedSystem, write_encoders
from engine.training.systems.members import fit_members, scorer_of
from engine.training.systems.registry import make_system
from engine.training.train_encoders import EncodersReport, EncodersRequest, train_encoders
from engine.training.training_request import saved_states
from tests.training.tiny_pairs import make_pairs

WORLD = SimulationConfig(
    n_videos=400, n_tracks=60, n_pgc=120, n_pgc_tracks=40, n_features=32, pool_size=20
)
CONFIG = benchmark_config(n_latent=8, batch_size=128, n_epochs=2, device="cpu")


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    return simulate(WORLD)


def run(request: EncodersRequest, progress: Progress | None = None) -> EncodersReport:
    report = train_encoders(request, progress or silent())
    assert report is not None
    return report


def embedded(folder: Path, name: str, vectors: np.ndarray) -> np.ndarray:
    model = OnnxModel(read_file(folder, load_manifest(folder), name), folder / name)
    found: np.ndarray = model.run(features=vectors)["embedding"]
    return found


@pytest.mark.parametrize("name", ["cmvae+within+erasure", "cevar", "teacher", "debcm"])
def test_the_files_rank_as_the_system(name: str, data: BenchmarkData, tmp_path: Path) -> None:
    """Two members, whose joined embeddings must rank by the mean of their scores."""
    config, training = replace(CONFIG, n_members=2), data.training(with_pgc=True)
    members = fit_members(training, config, silent(), system=make_system(name))
    write_encoders(tmp_path / "mine", FittedSystem(name, members, training, config))
    queries = data.tests[0].queries
    video = embedded(tmp_path / "mine", "video.onnx", queries.video_vectors)
    tracks = np.load(tmp_path / "mine/tracks.npy")
    assert np.linalg.norm(tracks, axis=1) == pytest.approx(1, abs=1e-5)
    expected = scorer_of(members).score(queries)
    np.testing.assert_allclose(video @ tracks.T, expected, atol=1e-5)


def test_a_benchmark_saves_models_and_losses(tmp_path: Path) -> None:
    rows = ("cmvae", "dscmr")
    plan = BenchmarkPlan([simulated(WORLD)], rows, (0,), ("ugc+pgc",), saves_models=True)
    run_benchmark(replace(plan, changes=replace(plan.changes, asked=QUICK)), tmp_path, silent())
    (saved,) = (tmp_path / "models").iterdir()
    assert saved.name == "simulated_cmvae_ugc+pgc_0"
    test = next(one for one in simulate(WORLD).tests if one.name == "do")
    scores = (
        embedded(saved, "video.onnx", test.queries.video_vectors) @ np.load(saved / "tracks.npy").T
    )
    own = np.take_along_axis(scores, test.targets[:, None], axis=1)
    ranks = target_ranks(own[:, 0], np.take_along_axis(scores, test.negatives, axis=1))
    with np.load(tmp_path / "queries/do-0.npz") as found:
        np.testing.assert_allclose(ranks, found["cmvae/ugc+pgc/rank"], atol=1.0)
        assert np.mean(ranks == found["cmvae/ugc+pgc/rank"]) > 0.95
    lines = (tmp_path / "losses.csv").read_text().splitlines()
    assert lines[0] == "source,system,data,seed,member,network,epoch,loss"
    assert [line.split(",")[:-1] for line in lines[1:]] == [
        ["simulated", name, "ugc+pgc", "0", "0", "student", str(epoch)]
        for name in rows
        for epoch in (1, 2)
    ]


QUICK = {"n_latent": 8, "n_epochs": 2, "batch_size": 128}


@pytest.mark.parametrize("recipe", ["cmvae", "shipped"])
def test_every_format_is_read(recipe: str, data: BenchmarkData, tmp_path: Path) -> None:
    save_benchmark(data, tmp_path / "ours")
    write_reference(data, tmp_path / "reference")
    save_pairs(data.ugc, tmp_path / "ugc.npz")
    assert data.pgc is not None
    save_pairs(data.pgc, tmp_path / "pgc.npz")
    config = replace(CONFIG, n_epochs=1)
    for name, pairs, pgc in (
        ("a", tmp_path / "ours", None),
        ("b", tmp_path / "reference", None),
        ("c", tmp_path / "ugc.npz", tmp_path / "pgc.npz"),
    ):
        report = run(
            EncodersRequest(pairs, tmp_path / name, config, recipe, pgc, allow_pickle=True)
        )
        assert (report.n_ugc, report.n_pgc) == (data.ugc.n_pairs, 120)
        manifest = json.loads((report.folder / "manifest.json").read_text())
        assert manifest["kind"] == "encoders"
        assert manifest["extra"]["system"] == recipe
        assert manifest["extra"]["training"]["n_epochs"] == 1
        roles = [one["role"] for one in manifest["extra"]["fits"]]
        assert roles == (["teacher", "student"] if recipe == "shipped" else ["student"])
        assert np.load(report.folder / "tracks.npy").shape == (60, 8)
        assert max(report.parity.video, report.parity.music) < 1e-5
    assert list(saved_states().iterdir()) == []
    # It is no pack for the app, which says so in plain words.
    with pytest.raises(PackError, match="its kind is encoders"):
        MatchingPack.load(tmp_path / "a")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"recipe": "dscmr"}, "more than two encoders"),
        ({"recipe": "nobody"}, "no system called nobody"),
        ({"recipe": "shipped"}, "shipped learns from professionals' pairs"),
        ({"pairs": Path("reference")}, "Python objects"),
        ({"pgc": Path("ugc.npz"), "pairs": Path("ours")}, "already has professionals' pairs"),
        ({"out": Path("ugc.npz")}, "already exists"),
        ({"out": Path("taken"), "replace": True}, "aren't saved encoders"),
        ({"out": Path("ugc.npz/out")}, r"ugc\.npz.*isn't a folder"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_fitted(
    change: dict[str, Any], message: str, data: BenchmarkData, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fit(*_: object, **__: object) -> None:
        raise AssertionError("it trained")

    monkeypatch.setattr("engine.training.train_encoders.fit_members", fit)
    monkeypatch.chdir(tmp_path)
    save_pairs(data.ugc, Path("ugc.npz"))
    save_benchmark(data, Path("ours"))
    write_reference(data, Path("reference"))
    Path("taken").mkdir()
    Path("taken/mine.txt").write_text("mine")
    request = EncodersRequest(Path("ugc.npz"), Path("out"), CONFIG, "cmvae")
    with pytest.raises(SoundbedError, match=message):
        train_encoders(replace(request, **change), silent())
    assert Path("taken/mine.txt").read_text() == "mine"


def test_encoders_are_replaced_when_asked(tmp_path: Path) -> None:
    save_pairs(make_pairs(60), tmp_path / "ugc.npz")
    request = EncodersRequest(tmp_path / "ugc.npz", tmp_path / "mine", CONFIG, "cmvae")
    run(request)
    with pytest.raises(InputError, match="already exists"):
        run(request)
    before = (tmp_path / "mine/video.onnx").read_bytes()
    run(replace(request, replace=True, config=replace(CONFIG, seed=1)))
    assert (tmp_path / "mine/video.onnx").read_bytes() != before


def test_a_stopped_run_resumes_to_the_same_encoders(tmp_path: Path) -> None:
    save_pairs(make_pairs(60), tmp_path / "ugc.npz")
    config = replace(CONFIG, n_epochs=6, n_members=2)
    request = EncodersRequest(tmp_path / "ugc.npz", tmp_path / "whole", config, "cmvae")
    run(request)
    stopped = replace(request, out=tmp_path / "stopped")
    progress = Progress(lambda step: progress.cancel() if step.done > 1.4 else None)
    with pytest.raises(Cancelled):
        run(stopped, progress)
    assert not stopped.out.exists()
    seen: list[float] = []
    run(stopped, Progress(lambda step: seen.append(step.done) if step.total == 2 else None))
    assert seen[0] >= 1
    for name in ("video.onnx", "music.onnx", "tracks.npy"):
        assert (stopped.out / name).read_bytes() == (request.out / name).read_bytes()


def test_too_few_pairs_are_refused(tmp_path: Path) -> None:
    save_pairs(make_pairs(12), tmp_path / "ugc.npz")
    with pytest.raises(TrainingError, match="12 pairs"):
        run(EncodersRequest(tmp_path / "ugc.npz", tmp_path / "mine", CONFIG, "cmvae"))
