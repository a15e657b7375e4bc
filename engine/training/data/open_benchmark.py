"""Opens a folder or file of benchmark data in any format."""

from pathlib import Path

from engine.errors import InputError
from engine.progress import Progress
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.benchmark_files import INDEX, load_benchmark
from engine.training.data.features_cache import FeatureOptions
from engine.training.data.given_splits import given_splits
from engine.training.data.own_pairs import own_benchmark
from engine.training.data.readers import read_spec
from engine.training.data.reference_format import TRAIN
from engine.training.data.reference_reader import read_reference
from engine.training.data.split_data import SplitData, with_own_tests
from engine.translation import tr


def open_benchmark(
    pairs: Path, pgc: Path | None, allow_pickle: bool, progress: Progress
) -> SplitData:
    """Return the data of a folder of ours, one in DebCM's format, or the user's own edits.

    Args:
        pairs: a folder that `save_benchmark` wrote, a folder in DebCM's format, or pairs as
            `read_spec` reads them.
        pgc: professionals' pairs in addition to the user's own edits.
        allow_pickle: whether Python objects in DebCM's format may be read, in the restricted way.
        progress: steps once an edit.

    Raises:
        InputError: when `pgc` is given for data that already has professionals' pairs.
        TrainingError: when the data can't be used.
    """
    is_reference = (pairs / TRAIN).exists()
    if is_reference or (pairs / INDEX).exists():
        if pgc is not None:
            raise has_own_pgc()
        data = read_reference(pairs, allow_pickle) if is_reference else load_benchmark(pairs)
        return with_own_tests(data)
    features = FeatureOptions()
    ugc_pairs = read_spec(pairs, features, progress).pairs
    pgc_pairs = None if pgc is None else read_spec(pgc, features, progress).pairs

    def split(seed: int) -> BenchmarkData:
        return own_benchmark(ugc_pairs, pgc_pairs, seed, pairs, pgc)

    origin = ugc_pairs.origin or pairs.name
    description = f"{origin}; whole sources held out, other ones for each seed."
    return SplitData(split(0), split, description, given_splits(ugc_pairs, pgc_pairs))


def has_own_pgc() -> InputError:
    """Return the error for professionals' pairs given with data that already has some."""
    return InputError(
        tr("This data already has professionals' pairs."), remedy=tr("Leave out --pgc.")
    )
