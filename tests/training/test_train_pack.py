import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders.matching import BUNDLED_PACK, MatchingPack
from engine.encoders.score_weights import HUB, LEARNED, N_EMBEDDING, STILL
from engine.errors import Cancelled, InputError, SoundbedError, TrainingError
from engine.progress import Progress, silent
from engine.ranking.query import make_query
from engine.training import from_scratch
from engine.training import train_pack as story
from engine.training.data.pairs import load_pairs, save_pairs
from engine.training.data.pooled import PooledClip
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_comparison import Comparison
from engine.training.pack_writer import empty_bank, replace_bank
from engine.training.publishing import Judge
from engine.training.train_pack import train_pack
from engine.training.training_request import TrainingReport, TrainingRequest, saved_states
from tests.tiny_matching import VIDEO_VERSION, TinyPack
from tests.training.tiny_pairs import make_clip_pairs

FILES = ("video.onnx", "music.onnx", "bank.npy", "manifest.json", "CARD.md")
CONFIG = TrainingConfig(
    n_video_components=8, n_music_components=8, n_epochs=2, n_members=1, min_steps_per_epoch=2
)


@pytest.fixture
def specs(tmp_path: Path) -> tuple[Path, Path]:
    ugc, pgc = tmp_path / "ugc.npz", tmp_path / "pgc.npz"
    save_pairs(make_clip_pairs(48), ugc)
    save_pairs(make_clip_pairs(60, seed=1), pgc)
    return ugc, pgc


@pytest.fixture(autouse=True)
def uncompared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the comparison, which trains five times as much; `test_retraining` tries it."""
    monkeypatch.setattr(Judge, "folds", lambda *_: [])
    monkeypatch.setattr(Judge, "compare", lambda *_: Comparison("tiny", problem="Not compared."))


@pytest.fixture(autouse=True)
def bundled(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a tiny pack, whose experts on the wants every trained pack gets."""
    models = tmp_path_factory.mktemp("models")
    monkeypatch.setattr(from_scratch, "bundled_models_dir", lambda: models)
    bank = np.zeros((2, N_EMBEDDING))
    # A still, and a clip.
    bank[0, [0, LEARNED.start, STILL]] = 0.5, 0.25, 1.0
    bank[1, [0, HUB]] = 0.125, -1.0
    folder = TinyPack(bank=bank, n_music=8).write(models / BUNDLED_PACK)
    monkeypatch.setattr(story, "matching_pack", lambda other: MatchingPack.load(other or folder))
    return folder


def run(
    ugc: Path,
    pgc: Path,
    out: Path,
    config: TrainingConfig,
    progress: Progress,
    force: bool = True,
    fresh: bool = False,
) -> TrainingReport:
    """Train from scratch; with so few pairs, only by force is the pack published."""
    request = TrainingRequest(ugc, out, config, pgc, force=force, fresh=fresh)
    report = train_pack(request, progress)
    assert report is not None
    return report


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_from_pairs_to_a_pack(specs: tuple[Path, Path], tmp_path: Path) -> None:
    report = run(*specs, tmp_path / "mine", CONFIG, silent())
    pack = MatchingPack.load(report.pack)
    assert (pack.id, pack.space) == ("mine", report.space)
    assert (report.n_ugc, report.n_pgc) == (48, 60)
    assert report.held_out_rank is not None
    card = (report.pack / "CARD.md").read_text()
    assert "48 simulated pairs" in card
    assert "60 simulated pairs" in card
    manifest = json.loads((report.pack / "manifest.json").read_text())
    assert manifest["extra"]["training"]["n_pgc_pairs"] == 60
    assert manifest["training_data"].endswith("60 simulated pairs; nothing")
    assert left_over(tmp_path) == []


def test_a_system_of_the_table_becomes_a_pack(specs: tuple[Path, Path], tmp_path: Path) -> None:
    """Without professionals' pairs, and without any taste."""
    request = TrainingRequest(specs[0], tmp_path / "mine", CONFIG, force=True, recipe="cmvae")
    report = train_pack(request, silent())
    assert report is not None and report.base is None and report.n_pgc == 0
    pack = MatchingPack.load(report.pack)
    manifest = json.loads((report.pack / "manifest.json").read_text())
    assert manifest["extra"]["training"]["recipe"] == "cmvae"
    assert manifest["extra"]["taste"]["log_weight"] == 0
    card = (report.pack / "CARD.md").read_text()
    assert 'the system "cmvae"' in card and "picks (teacher): none" in card
    vectors = make_clip_pairs(48).video_vectors
    seen = pack.read_clip(PooledClip.of(vectors[5], VIDEO_VERSION))
    assert np.linalg.norm(seen.learned) == pytest.approx(1, abs=1e-5)
    with pytest.raises(InputError, match="more than two encoders"):
        train_pack(replace(request, recipe="dscmr"), silent())


def test_the_bundled_experts_are_taken_over(
    specs: tuple[Path, Path], tmp_path: Path, bundled: Path
) -> None:
    report = run(*specs, tmp_path / "mine", CONFIG, silent())
    for name in ("content.onnx", "dynamics.onnx"):
        assert (report.pack / name).read_bytes() == (bundled / name).read_bytes()
    first, second = MatchingPack.load(report.pack), MatchingPack.load(bundled)
    assert first.weights.as_dict() == second.weights.as_dict()
    assert first.fit_levels.as_dict() == second.fit_levels.as_dict()
    assert np.array_equal(first.covariance, second.covariance)


def test_the_bank_holds_the_queries_of_the_clips(specs: tuple[Path, Path], tmp_path: Path) -> None:
    pack = MatchingPack.load(run(*specs, tmp_path / "mine", CONFIG, silent()).pack)
    assert len(pack.bank) == 48 + 60 + 1
    vector = make_clip_pairs(48).video_vectors[5]
    seen = pack.read_clip(PooledClip.of(vector, VIDEO_VERSION))
    assert pack.bank[5] == pytest.approx(make_query(pack, seen).vector, abs=2e-3)
    # The bundled still comes last, without the learned axes of the other pack.
    expected = np.zeros(N_EMBEDDING)
    expected[[0, STILL]] = 0.5, 1.0
    assert pack.bank[-1].tolist() == expected.tolist()
    # Another bank is another space: vectors of tracks depend on it.
    assert replace_bank_and_load(tmp_path / "mine").space != pack.space


def replace_bank_and_load(folder: Path) -> MatchingPack:
    replace_bank(folder, empty_bank())
    return MatchingPack.load(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"video_experts": ()}, "don't tell what a clip shows from how it changes"),
        ({"video_blocks": (5, 14)}, "video features aren't those of clips"),
    ],
)
def test_pairs_that_cannot_make_a_pack_are_refused_before_they_are_learnt(
    change: dict[str, Any], message: str, specs: tuple[Path, Path], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fit(*_: object) -> None:
        raise AssertionError("it trained")

    monkeypatch.setattr(from_scratch, "fit_members", fit)
    for spec in specs:
        save_pairs(replace(load_pairs(spec), **change), spec)
    with pytest.raises(TrainingError, match=message):
        run(*specs, tmp_path / "mine", CONFIG, silent())


def test_for_another_picture_network_the_experts_are_silent(
    specs: tuple[Path, Path], tmp_path: Path
) -> None:
    (caution,) = run(*specs, tmp_path / "one", CONFIG, silent()).cautions
    assert caution.startswith("48 pairs are few to learn from scratch:")
    for spec, seed, n_pairs in zip(specs, (0, 1), (48, 60), strict=True):
        save_pairs(make_clip_pairs(n_pairs, seed=seed, n_shown=6, version="clip-9"), spec)
    report = run(*specs, tmp_path / "other", CONFIG, silent())
    assert "ranks by what your edits have in common" in report.cautions[-1]
    pack = MatchingPack.load(report.pack)
    assert pack.video_version == "clip-9"
    seen = pack.read_clip(PooledClip.of(make_clip_pairs(1, n_shown=6).video_vectors[0], "clip-9"))
    assert not any(one.precision.any() for one in seen.wants.values())
    assert np.linalg.norm(seen.learned) == pytest.approx(1, abs=1e-5)
    assert seen.scenes == ()


def test_the_same_seed_gives_the_same_pack(specs: tuple[Path, Path], tmp_path: Path) -> None:
    config = replace(CONFIG, device="cpu")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        run(*specs, tmp_path / name / "mine", config, silent())
    for file in FILES:
        one, two = (tmp_path / name / "mine" / file for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), file


def test_an_existing_pack_is_replaced_only_where_that_was_asked_for(
    specs: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "mine"
    first = run(*specs, out, CONFIG, silent())
    with pytest.raises(InputError, match="--replace"):
        run(*specs, out, CONFIG, silent(), force=False)
    assert MatchingPack.load(out).space == first.space
    second = run(*specs, out, replace(CONFIG, seed=5), silent(), force=True)
    assert MatchingPack.load(out).space == second.space != first.space
    assert left_over(tmp_path) == []


def test_force_replaces_nothing_but_a_pack(specs: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "holiday"
    out.mkdir()
    (out / "photo.jpg").write_bytes(b"dear")
    with pytest.raises(InputError, match="isn't a matching pack"):
        run(*specs, out, CONFIG, silent(), force=True)
    assert (out / "photo.jpg").read_bytes() == b"dear"


def test_cancelling_leaves_nothing(specs: tuple[Path, Path], tmp_path: Path) -> None:
    progress = Progress(lambda step: progress.cancel() if step.done > 0.5 else None)
    with pytest.raises(Cancelled):
        run(*specs, tmp_path / "mine", CONFIG, progress)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pgc.npz", "ugc.npz"]


def test_a_stopped_run_resumes_to_the_same_pack(specs: tuple[Path, Path], tmp_path: Path) -> None:
    config = replace(CONFIG, device="cpu", n_epochs=6, n_members=2)
    run(*specs, tmp_path / "whole" / "mine", config, silent())
    assert list(saved_states().iterdir()) == []
    # Two members, teacher and student each: stopped in the first's student.
    progress = Progress(lambda step: progress.cancel() if step.done > 1.4 / 4 else None)
    with pytest.raises(Cancelled):
        run(*specs, tmp_path / "stopped" / "mine", config, progress)
    (states,) = saved_states().iterdir()
    assert sorted(path.name for path in (states / "all").iterdir()) == [
        "student-0.npz",
        "teacher-0.npz",
    ]
    seen: list[float] = []
    resumed = Progress(lambda step: seen.append(step.done) if step.total == 1 else None)
    run(*specs, tmp_path / "stopped" / "mine", config, resumed)
    # The finished teacher isn't fitted again.
    assert seen[0] > 1.4 / 4
    assert list(saved_states().iterdir()) == []
    for file in FILES:
        one, two = (tmp_path / name / "mine" / file for name in ("whole", "stopped"))
        assert one.read_bytes() == two.read_bytes(), file


def test_a_damaged_state_is_named_and_left_by_starting_fresh(
    specs: tuple[Path, Path], tmp_path: Path
) -> None:
    progress = Progress(lambda step: progress.cancel() if step.done > 0.1 else None)
    with pytest.raises(Cancelled):
        run(*specs, tmp_path / "mine", CONFIG, progress)
    (state,) = saved_states().glob("*/all/teacher-0.npz")
    state.write_bytes(state.read_bytes()[:100])
    with pytest.raises(TrainingError, match=r"teacher-0\.npz.*--fresh"):
        run(*specs, tmp_path / "mine", CONFIG, silent())
    run(*specs, tmp_path / "mine", CONFIG, silent(), fresh=True)
    assert MatchingPack.load(tmp_path / "mine").id == "mine"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"video_vectors": np.full((48, 19), np.nan, dtype=np.float32)}, "NaN"),
        ({"music_vectors": np.zeros((47, 8), dtype=np.float32)}, "genres isn't"),
        ({"weights": np.ones(3, dtype=np.float32)}, "weights isn't"),
        ({"pairs": np.full((48, 2), 99)}, "a video that doesn't exist"),
        (
            {"video_blocks": np.array([7, 4]), "video_experts": np.zeros(0, np.int64)},
            "video_blocks don't sum",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_named(
    damage: dict[str, Any], message: str, specs: tuple[Path, Path], tmp_path: Path
) -> None:
    with np.load(specs[0]) as archive:
        arrays = {name: archive[name] for name in archive.files}
    np.savez(tmp_path / "bad.npz", **{**arrays, **damage})
    with pytest.raises(TrainingError, match=rf"bad\.npz.*{message}"):
        run(tmp_path / "bad.npz", specs[1], tmp_path / "mine", CONFIG, silent())


def test_features_of_different_sizes_are_reported(specs: tuple[Path, Path], tmp_path: Path) -> None:
    wide = make_clip_pairs(48, n_shown=5)
    save_pairs(wide, tmp_path / "wide.npz")
    with pytest.raises(TrainingError, match="different versions"):
        run(tmp_path / "wide.npz", specs[1], tmp_path / "mine", CONFIG, silent())


def test_a_failed_export_leaves_the_old_pack(
    specs: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "mine"
    first = run(*specs, out, CONFIG, silent())

    def fail(*_: object) -> None:
        raise TrainingError("torch and onnxruntime disagree.")

    monkeypatch.setattr(from_scratch, "export_networks", fail)
    with pytest.raises(TrainingError):
        run(*specs, out, replace(CONFIG, seed=5), silent(), force=True)
    assert MatchingPack.load(out).space == first.space
    assert left_over(tmp_path) == []


def test_too_few_pairs_are_named(specs: tuple[Path, Path], tmp_path: Path) -> None:
    save_pairs(make_clip_pairs(9), tmp_path / "few.npz")
    with pytest.raises(TrainingError, match=r"few\.npz.*9 pairs"):
        run(tmp_path / "few.npz", specs[1], tmp_path / "mine", CONFIG, silent())


@pytest.mark.parametrize("name", ["none.npz", "notes.txt", "nowhere"])
def test_an_unusable_spec_is_named(name: str, specs: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no table")
    with pytest.raises(SoundbedError, match=name.replace(".", r"\.")):
        run(tmp_path / name, specs[1], tmp_path / "mine", CONFIG, silent())


def test_ranks_that_are_missing_are_left_out() -> None:
    assert from_scratch.mean_rank([0.2, None, 0.4]) == pytest.approx(0.3)
    assert from_scratch.mean_rank([None]) is None
