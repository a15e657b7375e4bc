from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ExportError, TrainingError
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.benchmark_files import load_benchmark, save_benchmark
from engine.training.data.pairs import PairSet
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    return simulate(
        SimulationConfig(
            n_videos=600, n_tracks=90, n_pgc=150, n_pgc_tracks=40, n_features=32, pool_size=20
        )
    )


@pytest.fixture
def folder(data: BenchmarkData, tmp_path: Path) -> Path:
    save_benchmark(data, tmp_path / "set")
    return tmp_path / "set"


def assert_equal(one: object, other: object, name: str = "data") -> None:
    """Field by field, arrays with their types."""
    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray) and one.dtype == other.dtype, name
        assert np.array_equal(one, other), name
    elif isinstance(one, tuple) and one and is_dataclass(one[0]):
        assert isinstance(other, tuple)
        for a, b in zip(one, other, strict=True):
            assert_equal(a, b, name)
    elif is_dataclass(one) and not isinstance(one, type):
        assert type(one) is type(other)
        for field in fields(one):
            assert_equal(getattr(one, field.name), getattr(other, field.name), field.name)
    else:
        assert one == other, name


def test_data_survive_their_folder(data: BenchmarkData, folder: Path) -> None:
    assert_equal(data, load_benchmark(folder))
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt",
        "benchmark.npz",
        "pgc.npz",
        "test_diverse.npz",
        "test_do.npz",
        "test_do_own.npz",
        "test_matching.npz",
        "test_validation.npz",
        "ugc.npz",
    ]
    assert [path.name for path in folder.parent.iterdir()] == ["set"]


def test_without_professionals_and_without_a_truth(data: BenchmarkData, tmp_path: Path) -> None:
    tests = tuple(replace(t, true_top=None, true_genre_shares=None) for t in data.tests)
    real = replace(data, pgc=None, tests=tests, is_simulated=False, description="Real data.")
    save_benchmark(real, tmp_path / "set")
    assert_equal(real, load_benchmark(tmp_path / "set"))


def test_the_readme_says_first_that_it_is_simulated(data: BenchmarkData, tmp_path: Path) -> None:
    save_benchmark(data, tmp_path / "set", SimulationConfig(n_videos=600).as_dict())
    text = (tmp_path / "set" / "README.txt").read_text(encoding="utf-8")
    assert text.startswith("Simulated data, not real")
    assert "pool_size = 60" in text and "510 training pairs" in text


def test_a_folder_that_isnt_empty_stays_as_it_is(data: BenchmarkData, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"mine.*already exists.*new or empty"):
        save_benchmark(data, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    save_benchmark(data, tmp_path / "empty")
    assert (tmp_path / "empty" / "ugc.npz").exists()


def test_nothing_incomplete_remains(
    data: BenchmarkData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for writer in ("engine.training.data.benchmark_files._write", "numpy.savez_compressed"):
        with monkeypatch.context() as patch:
            patch.setattr(writer, full)
            with pytest.raises(ExportError, match=r"set.*No space left on device") as raised:
                save_benchmark(data, tmp_path / "set")
        assert raised.value.path == tmp_path / "set"
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["benchmark.npz", "ugc.npz", "pgc.npz", "test_do.npz"])
def test_a_missing_or_damaged_file_is_named(folder: Path, name: str) -> None:
    whole = (folder / name).read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"no archive at all"):
        (folder / name).write_bytes(damaged)
        with pytest.raises(TrainingError, match=name) as raised:
            load_benchmark(folder)
        assert raised.value.remedy and "\n" not in str(raised.value)
    (folder / name).unlink()
    with pytest.raises(TrainingError, match=rf"{name}.*no such file"):
        load_benchmark(folder)


def change(path: Path, **arrays: object) -> None:
    with np.load(path) as archive:
        values = {**archive, **arrays}
    np.savez(path, **{name: value for name, value in values.items() if value is not None})


@pytest.mark.parametrize(
    ("name", "arrays", "problem"),
    [
        ("benchmark.npz", {"format": "soundbed-benchmark-99"}, "not a benchmark of this version"),
        ("benchmark.npz", {"tests": np.array(["../ugc"])}, "impossible name"),
        ("benchmark.npz", {"tests": np.array(["do", "do"])}, "one name"),
        ("benchmark.npz", {"tests": None}, "tests"),
        ("benchmark.npz", {"tests": np.array([], dtype=np.str_)}, "no test set"),
        ("benchmark.npz", {"tests": np.array("do")}, r"benchmark\.npz"),
        ("benchmark.npz", {"has_pgc": np.array([True, False])}, r"benchmark\.npz"),
        ("test_do.npz", {"targets": np.full(30, 90)}, "a track that doesn't exist"),
        ("test_do.npz", {"targets": np.full(30, -1)}, "negative index"),
        ("test_do.npz", {"targets": np.full(29, 1)}, "targets"),
        ("test_do.npz", {"targets": np.full(30, "x")}, r"test_do\.npz"),
        ("test_do.npz", {"targets": None}, "a part is missing"),
        ("test_do.npz", {"popularity": np.zeros(30, "f4")}, "positive"),
        ("test_do.npz", {"query_tastes": np.full((30, 6), np.nan, "f4")}, "NaN"),
        ("test_do.npz", {"query_video_vectors": np.zeros((30, 31), "f4")}, "other video features"),
        ("test_do.npz", {"query_video_vectors": np.full((30, 32), np.inf, "f4")}, "infinity"),
        ("test_do.npz", {"query_video_vectors": np.zeros((0, 32), "f4")}, r"test_do\.npz"),
        ("ugc.npz", {"music_vectors": np.full((90, 32), np.nan, "f4")}, "NaN"),
        ("ugc.npz", {"genres": np.zeros(89, np.int64)}, "genres"),
        ("pgc.npz", {"genre_names": np.array(["a", "b", "c", "d", "e", "f"])}, "different genres"),
        ("pgc.npz", {"video_blocks": np.array([31, 1])}, "different versions or sizes"),
    ],
)
def test_files_that_do_not_fit_are_refused(
    folder: Path, name: str, arrays: dict[str, object], problem: str
) -> None:
    change(folder / name, **arrays)
    with pytest.raises(TrainingError, match=problem) as raised:
        load_benchmark(folder)
    assert str(folder) in str(raised.value) and raised.value.remedy
    assert "\n" not in str(raised.value)


def test_an_empty_test_set_is_named(folder: Path) -> None:
    with np.load(folder / "test_do.npz") as archive:
        empty = {name: values[:0] for name, values in archive.items()}
    np.savez(folder / "test_do.npz", **empty)
    with pytest.raises(TrainingError, match=r"test_do\.npz.*empty"):
        load_benchmark(folder)


def test_pickles_are_never_read(folder: Path) -> None:
    change(folder / "test_do.npz", targets=np.array([{}] * 30, dtype=object))
    with pytest.raises(TrainingError, match=r"test_do\.npz"):
        load_benchmark(folder)


def test_pairs_alone_are_no_benchmark(data: BenchmarkData, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"gone.*no such file.*soundbed simulate"):
        load_benchmark(tmp_path / "gone")
    assert isinstance(data.ugc, PairSet)
