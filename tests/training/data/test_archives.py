from pathlib import Path

import numpy as np
import pytest

from engine.training.data.archives import read_archive


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some.npz"
    np.savez_compressed(path, whole=np.arange(50), text=np.array(["a", "bc"]))
    return path


def test_arrays_come_by_name(path: Path) -> None:
    values = read_archive(path)
    assert values["whole"].tolist() == list(range(50)) and values["text"].tolist() == ["a", "bc"]


def test_a_flip_of_any_byte_is_refused_in_one_line_or_harmless(path: Path) -> None:
    whole = path.read_bytes()
    n_refused = 0
    for place in range(len(whole)):
        for flip in (0x01, 0xFF):
            damaged = bytes([whole[place] ^ flip])
            path.write_bytes(whole[:place] + damaged + whole[place + 1 :])
            try:
                read_archive(path)
            except ValueError as error:
                assert str(error) and "\n" not in str(error)
                n_refused += 1
    assert n_refused > len(whole)


def test_every_cut_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError):
            read_archive(path)


def test_pickles_are_never_read(path: Path) -> None:
    np.savez(path, odd=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="odd contains Python objects"):
        read_archive(path)


def test_what_is_no_archive_is_refused(path: Path, tmp_path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.arange(3))
    with pytest.raises(ValueError, match=r"isn't an \.npz archive"):
        read_archive(path)
    path.write_text("hello")
    with pytest.raises(ValueError, match=r"isn't an \.npz archive"):
        read_archive(path)
    with pytest.raises(ValueError, match="directory"):
        read_archive(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_archive(tmp_path / "gone.npz")
