"""Arrays of Python objects: what numpy writes is read, anything else is refused unexecuted."""

import io
import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import TrainingError
from engine.training.data.object_arrays import read_array

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def write_pickle(path: Path, payload: bytes) -> Path:
    """A .npy file of one object whose pickle is the payload."""
    with path.open("wb") as file:
        header = {"descr": "|O", "fortran_order": False, "shape": (1,)}
        np.lib.format.write_array_header_1_0(file, header)
        file.write(payload)
    return path


def rows() -> np.ndarray:
    table = np.empty((2, 4), dtype=object)
    table[0] = [3, "hiphop", [0.5, 0.25], np.arange(3)]
    table[1] = [np.int64(4), "ä", (1, 2), np.array([["a", "bc"]])]
    return table


def assert_is_rows(read: np.ndarray) -> None:
    assert read.shape == (2, 4) and read.dtype == object
    assert read[0, :3].tolist() == [3, "hiphop", [0.5, 0.25]]
    assert read[1, :3].tolist() == [4, "ä", [1, 2]]
    assert read[0, 3].tolist() == [0, 1, 2] and read[0, 3].dtype == np.int64
    assert read[1, 3].tolist() == [["a", "bc"]]


def test_what_numpy_saves_is_read(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", rows(), allow_pickle=True)
    assert_is_rows(read_array(tmp_path / "rows.npy", allow_pickle=True))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_is_read(tmp_path: Path, protocol: int) -> None:
    path = write_pickle(tmp_path / "rows.npy", pickle.dumps(rows(), protocol))
    assert_is_rows(read_array(path, allow_pickle=True))


def test_what_numpy_1_wrote_is_read(tmp_path: Path) -> None:
    # In protocol 2 names end with a line break, so that they can be exchanged.
    payload = pickle.dumps(rows(), 2).replace(b"numpy._core.", b"numpy.core.")
    assert b"numpy.core.multiarray" in payload
    path = write_pickle(tmp_path / "rows.npy", payload)
    assert_is_rows(read_array(path, allow_pickle=True))


@pytest.mark.parametrize(
    "values",
    [
        np.arange(6, dtype=">i4").reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array([True, False]),
        np.array(2.5),
        np.zeros((0, 3), dtype=np.float32),
        np.array(["x", "yz"]),
    ],
)
def test_arrays_within_arrays_keep_their_values(tmp_path: Path, values: np.ndarray) -> None:
    for protocol in PROTOCOLS:
        table = np.empty(1, dtype=object)
        table[0] = values
        path = write_pickle(tmp_path / "one.npy", pickle.dumps(table, protocol))
        read = read_array(path, allow_pickle=True)[0]
        assert read.shape == values.shape and read.dtype == values.dtype
        assert np.array_equal(read, values)


def test_plain_arrays_need_no_permission(tmp_path: Path) -> None:
    np.save(tmp_path / "plain.npy", np.arange(4.0))
    assert read_array(tmp_path / "plain.npy", allow_pickle=False).tolist() == [0, 1, 2, 3]


def test_without_permission_objects_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", rows(), allow_pickle=True)
    with pytest.raises(TrainingError, match=r"rows\.npy.*can run code.*--allow-pickle"):
        read_array(tmp_path / "rows.npy", allow_pickle=False)


class Calling:
    """A pickle of it calls a function of the writer's choice when it's read."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


def malicious(marker: Path) -> dict[str, Any]:
    command = f"open({str(marker)!r}, 'w').close()"
    return {
        "os.system": Calling(os.system, f"touch '{marker}'"),
        "eval": Calling(eval, command),
        "exec": Calling(exec, command),
        "open": Calling(open, str(marker), "w"),
        "path": Calling(Path.touch, marker),
        "getattr": Calling(getattr, os, "system"),
        "load": Calling(np.load, str(marker)),
        "tofile": Calling(np.ndarray.tofile, np.zeros(1), str(marker)),
        "memmap": Calling(np.memmap, str(marker), "u1", "w+", 0, (1,)),
    }


@pytest.mark.parametrize("name", malicious(Path("m")))
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_malicious_pickle_is_refused_without_running_it(
    tmp_path: Path, name: str, protocol: int
) -> None:
    marker = tmp_path / "it-ran"
    if name == "getattr":  # a module has no pickle: it can only be written by hand
        payload = b"cbuiltins\ngetattr\n(cos\nsystem\nS'x'\ntR."
    else:
        table = np.empty(2, dtype=object)
        table[:] = [1, malicious(marker)[name]]
        payload = pickle.dumps(table, protocol)
        # The same pickle read without care does run: the test would notice.
        if name in ("os.system", "eval", "exec"):
            pickle.loads(payload)
            assert marker.exists()
            marker.unlink()
    path = write_pickle(tmp_path / "bad.npy", payload)
    with pytest.raises(TrainingError, match=r"bad\.npy.*which isn't an array, number or string"):
        read_array(path, allow_pickle=True)
    assert not marker.exists()


def test_a_module_that_is_named_is_not_even_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "soundbed_evil.py").write_text("raise SystemExit('it was imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    path = write_pickle(tmp_path / "bad.npy", b"csoundbed_evil\nanything\n.")
    with pytest.raises(TrainingError, match=r"soundbed_evil\.anything"):
        read_array(path, allow_pickle=True)
    assert "soundbed_evil" not in sys.modules


@pytest.mark.parametrize(
    "name",
    [
        b"numpy\nfromfile",
        b"numpy\nndarray.tofile",
        b"numpy._core.multiarray\nfromfile",
        b"numpy._core.multiarray\n_reconstruct.__globals__",
        b"numpy.core.records\nrecarray",
        b"numpy\nmatrix",
        b"copyreg\n_reconstructor",
        b"__builtin__\neval",
    ],
)
def test_only_exact_names_are_allowed(tmp_path: Path, name: bytes) -> None:
    path = write_pickle(tmp_path / "bad.npy", b"c" + name + b"\n.")
    with pytest.raises(TrainingError, match="it asks for"):
        read_array(path, allow_pickle=True)


@pytest.mark.parametrize(
    "value", [None, {"a": 1}, {1, 2}, b"bytes", 1j, [1, [None]]], ids=lambda value: repr(value)
)
def test_what_is_no_array_number_or_string_is_refused(tmp_path: Path, value: object) -> None:
    table = np.empty(1, dtype=object)
    table[0] = value
    np.save(tmp_path / "odd.npy", table, allow_pickle=True)
    with pytest.raises(TrainingError, match=r"odd\.npy.*isn't an array, number or string"):
        read_array(tmp_path / "odd.npy", allow_pickle=True)


def test_a_pickle_without_an_array_is_refused(tmp_path: Path) -> None:
    path = write_pickle(tmp_path / "bad.npy", pickle.dumps([1, 2]))
    with pytest.raises(TrainingError, match="it contains no array"):
        read_array(path, allow_pickle=True)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b".",
        b"garbage",
        b"cnumpy._core.multiarray\n_reconstruct\n(tR.",  # an array without content
        b"cnumpy._core.multiarray\n_reconstruct\n(tR(I1\nI2\ntb.",  # half a state
        b"cnumpy\ndtype\n(S'O8'\ntRN.",  # a type alone
        b"cnumpy\ndtype\n(I8\ntR.",
        b"cnumpy\ndtype\n(S'V8'\ntR.",
        b"cnumpy\ndtype\n(S'no type'\ntR.",
        b"cnumpy\nndarray\n(S'x'\ntR.",
        b"c_codecs\nencode\n(S'x'\nS'rot13'\ntR.",
        b"c__builtin__\nbytes\n(I1000000\ntR.",
        b"cnumpy._core.multiarray\nscalar\ncnumpy\ndtype\n(S'O8'\ntR\x8c\x01x\x86R.",
        b"Pan id from outside\n.",
        b"\x82\x01.",  # an extension code
        b"(lp0\ng0\na.",  # a list within itself
    ],
)
def test_a_damaged_file_gives_a_message_of_one_line(tmp_path: Path, payload: bytes) -> None:
    path = write_pickle(tmp_path / "bad.npy", payload)
    with pytest.raises(
        TrainingError, match=r"bad\.npy: the file contains no usable array"
    ) as raised:
        read_array(path, allow_pickle=True)
    assert "\n" not in str(raised.value) and raised.value.remedy


def test_every_cut_of_a_good_file_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    np.save(whole, rows(), allow_pickle=True)
    path = tmp_path / "cut.npy"
    for length in range(0, len(whole.getvalue()) - 1, 7):
        path.write_bytes(whole.getvalue()[:length])
        with pytest.raises(TrainingError, match=r"cut\.npy"):
            read_array(path, allow_pickle=True)


def test_structures_of_objects_are_refused(tmp_path: Path) -> None:
    table = np.zeros(2, dtype=[("a", "f4"), ("b", "O")])
    np.save(tmp_path / "odd.npy", table, allow_pickle=True)
    with pytest.raises(TrainingError, match="a structure of objects"):
        read_array(tmp_path / "odd.npy", allow_pickle=True)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"gone\.npy.*no such file"):
        read_array(tmp_path / "gone.npy", allow_pickle=True)
