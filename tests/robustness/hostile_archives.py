"""Zip files, arrays and pickles that make their readers work for hours, from a few bytes."""

import io
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

_ENTRY = struct.Struct("<IHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<IHHHHHIIIHH")
MANIFEST = b'{"kind":"soundbed-music-pack","format":1,"x":[%b0]}'


def entry(name: bytes, size: int = 0, crc: int = 0) -> bytes:
    """Return an entry of a zip's table of contents, of a file at the start."""
    sizes = (size, size, len(name))
    return _ENTRY.pack(0x02014B50, 20, 20, 0, 0, 0, 33, crc, *sizes, 0, 0, 0, 0, 0, 0) + name


def end(
    n_entries: int, size: int, start: int, *, wide: bool = False, comment: bytes = b""
) -> bytes:
    """Return the end of a zip; `wide` for the form of large files."""
    if not wide:
        return struct.pack(
            "<IHHHHIIH", 0x06054B50, 0, 0, min(n_entries, 65535), min(n_entries, 65535),
            size, start, len(comment),
        ) + comment  # fmt: skip
    return (
        struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, n_entries, n_entries, size, start)
        + struct.pack("<IIQI", 0x07064B50, 0, start + size, 1)
        + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    )


def many_entries(n: int) -> bytes:
    """Return a zip that lists one empty file under n names."""
    local = _LOCAL.pack(0x04034B50, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    directory = b"".join(entry(b"%06x" % k) for k in range(n))
    return local + directory + end(n, len(directory), len(local), wide=True)


def with_manifest(data: bytes, *, compressed: bool = False) -> bytes:
    """Return a zip with this manifest alone."""
    file = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("manifest.json", data)
    return file.getvalue()


def hostile_music_packs(n_entries: int = 10**6, n_lists: int = 22 * 10**6) -> dict[str, bytes]:
    """Return music packs by name, none of which can be installed.

    Args:
        n_entries: of the archive with too many files.
        n_lists: in the manifest with too many values.
    """
    manifest = MANIFEST % b""
    local = _LOCAL.pack(0x04034B50, 20, 0, 0, 0, 33, zlib.crc32(manifest), len(manifest),
                        len(manifest), 13, 0) + b"manifest.json" + manifest  # fmt: skip
    one = entry(b"manifest.json", len(manifest), zlib.crc32(manifest))
    overlapping = b"".join(entry(b"tracks/%d.wav" % k, len(local)) for k in range(20_000))
    small = local + one
    return {
        "million_entries": many_entries(n_entries),
        "manifest_of_lists": with_manifest(MANIFEST % (b"[]," * n_lists)),
        "manifest_of_objects": with_manifest(MANIFEST % (b'{"a":0},' * (n_lists // 4))),
        "deep_manifest": with_manifest(b'{"kind":' + b"[" * 10**6),
        "long_number": with_manifest(MANIFEST % (b"9" * 10**6 + b",")),
        "compressed_manifest": with_manifest(b" " * 10**8, compressed=True),
        "overlapping": local + one + overlapping
        + end(20_001, len(one) + len(overlapping), len(local)),
        "counts_too_few": local + 60_000 * entry(b"a") + end(1, 60_000 * 47, len(local)),
        "counts_too_many": small + end(40_000, len(one), len(local)),
        "wide_lies": small + end(2**40, len(one), len(local), wide=True),
        "wide_size_lies": small + end(1, 2**40, len(local), wide=True),
        "negative_start": small + end(1, len(small) + 50, 0),
        "another_place": small + end(1, len(one), 2),
        "prefixed": b"#!/bin/sh\n" + small + end(1, len(one), len(local)),
        "comment": small + end(1, len(one), len(local), comment=b"x" * 1000),
        "no_end": small,
        "parent_name": local + one + entry(b"../../evil")
        + end(2, len(one) + len(entry(b"../../evil")), len(local)),
        "nothing": b"",
        "an_end_alone": end(0, 0, 0),
    }  # fmt: skip


def object_array(payload: bytes) -> bytes:
    """Return an .npy file of one object with this pickle."""
    file = io.BytesIO()
    header = {"descr": "|O", "fortran_order": False, "shape": (1,)}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + payload


def hostile_arrays() -> dict[str, bytes]:
    """Return .npy files with Python objects by name, none of which can be read."""

    def pickled(value: object) -> bytes:
        array = np.empty(1, object)
        array[0] = value
        return object_array(pickle.dumps(array, 2))

    def nested(
        make: Callable[[list[object]], object], n_levels: int = 10, width: int = 10
    ) -> bytes:
        value: object = 1
        for _ in range(n_levels):
            value = make([value] * width)
        return pickled(value)

    def shared(values: np.ndarray, n: int) -> bytes:
        return pickled([values] * n)

    itself: list[object] = []
    itself.append(itself)
    text = b"\x8c\xff" + b"x" * 255
    repeat = (
        b"c_codecs\nencode\n" + b"X\x00\x00\x10\x00" + b"x" * 2**20 + b"q\x01X\6\0\0\0latin1q\2"
    )
    encoded = b"\x80\x02" + repeat + b"000" + (
        b"c_codecs\nencode\nh\x01h\x02\x86R0" * 1000
    ) + b"h\x01."  # fmt: skip
    return {
        "nested": nested(lambda parts: parts),
        "nested_tuples": nested(tuple),
        "nested_pairs": nested(list, n_levels=24, width=2),
        "nested_once": nested(list, n_levels=9, width=1),
        "nested_wide": nested(list, n_levels=5, width=30),
        "array_again": shared(np.zeros(1000), 20_000),
        "large_integer": pickled(2**63),
        "nested_keys": pickled({((1,) * 10,) * 10: 1}),
        "itself": pickled(itself),
        "deep": object_array(b"\x80\x02" + b"]" * 10**5 + b"a" * (10**5 - 1) + b"."),
        "memo": object_array(b"\x80\x02]r\xff\xff\xff\x7f."),
        "long_bytes": object_array(b"\x80\x04\x8e" + struct.pack("<Q", 2**50) + b"."),
        "long_text": object_array(b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"."),
        "long_integer": object_array(b"\x80\x02I" + b"9" * 10**5 + b"\n."),
        "encoded_again": object_array(encoded),
        "system": object_array(b"cos\nsystem\n(S'touch executed'\ntR."),
        "builtins": object_array(b"cbuiltins\neval\n(S'1'\ntR."),
        "getattr": object_array(b"cbuiltins\ngetattr\n(cnumpy\nload\nS'x'\ntR."),
        "extension": object_array(b"\x80\x02\x82\x01."),
        "no_stop": object_array(b"\x80\x04" + text * 100),
        "no_pickle": object_array(b""),
    }


def _npy(header: str, data: bytes = b"") -> bytes:
    text = header.encode("latin1")
    text += b" " * (63 - (len(text) + 10) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def hostile_npz() -> dict[str, bytes]:
    """Return .npz files by name, none of which can be read."""

    def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as target:
            for name, data in members:
                target.writestr(name, data)
        return file.getvalue()

    shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }"
    zeros = _npy(shape % "80000000,", bytes(320_000_000))
    return {
        "zeros": archive(("a.npy", zeros)),
        "says_petabytes": archive(("a.npy", _npy(shape % f"{2**50},"))),
        "empty_texts": archive(
            ("a.npy", _npy(f"{{'descr': '<U0', 'fortran_order': False, 'shape': ({2**40},)}}"))
        ),
        "empty_structures": archive(
            ("a.npy", _npy(f"{{'descr': [], 'fortran_order': False, 'shape': ({2**40},)}}"))
        ),
        "says_negative": archive(("a.npy", _npy(shape % "-1,"))),
        "says_overflow": archive(("a.npy", _npy(shape % f"{2**40},{2**40}"))),
        "objects": archive(("a.npy", hostile_arrays()["nested"])),
        "no_array": archive(("a.txt", b"text")),
        "million_entries": many_entries(10**5),
        "type_of_structures": archive(
            ("a.npy", _npy("{'descr': [('a', '<f4', (100000, 100000))], 'shape': (1,), "
                           "'fortran_order': False}"))
        ),
    }  # fmt: skip


def write(folder: Path, files: dict[str, bytes], suffix: str) -> list[Path]:
    """Write files into a new folder and return their paths."""
    folder.mkdir(parents=True)
    paths = [folder / f"{name}{suffix}" for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    return paths
