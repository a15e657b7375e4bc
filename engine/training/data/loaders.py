"""Every format that training data come in, behind one contract.

A format recognises a path and loads it, and what it loads is `Loaded`. A path that can't be used
raises a `SoundbedError` of one line that names the file and what to do, before it takes much time
or memory, whatever the file says. A new format is a row of `FORMATS`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.progress import Progress, silent
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.benchmark_files import INDEX, load_benchmark
from engine.training.data.features_cache import FeatureOptions
from engine.training.data.pairs import PairSet
from engine.training.data.readers import read_spec
from engine.training.data.reference_format import TRAIN
from engine.training.data.reference_reader import read_reference


@dataclass(frozen=True, slots=True)
class Opening:
    """How a set is opened.

    Attributes:
        allow_pickle: whether Python objects may be read, in the restricted way.
        features: where features of edits are computed and cached.
        progress: steps once an edit.
    """

    allow_pickle: bool = False
    features: FeatureOptions = field(default_factory=FeatureOptions)
    progress: Progress = field(default_factory=silent)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a set holds.

    Attributes:
        ugc: pairs to learn from; those of uploaders, where the set has two kinds.
        pgc: the professionals' pairs of the set, None where it has none of its own.
        benchmark: the same with the test sets that belong to the set, None where it has none.
        skipped: files that could not be used, with the reason.
    """

    ugc: PairSet
    pgc: PairSet | None = None
    benchmark: BenchmarkData | None = None
    skipped: tuple[tuple[Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: in a few words.
        recognises: whether a path looks like one; the first format that does loads it.
        load: reads it.
    """

    name: str
    recognises: Callable[[Path], bool]
    load: Callable[[Path, Opening], Loaded]


def _reference(path: Path, opening: Opening) -> Loaded:
    return _with_tests(read_reference(path, opening.allow_pickle))


def _benchmark(path: Path, _: Opening) -> Loaded:
    return _with_tests(load_benchmark(path))


def _pairs(path: Path, opening: Opening) -> Loaded:
    reading = read_spec(path, opening.features, opening.progress)
    return Loaded(reading.pairs, skipped=reading.skipped)


def _with_tests(data: BenchmarkData) -> Loaded:
    return Loaded(data.ugc, data.pgc, data)


FORMATS = (
    Format("DebCM's format", lambda path: (path / TRAIN).exists(), _reference),
    Format("what “soundbed simulate” writes", lambda path: (path / INDEX).exists(), _benchmark),
    # Anything else: it says what it isn't.
    Format("finished edits or prepared pairs", lambda _: True, _pairs),
)


def load_data(path: Path, opening: Opening | None = None) -> Loaded:
    """Load a set in any format.

    Args:
        path: a folder or a file.
        opening: how; None for the usual way.

    Raises:
        TrainingError: when it can't be used.
        InputError: when the scheduler of `opening.features` can't be reached.
    """
    found = next(each for each in FORMATS if each.recognises(path))
    return found.load(path, opening or Opening())


def has_test_sets(path: Path) -> bool:
    """Whether a path is a folder with test sets of its own, and not edits or pairs."""
    return any(each.recognises(path) for each in FORMATS[:-1])
