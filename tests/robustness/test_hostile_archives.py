"""Archives, arrays and pickles from somewhere else are refused at once, unread."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MusicPackError, TrainingError
from engine.music_packs.archive import open_pack
from engine.training.data.archives import read_archive
from engine.training.data.object_arrays import read_array
from tests.robustness.hostile_archives import (
    hostile_arrays,
    hostile_music_packs,
    hostile_npz,
    many_entries,
)

# Little more than is allowed here; the long form has them in full.
PACKS = hostile_music_packs(n_entries=100_000, n_lists=4_200_000)
ARRAYS, NPZ = hostile_arrays(), hostile_npz()
# Why each is refused, so that one check doesn't hide that another is gone.
REASONS = {
    **dict.fromkeys(("million_entries", "wide_lies"), "too many files"),
    **dict.fromkeys(("manifest_of_lists", "manifest_of_objects"), "too many values"),
    **dict.fromkeys(
        ("counts_too_few", "counts_too_many", "wide_size_lies"), "table of contents is damaged"
    ),
    **dict.fromkeys(("negative_start", "another_place", "prefixed"), "isn't in its place"),
    **dict.fromkeys(("comment", "no_end", "nothing"), "isn't a zip file"),
    "compressed_manifest": "is compressed",
    "overlapping": "larger than the pack",
    "an_end_alone": "no manifest",
    **dict.fromkeys(("nested_once", "nested_pairs"), "nested too deep"),
    **dict.fromkeys(("nested_wide", "array_again"), "far more than the file is large"),
    "large_integer": "a whole number is too large",
    **dict.fromkeys(("empty_texts", "empty_structures"), "shorter than its header says"),
    "zeros": "the arrays are too large",
}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def processor_s() -> float:
    times = os.times()
    return times.user + times.system


@pytest.mark.parametrize("name", PACKS)
def test_music_packs(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.soundbed.zip"
    path.write_bytes(PACKS[name])
    started = processor_s()
    with pytest.raises(MusicPackError) as caught, open_pack(path):
        pass
    assert processor_s() - started < 1
    assert caught.value.path == path and caught.value.remedy
    assert len(str(caught.value)) < 700
    assert REASONS.get(name, "manifest is damaged") in str(caught.value)


@pytest.mark.parametrize("name", ARRAYS)
def test_object_arrays(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(ARRAYS[name])
    started = processor_s()
    with pytest.raises(TrainingError, match=REASONS.get(name, "no usable array")):
        read_array(path, allow_pickle=True)
    assert processor_s() - started < 2
    assert not list(Path.cwd().iterdir())


@pytest.mark.parametrize("name", NPZ)
def test_npz(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(NPZ[name])
    started = processor_s()
    with pytest.raises(ValueError, match=REASONS.get(name, r"\w")):
        read_archive(path)
    assert processor_s() - started < 1


def test_parts_that_occur_several_times_are_read(tmp_path: Path) -> None:
    shared = ["jazz", 0.5]
    table = np.empty(1000, object)
    table[:] = [[n, shared] for n in range(1000)]
    np.save(tmp_path / "a.npy", table, allow_pickle=True)
    read = read_array(tmp_path / "a.npy", allow_pickle=True)
    assert [read[0], read[999]] == [[0, shared], [999, shared]]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory as Linux counts it")
def test_refusing_takes_little_memory(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(many_entries(300_000))
    (tmp_path / "b.zip").write_bytes(PACKS["manifest_of_objects"])
    program = (
        "import sys; from pathlib import Path\n"
        "from engine.errors import MusicPackError\n"
        "from engine.music_packs.archive import open_pack\n"
        # Not ru_maxrss, which begins with the memory of the process that started this one.
        "def peak_kb():\n"
        "    return int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
        "before = peak_kb()\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n"
        "        with open_pack(Path(name)): pass\n"
        "    except MusicPackError: continue\n"
        "    raise SystemExit('accepted')\n"
        "print(peak_kb() - before)\n"
    )
    names = [str(tmp_path / "a.zip"), str(tmp_path / "b.zip")]
    done = subprocess.run(
        [sys.executable, "-c", program, *names], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 40_000
