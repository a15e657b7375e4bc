"""Tries mutants one after the other, and prints a line for each: the process may die of one.

    python -m tests.robustness.pack_worker KIND FIRST END FOLDER

Nothing may be started or written outside FOLDER: an audit hook counts what Python does, and the
caller watches the system calls.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from engine.encoders.isolated import limit_processor_time
from engine.encoders.matching import BANK, MatchingPack
from engine.encoders.onnx_check import check_network
from engine.encoders.pack_manifest import MANIFEST_NAME, load_manifest
from engine.encoders.session import OnnxModel
from engine.errors import MusicPackError, PackError
from engine.limits import processor_s
from engine.media.worker import limit_memory
from engine.music_packs.archive import open_pack
from engine.music_packs.manifest import parse_manifest
from tests.music_packs.samples import write_pack
from tests.robustness.data_mutants import DataMutants
from tests.robustness.mutants import Mutants
from tests.tiny_matching import TinyPack

# Beside the limits of the program itself: of all mutants of one process.
MEMORY_MB = 400
_STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile")


class Watch:
    """Counts what only code could do."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.on = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in _STARTS:
            self.started.append(f"{event} {arguments[:1]}")


def try_network(mutants: Mutants, number: int, folder: Path) -> str:
    """Check a network, and load and run it if it passes; return what happened."""
    _, data = mutants.network(number)
    try:
        summary = check_network(data)
    except ValueError:
        return "refused"
    try:
        model = OnnxModel(data, folder / "network.onnx", n_threads=1)
        inputs = {}
        for name, tensor in summary.inputs.items():
            shape = tuple(length or 1 for length in tensor.shape)
            inputs[name] = np.zeros(shape, np.float32)
        found = model.run(**inputs)
    except PackError:
        return "not loaded"
    except Exception as error:
        # onnxruntime's errors have no other common base class.
        if not type(error).__module__.startswith("onnxruntime."):
            raise
        return "not run"
    is_finite = all(np.isfinite(each).all() for each in found.values() if each.dtype.kind == "f")
    return "runs" if is_finite else "not finite"


def try_manifest(mutants: Mutants, number: int, folder: Path) -> str:
    """Load a model pack's manifest and what the pack makes of it."""
    (folder / MANIFEST_NAME).write_bytes(mutants.model_manifest(number))
    try:
        MatchingPack(load_manifest(folder), {}, _bank(), folder)
    except PackError:
        return "refused"
    return "accepted"


def try_music_manifest(mutants: Mutants, number: int, folder: Path) -> str:
    """Parse a music pack's manifest."""
    try:
        parse_manifest(mutants.pack_manifest(number), folder / "a.zip")
    except MusicPackError:
        return "refused"
    return "accepted"


def try_data(mutants: Mutants, number: int, folder: Path) -> str:
    """Read a mutant of a set of training data."""
    return _data_mutants().try_one(number, folder)


@cache
def _data_mutants() -> DataMutants:
    return DataMutants.of_good_sets()


def _bank() -> bytes:
    return TinyPack().contents()[1][BANK]


KINDS: dict[str, Callable[[Mutants, int, Path], str]] = {
    "network": try_network,
    "manifest": try_manifest,
    "music": try_music_manifest,
    "data": try_data,
}


def music_manifest() -> bytes:
    """Return the manifest of a small music pack."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_pack(write_pack(Path(scratch) / "a.soundbed.zip")) as reader,
    ):
        return reader.manifest


def main() -> None:
    """Try the mutants FIRST to END of a kind."""
    kind, first, end, place = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    mutants = Mutants.of_good_packs(music_manifest())
    os.chdir(place)
    limit_memory(MEMORY_MB)
    watch = Watch()
    sys.addaudithook(watch)
    for number in range(first, end):
        watch.on = True
        limit_processor_time(processor_s(0))
        try:
            outcome = KINDS[kind](mutants, number, place)
        except MemoryError:
            outcome = "too much memory"
        # Any other error is a mistake of ours, to be reported.
        except Exception as error:  # noqa: BLE001
            outcome = f"MISTAKE {type(error).__name__}: {error}"
        watch.on = False
        print(json.dumps([number, outcome, watch.started]), flush=True)
        watch.started.clear()


if __name__ == "__main__":
    main()
