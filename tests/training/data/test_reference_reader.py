"""DebCM's data format: written, read back, and refused where it is invalid."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import ExportError, TrainingError
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.pairs import PairSet
from engine.training.data.reference_columns import uploaders_by_histogram
from engine.training.data.reference_reader import read_reference
from engine.training.data.reference_writer import write_reference
from engine.training.data.splits import held_out_sources
from engine.training.data.tastes import tastes_of
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate as simulate_world
from tests.present import present

N_VIDEOS, N_TRACKS, N_ASKED = 400, 60, 20


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    return simulate_world(
        SimulationConfig(
            n_videos=N_VIDEOS, n_tracks=N_TRACKS, n_pgc=60, n_features=16, pool_size=20
        )
    )


@pytest.fixture
def folder(data: BenchmarkData, tmp_path: Path) -> Path:
    write_reference(data, tmp_path / "set")
    return tmp_path / "set"


@pytest.fixture
def alone(folder: Path) -> Path:
    """Such a folder without what Soundbed puts beside the format, as a stranger's is."""
    (folder / "soundbed.npz").unlink()
    return folder


def training_videos(pairs: PairSet) -> npt.NDArray[np.float32]:
    return pairs.video_vectors[pairs.pairs[:, 0]]


def test_what_the_format_has_a_place_for_survives(data: BenchmarkData, folder: Path) -> None:
    read = read_reference(folder, allow_pickle=True)
    assert read.is_simulated and read.description == data.description
    for one, other in ((read.ugc, data.ugc), (present(read.pgc), present(data.pgc))):
        assert np.array_equal(training_videos(one), training_videos(other))
        assert np.array_equal(one.music_vectors, other.music_vectors)
        assert np.array_equal(one.pairs[:, 1], other.pairs[:, 1])
        assert np.array_equal(one.uploaders, other.uploaders)
        assert np.array_equal(one.genres, other.genres)
        assert one.genre_names == other.genre_names
        assert (one.video_blocks, one.music_blocks) == (other.video_blocks, other.music_blocks)
    assert np.array_equal(present(read.ugc.extras.taken), present(data.ugc.extras.taken))
    tests = zip((read.validation, *read.tests), (data.validation, *data.tests), strict=True)
    for found, written in tests:
        assert found.name == written.name
        assert np.array_equal(found.targets, written.targets)
        assert np.array_equal(found.negatives, written.negatives)
        assert np.allclose(found.popularity, written.popularity, rtol=1e-5)
        for part in ("video_vectors", "tastes", "drifts", "uploaders"):
            values = getattr(found.queries, part), getattr(written.queries, part)
            assert np.array_equal(*values), part


def test_what_the_format_has_no_place_for_is_gone(folder: Path) -> None:
    read = read_reference(folder, allow_pickle=True)
    assert list(read.ugc.extras.parts()) == ["taken"]
    for test in (read.validation, *read.tests):
        assert test.true_top is None and test.queries.text_vectors is None


def test_the_files_are_those_of_the_public_code(data: BenchmarkData, folder: Path) -> None:
    visual = np.load(folder / "visual_features_resnet_V.npy")
    assert visual.shape == (data.ugc.n_videos + 5 * N_ASKED, 16)
    assert np.load(folder / "music_features.npy").shape == (N_TRACKS, 8)
    assert np.load(folder / "new_music_smile_features_norm.npy").shape == (N_TRACKS, 8)
    prior = np.load(folder / "user_prior_mean.npy")
    assert np.allclose(prior, tastes_of(data.ugc).mean) and prior.sum() == pytest.approx(1)
    rows = np.load(folder / "train.npy", allow_pickle=True)
    video, track, genre, shares, propensity = rows[7]
    assert (video, track) == tuple(data.ugc.pairs[7])
    assert genre == str(data.ugc.genres[track])
    assert shares[int(genre)] == propensity and sum(shares) == pytest.approx(1)
    asked = np.load(folder / "100neg" / "val.npy", allow_pickle=True)
    assert asked.shape == (N_ASKED, 3) and len(asked[0, 2]) == N_TRACKS - 1
    assert asked[0, 0] == data.ugc.n_videos
    weights = np.load(folder / "video_popularity_test.npy")
    assert weights.sum() == pytest.approx(1)
    assert (folder / "README.txt").read_text().startswith("Simulated data, not real")


def test_a_strangers_folder_is_still_read(data: BenchmarkData, alone: Path) -> None:
    read = read_reference(alone, allow_pickle=True)
    assert np.array_equal(training_videos(read.ugc), training_videos(data.ugc))
    assert np.array_equal(read.ugc.pairs[:, 1], data.ugc.pairs[:, 1])
    assert read.ugc.genre_names == tuple(f"genre {n}" for n in range(6))
    picked = np.unique(data.ugc.pairs[:, 1])
    assert np.array_equal(read.ugc.genres[picked], data.ugc.genres[picked])
    assert (np.delete(read.ugc.genres, picked) == -1).all()
    assert [test.name for test in read.tests] == ["test"]
    assert not read.is_simulated
    # Nobody knows who asks: then it's anyone.
    assert np.allclose(read.validation.queries.tastes, tastes_of(read.ugc).mean, atol=1e-6)
    assert np.array_equal(read.validation.targets, data.validation.targets)


def test_professionals_may_be_beside_the_folder(data: BenchmarkData, alone: Path) -> None:
    (alone / "data_pgc").rename(alone.parent / "data_pgc")
    read = read_reference(alone, allow_pickle=True)
    pgc = present(read.pgc)
    assert np.array_equal(pgc.pairs, present(data.pgc).pairs)
    assert (pgc.genres == -1).all()


def test_videos_of_one_track_stay_on_one_side_of_a_split(data: BenchmarkData, alone: Path) -> None:
    read = present(read_reference(alone, allow_pickle=True).pgc)
    # The simulation's sources are its songs: the same split comes of both.
    for seed in range(3):
        held_out = held_out_sources(present(data.pgc).sources, 0.2, seed)
        assert np.array_equal(held_out_sources(read.sources, 0.2, seed), held_out)


def test_without_professionals(data: BenchmarkData, tmp_path: Path) -> None:
    write_reference(replace(data, pgc=None), tmp_path / "set")
    assert read_reference(tmp_path / "set", allow_pickle=True).pgc is None


def test_uploaders_are_as_few_as_their_shares_allow() -> None:
    thirds, whole = [1 / 3, 2 / 3], [1.0, 0.0]
    histograms = np.array([thirds] * 6 + [whole] * 2)
    names = uploaders_by_histogram(histograms, np.array([0, 0, 1, 1, 1, 1, 0, 0]))
    # Six picks of thirds are two people's with one pick of the first genre and two of the other.
    assert len(set(names[:6])) == 2 and names[0] != names[1]
    for name in set(names[:6]):
        assert np.bincount(np.array([0, 0, 1, 1, 1, 1])[names[:6] == name]).tolist() == [1, 2]
    # A share of 1 may be a single pick: two people then.
    assert len(set(names[6:])) == 2 and not set(names[:6]) & set(names[6:])


def test_shares_cut_to_four_digits_still_give_the_picks() -> None:
    histograms = np.tile([0.1429, 0.8571], (7, 1))
    assert len(set(uploaders_by_histogram(histograms, np.array([0, 1, 1, 1, 1, 1, 1])))) == 1


def test_a_genre_outside_its_own_shares_has_an_uploader_of_its_own() -> None:
    names = uploaders_by_histogram(np.array([[1.0, 0.0]] * 2), np.array([1, 1]))
    assert len(set(names)) == 2


def test_without_permission_the_flag_is_named(folder: Path) -> None:
    with pytest.raises(TrainingError, match=r"train\.npy.*can run code.*--allow-pickle"):
        read_reference(folder, allow_pickle=False)


class Touching:
    """A pickle of it makes a file when it is read."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


@pytest.mark.parametrize("name", ["train.npy", "100neg/val.npy", "visual_features_resnet_V.npy"])
def test_a_malicious_file_is_refused_without_running_it(folder: Path, name: str) -> None:
    marker = folder / "it-ran"
    rows = np.load(folder / name, allow_pickle=True).astype(object)
    rows[0, 0] = Touching(marker)
    np.save(folder / name, rows, allow_pickle=True)
    np.load(folder / name, allow_pickle=True)
    assert marker.exists()
    marker.unlink()
    with pytest.raises(TrainingError, match=rf"{name}.*which isn't an array, number or string"):
        read_reference(folder, allow_pickle=True)
    assert not marker.exists()


def test_a_few_bytes_of_nested_lists_end_at_once(folder: Path) -> None:
    # 3 levels of 100 are a million values: each by itself is allowed, each row's text isn't read.
    nested: object = 0
    for _ in range(3):
        nested = [nested] * 100
    rows = np.empty((8, 5), dtype=object)
    rows[:] = [[0, 0, "0", None, 0.5]] * 8
    for column in (0, 2, 3):
        changed = rows.copy()
        changed[:, 3] = [[0.5, 0.5]] * 8
        for row in changed:
            row[column] = nested
        np.save(folder / "train.npy", changed, allow_pickle=True)
        assert (folder / "train.npy").stat().st_size < 2000
        started = os.times().user
        with pytest.raises(TrainingError, match=r"train\.npy.*far more than the file is large"):
            read_reference(folder, allow_pickle=True)
        assert os.times().user - started < 2


def test_a_genre_that_is_a_long_list_is_refused_unread(folder: Path) -> None:
    rows = np.load(folder / "train.npy", allow_pickle=True)
    for genre in ([[0] * 100] * 100, ["0", "0"], np.zeros((300, 300)), [["0"]], "0" * 10_000):
        rows[0, 2] = genre
        np.save(folder / "train.npy", rows, allow_pickle=True)
        with pytest.raises(TrainingError, match="unknown genre") as raised:
            read_reference(folder, allow_pickle=True)
        assert len(str(raised.value)) < 500


NEEDED = (
    "visual_features_resnet_V.npy",
    "music_features.npy",
    "new_music_smile_features_norm.npy",
    "train.npy",
    "user_prior_mean.npy",
    "100neg/val.npy",
    "100neg/test.npy",
    "video_popularity_val.npy",
    "video_popularity_test.npy",
    "data_pgc/mv_video_resnet_features.npy",
    "data_pgc/train.npy",
)


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_or_damaged_file_is_named(alone: Path, name: str) -> None:
    whole = (alone / name).read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"no array"):
        (alone / name).write_bytes(damaged)
        with pytest.raises(TrainingError, match=name) as raised:
            read_reference(alone, allow_pickle=True)
        assert raised.value.remedy and "\n" not in str(raised.value)
    (alone / name).unlink()
    with pytest.raises(TrainingError, match=rf"{name}.*no such file"):
        read_reference(alone, allow_pickle=True)


def cells(column: int, value: object) -> Callable[[np.ndarray], np.ndarray]:
    def change(rows: np.ndarray) -> np.ndarray:
        rows[3, column] = value
        return rows

    return change


def first(value: float) -> Callable[[np.ndarray], np.ndarray]:
    def change(values: np.ndarray) -> np.ndarray:
        values.flat[0] = value
        return values

    return change


TOO_FAR = 10_000


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("train.npy", cells(0, -1), "isn't a row number"),
        ("train.npy", cells(0, 2.5), "isn't a row number"),
        ("train.npy", cells(0, float("nan")), "isn't a row number"),
        ("train.npy", cells(0, 1e300), "isn't a row number"),
        ("train.npy", cells(0, "x"), "isn't a number"),
        ("train.npy", cells(0, [1, 2]), "isn't a number"),
        ("train.npy", cells(0, TOO_FAR), "a video that doesn't exist"),
        ("train.npy", cells(1, TOO_FAR), "a track that doesn't exist"),
        ("train.npy", cells(1, -1), "isn't a row number"),
        ("train.npy", cells(2, "polka"), "unknown genre: “polka”"),
        ("train.npy", cells(2, "6"), "unknown genre: “6”"),
        ("train.npy", cells(2, "__import__('os')"), "unknown genre"),
        ("train.npy", cells(3, [0.5, 0.5]), "genre shares"),
        ("train.npy", cells(3, [float("nan")] * 6), "genre shares"),
        ("train.npy", cells(3, "half"), "genre shares"),
        ("train.npy", lambda rows: rows[:, :3], "don't have 5 columns"),
        ("train.npy", lambda rows: rows[:0], "or there are none"),
        ("train.npy", lambda rows: rows.ravel(), "columns"),
        ("100neg/test.npy", cells(0, TOO_FAR), "a video that doesn't exist"),
        ("100neg/test.npy", cells(0, -1), "isn't a row number"),
        ("100neg/test.npy", cells(1, TOO_FAR), "a track that doesn't exist"),
        ("100neg/test.npy", cells(2, np.arange(5)), "different numbers of tracks"),
        ("100neg/test.npy", cells(2, np.full(59, TOO_FAR)), "a track that doesn't exist"),
        ("100neg/test.npy", cells(2, np.full(59, -1)), "isn't a row number"),
        ("100neg/test.npy", cells(2, np.arange(59)), "among its negatives"),
        ("100neg/test.npy", lambda rows: rows[:0], "or there are none"),
        ("100neg/val.npy", lambda rows: rows[:0], "or there are none"),
        ("100neg/test.npy", lambda rows: rows[:5], "video_popularity_test.*don't fit"),
        ("video_popularity_test.npy", first(-1.0), "don't fit"),
        ("video_popularity_test.npy", first(float("nan")), "NaN"),
        ("video_popularity_val.npy", lambda values: values[:-1], "don't fit"),
        ("video_popularity_val.npy", lambda values: np.full(20, "x"), "isn't a list of numbers"),
        ("user_prior_mean.npy", lambda values: values[:5], "train.*(unknown genre|don't fit)"),
        ("user_prior_mean.npy", first(float("inf")), "infinity"),
        ("visual_features_resnet_V.npy", first(float("nan")), "NaN"),
        ("visual_features_resnet_V.npy", lambda values: values.ravel(), "isn't a matrix"),
        ("visual_features_resnet_V.npy", lambda values: values.astype(str), "isn't a matrix"),
        ("music_features.npy", first(float("-inf")), "infinity"),
        ("music_features.npy", lambda values: values[:-1], "differ in length"),
        ("data_pgc/vggish_features.npy", first(float("nan")), "NaN"),
        ("data_pgc/mv_video_resnet_features.npy", lambda v: v[:, :5], "versions or sizes"),
        ("data_pgc/train.npy", lambda values: values[:, :1], "aren't pairs"),
        ("data_pgc/train.npy", lambda values: values + TOO_FAR, "a video that doesn't exist"),
        ("data_pgc/train.npy", lambda values: -1 - values, "isn't a row number"),
        ("data_pgc/train.npy", lambda values: values[:0], "aren't pairs"),
    ],
)
def test_what_does_not_fit_is_refused(
    alone: Path, name: str, change: Callable[[np.ndarray], np.ndarray], problem: str
) -> None:
    values = np.load(alone / name, allow_pickle=True)
    np.save(alone / name, change(values), allow_pickle=True)
    with pytest.raises(TrainingError, match=problem) as raised:
        read_reference(alone, allow_pickle=True)
    message = str(raised.value)
    assert str(alone) in message and "\n" not in message and raised.value.remedy


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"uploaders": np.array(["a"])}, "uploaders doesn't fit"),
        ({"genres": np.array(["a"] * N_TRACKS)}, "genres doesn't fit"),
        ({"pgc_genres": np.zeros(3, np.int64)}, "pgc_genres doesn't fit"),
        ({"uploaders_val": np.array(["a"])}, "uploaders_val doesn't fit"),
        ({"tests": np.array(["../../etc"])}, "impossible name"),
        ({"tests": np.array(["do", "do", "do"])}, "test_do|one name"),
        ({"genre_names": np.array(["only"])}, "unknown genre|doesn't fit"),
        ({"genre_names": np.array(["x"] * 2000)}, "a list is too long"),
        ({"tests": np.array(["x"] * 2000)}, "a list is too long"),
    ],
)
def test_a_side_file_that_does_not_fit_is_refused(
    folder: Path, arrays: dict[str, np.ndarray], problem: str
) -> None:
    path = folder / "soundbed.npz"
    with np.load(path) as archive:
        values = {**archive, **arrays}
    np.savez(path, **values)
    with pytest.raises(TrainingError, match=problem):
        read_reference(folder, allow_pickle=True)


def test_a_damaged_side_file_is_named(folder: Path) -> None:
    path = folder / "soundbed.npz"
    for damaged in (path.read_bytes()[:200], b"", b"no archive"):
        path.write_bytes(damaged)
        with pytest.raises(TrainingError, match=r"soundbed\.npz"):
            read_reference(folder, allow_pickle=True)
    np.savez(path, uploaders=np.array([{}], dtype=object))
    with pytest.raises(TrainingError, match=r"soundbed\.npz"):
        read_reference(folder, allow_pickle=True)


def test_genres_may_be_lists_or_names(data: BenchmarkData, folder: Path, alone: Path) -> None:
    rows = np.load(alone / "train.npy", allow_pickle=True)
    expected = read_reference(alone, allow_pickle=True).ugc.genres
    numbers = [int(genre) for genre in rows[:, 2]]
    for make in (
        lambda n: f"[{n}]",
        lambda n: n,
        lambda n: [n],
        lambda n: [str(n)],
        lambda n: np.array([n]),
        lambda n: np.array(n),
    ):
        for row, number in enumerate(numbers):
            rows[row, 2] = make(number)
        np.save(alone / "train.npy", rows, allow_pickle=True)
        assert np.array_equal(read_reference(alone, allow_pickle=True).ugc.genres, expected)


def test_what_the_format_cannot_hold_is_reported(data: BenchmarkData, tmp_path: Path) -> None:
    one_block = replace(data, ugc=replace(data.ugc, music_blocks=(16,)))
    with pytest.raises(TrainingError, match="two blocks of music features"):
        write_reference(one_block, tmp_path / "set")
    unsure = replace(data, ugc=replace(data.ugc, genres=np.full(N_TRACKS, -1)))
    with pytest.raises(TrainingError, match="no genre"):
        write_reference(unsure, tmp_path / "set")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "set").write_text("mine")
    with pytest.raises(ExportError, match="already exists"):
        write_reference(data, tmp_path / "set")
