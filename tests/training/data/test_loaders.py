"""The contract of every format: what it loads, and how it refuses what can't be used."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError, TrainingError
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.benchmark_files import save_benchmark
from engine.training.data.loaders import FORMATS, Opening, load_data
from engine.training.data.pairs import save_pairs
from engine.training.data.reference_writer import write_reference
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from tests.present import present

TRUSTED = Opening(allow_pickle=True)
NAMES = ("reference", "own", "prepared.npz")


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    config = SimulationConfig(n_videos=200, n_tracks=40, n_pgc=30, n_features=8, pool_size=15)
    return simulate(config)


@pytest.fixture
def folder(data: BenchmarkData, tmp_path: Path) -> Path:
    write_reference(data, tmp_path / "reference")
    save_benchmark(data, tmp_path / "own")
    save_pairs(data.ugc, tmp_path / "prepared.npz")
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_every_format_loads_the_same_pairs(data: BenchmarkData, folder: Path, name: str) -> None:
    loaded = load_data(folder / name, TRUSTED)
    videos = loaded.ugc.video_vectors[loaded.ugc.pairs[:, 0]]
    assert np.array_equal(videos, data.ugc.video_vectors[data.ugc.pairs[:, 0]])
    assert np.array_equal(loaded.ugc.music_vectors, data.ugc.music_vectors)
    assert np.array_equal(loaded.ugc.uploaders, data.ugc.uploaders)
    assert loaded.skipped == ()
    has_tests = name != "prepared.npz"
    assert (loaded.benchmark is not None, loaded.pgc is not None) == (has_tests, has_tests)
    if has_tests:
        assert present(loaded.benchmark).ugc is loaded.ugc
        assert present(loaded.pgc).n_pairs == present(data.pgc).n_pairs


def test_each_format_has_a_sample_here(folder: Path) -> None:
    used = {next(each for each in FORMATS if each.recognises(folder / n)).name for n in NAMES}
    assert used == {each.name for each in FORMATS}


@pytest.mark.parametrize("name", NAMES)
def test_every_format_names_a_damaged_file(folder: Path, name: str) -> None:
    path = folder / name
    files = [path] if path.is_file() else sorted(path.rglob("*.np?"))
    assert files
    for file in files:
        whole = file.read_bytes()
        for damaged in (whole[: len(whole) // 2], b"", b"PK nonsense"):
            file.write_bytes(damaged)
            with pytest.raises(TrainingError) as raised:
                load_data(path, TRUSTED)
            message = str(raised.value)
            assert file.name in message and "\n" not in message and raised.value.remedy
        file.write_bytes(whole)
    load_data(path, TRUSTED)


def test_without_permission_no_python_objects_are_read(folder: Path) -> None:
    with pytest.raises(TrainingError, match="--allow-pickle"):
        load_data(folder / "reference")


def test_what_no_format_knows_is_named(tmp_path: Path) -> None:
    for name in ("gone", "gone.npz", "gone.csv", "notes.txt"):
        with pytest.raises((InputError, TrainingError), match=name):
            load_data(tmp_path / name)
