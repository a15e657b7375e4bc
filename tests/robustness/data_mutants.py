"""Mutants of training data: one file of a good set is changed; the same number, the same change."""

import io
import random
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import TrainingError
from engine.training.data.benchmark_files import load_benchmark, save_benchmark
from engine.training.data.reference_reader import read_reference
from engine.training.data.reference_writer import write_reference
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate

_WORLD = SimulationConfig(
    n_videos=120, n_tracks=30, n_pgc=20, n_features=4, n_negatives=5, pool_size=10
)
# Of an .npy file's header: other types and sizes of what is there.
_HEADERS = (
    (b"'<f4'", b"'<U0'"), (b"'<f4'", b"'|b1'"), (b"'<f4'", b"'<m8'"), (b"'<f4'", b"'>c8'"),
    (b"'<i8'", b"'<U2'"), (b"'<i8'", b"'|V8'"), (b"'|O'", b"'<U0'"), (b"'<U", b"'<S"),
    (b"(30,", b"(-1,"), (b"(20,", b"(99999999999,"), (b"(1", b"(0"), (b"False", b"True "),
    (b", 4)", b", 0)"),
)  # fmt: skip
_OPERATIONS = b"()Nh]aeqr\x85\x86\x87R0b2tjX\x8cKMJGU1."


@dataclass(frozen=True)
class DataMutants:
    """Makes mutants of two good sets.

    Attributes:
        sets: the files of each set by their name in its folder; "own" and "reference".
    """

    sets: Mapping[str, Mapping[str, bytes]]

    @classmethod
    def of_good_sets(cls) -> "DataMutants":
        """Return mutants of a small world in our own format and in DebCM's."""
        data = simulate(_WORLD)
        with tempfile.TemporaryDirectory() as scratch:
            own, reference = Path(scratch) / "own", Path(scratch) / "reference"
            save_benchmark(data, own)
            write_reference(data, reference)
            return cls({each.name: _contents(each) for each in (own, reference)})

    def try_one(self, number: int, folder: Path) -> str:
        """Write a mutant and read it; return whether it was refused, and in which format."""
        chance = random.Random(f"data {number}")
        form = chance.choice(("own", "reference", "reference"))
        place = folder / form
        files = self.sets[form]
        if not place.exists():
            for name, content in files.items():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(content)
        name = chance.choice([each for each in sorted(files) if not each.endswith(".txt")])
        (place / name).write_bytes(_changed(files[name], chance))
        try:
            load_benchmark(place) if form == "own" else read_reference(place, allow_pickle=True)
        except TrainingError as error:
            if "\n" in str(error) or not error.remedy or len(str(error)) > 1000:
                raise AssertionError(f"a message that isn't one line: {error}") from error
            return f"{form} refused"
        finally:
            (place / name).write_bytes(files[name])
        return f"{form} accepted"


def without_scratch(folder: Path) -> None:
    """Remove what `DataMutants.try_one` wrote."""
    for form in ("own", "reference"):
        shutil.rmtree(folder / form, ignore_errors=True)


def _contents(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _changed(content: bytes, chance: random.Random) -> bytes:
    if content[:2] != b"PK" or chance.random() < 0.2:
        return _changed_array(content, chance)
    # A change of a byte breaks the checksum: the members are changed, and the archive made again.
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(members))
    kind = chance.randrange(4)
    if kind == 0:
        del members[name]
    elif kind == 1:
        members[name] = members[chance.choice(sorted(members))]
    elif kind == 2:
        members[name] = _array(chance)
    else:
        members[name] = _changed_array(members[name], chance)
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in members.items():
            archive.writestr(each, data)
    return whole.getvalue()


def _array(chance: random.Random) -> bytes:
    shape = tuple(chance.choice((0, 1, 2, 30, 120)) for _ in range(chance.randrange(4)))
    kind = chance.choice(("<f4", "<f2", "<f8", "<i8", "|u1", "|b1", "<U3", "<U0", "<c8", "<M8[s]"))
    file = io.BytesIO()
    np.save(file, np.ones(shape).astype(kind))
    return file.getvalue()


def _changed_array(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5))):
        place = chance.randrange(len(changed) or 1)
        end = place + chance.choice((1, 4, 8, 30, 200))
        kind = chance.randrange(6)
        if kind == 0:
            old, new = chance.choice(_HEADERS)
            # A header has as many bytes as before, or numpy would read the rest wrongly.
            start = bytes(changed[:128]).replace(old, new, 1)
            changed[: len(start)] = start[:127].ljust(127) + b"\n" if len(start) > 128 else start
        elif kind == 1:
            changed[place:end] = chance.randbytes(end - place)
        elif kind == 2:
            del changed[place:end]
        elif kind == 3:
            changed[place:place] = changed[place:end]
        elif kind == 4:
            changed[place : place + 1] = bytes([chance.choice(_OPERATIONS)])
        else:
            changed[place : place + 8] = chance.choice(
                (b"\0\0\xc0\x7f" * 2, b"\xff" * 8, bytes(8), b"\0" * 7 + b"\x7f")
            )
    return bytes(changed)
