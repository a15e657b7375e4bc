"""Any fault in features from outside is an error of one line, never a crash or much memory."""

import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import MusicPackError
from engine.media.tags import Tags
from engine.music_packs.manifest import PackTrack
from engine.music_packs.stored_analysis import checked_features
from tests.music_packs.samples import PROFILE, SECONDS, features

TRACK = PackTrack("tracks/a.wav", "analysis/0.npz", Tags("A", licence="CC0"), SECONDS, PROFILE)
PACK = Path("/packs/a.zip")


def archive(**changes: Any) -> bytes:
    """The bytes of features with other arrays in them, written without any check."""
    with np.load(io.BytesIO(features().to_bytes())) as stored:
        arrays = {name: stored[name] for name in stored.files}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **(arrays | changes))
    return buffer.getvalue()


def refuse(data: bytes) -> str:
    with pytest.raises(MusicPackError, match="analysis of “tracks/a\\.wav” can't") as caught:
        checked_features(data, TRACK, PACK)
    return str(caught.value)


def test_correct_features_pass() -> None:
    found = checked_features(features().to_bytes(), TRACK, PACK)
    assert found.to_bytes() == features().to_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"bpm": np.inf}, {"bpm": np.nan}, {"bpm": "fast"}, {"bpm": 5000.0}, {"duration_s": np.inf},
        {"duration_s": 60.0}, {"true_peak_dbtp": np.nan}, {"loudness_range_lu": -np.inf},
        {"msd_tags": np.full(50, np.nan, np.float32)}, {"vector": np.zeros(3, np.float32)},
        {"vector": np.zeros(612)}, {"energy_curve": np.ones(500, np.float32)},
        {"energy_curve": np.array([1, np.inf, 1], np.float32)},
        {"beats_s": np.array([2, 1], np.float32)}, {"beats_s": np.array([1, 99], np.float32)},
        {"downbeats_s": np.array([-1], np.float32)}, {"beats_per_bar": 99}, {"key": "H"},
        {"extra": 1}, {"beats_per_bar": np.array([4, 4])}, {"version": "music-0"},
        {"peaks": np.zeros((10, 3), np.int8)}, {"bpm": 1j},
    ],
    ids=str,
)  # fmt: skip
def test_values_out_of_range(changes: dict[str, Any]) -> None:
    refuse(archive(**changes))


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "ran",))

    refuse(archive(key=np.array([Bomb()], dtype=object)))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("length", [2**40, 2**28])
def test_a_header_that_promises_more_takes_no_memory(length: int) -> None:
    array = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        array, {"descr": "<f4", "fortran_order": False, "shape": (length,)}
    )
    buffer = io.BytesIO(features().to_bytes())
    with zipfile.ZipFile(buffer, "a") as out:
        out.writestr("more.npy", array.getvalue() + bytes(100))
    tracemalloc.start()
    refuse(buffer.getvalue())
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("header", [b"{'descr': '<f4', (\n", b"  (\n  x\n y\n"])
def test_a_header_that_is_no_expression(header: bytes) -> None:
    buffer = io.BytesIO(features().to_bytes())
    with zipfile.ZipFile(buffer, "a") as out:
        out.writestr("more.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    refuse(buffer.getvalue())


def test_arrays_that_unpack_to_much_take_no_memory() -> None:
    data = archive(peaks=np.zeros((6_000_000, 2), np.int8))
    assert len(data) < 400_000
    assert "too large" in refuse(data)


@pytest.mark.parametrize("data", [b"", b"PK", b"x" * 1000, features().to_bytes()[:-30]])
def test_bytes_that_are_no_features(data: bytes) -> None:
    refuse(data)


@pytest.mark.parametrize("seed", range(40))
def test_any_damaged_byte_is_an_error_or_harmless(seed: int) -> None:
    draw = np.random.default_rng(seed)
    data = bytearray(features().to_bytes())
    for at in draw.integers(0, len(data), 6):
        data[at] = draw.integers(256)
    try:
        checked_features(bytes(data), TRACK, PACK)
    except MusicPackError as error:
        assert "\n" not in str(error)
