"""Opens a folder or file of benchmark data in any format."""

from pathlib import Path

from engine.errors import InputError
from engine.progress import Progress
from engine.training.data.benchmark_data import BenchmarkData, TrainingData
from engine.training.data.given_splits import given_splits
from engine.training.data.loaders import Opening, load_data
from engine.training.data.own_pairs import own_benchmark
from engine.training.data.pairs import require_alike
from engine.training.data.split_data import SplitData, with_own_tests
from engine.translation import tr


def open_benchmark(
    pairs: Path, pgc: Path | None, allow_pickle: bool, progress: Progress
) -> SplitData:
    """Return the data of a folder of ours, one in DebCM's format, or the user's own edits.

    Args:
        pairs: a set in any format of `loaders.FORMATS`.
        pgc: professionals' pairs in addition to the user's own edits.
        allow_pickle: whether Python objects in DebCM's format may be read, in the restricted way.
        progress: steps once an edit.

    Raises:
        InputError: when `pgc` is given for data that already has professionals' pairs.
        TrainingError: when the data can't be used.
    """
    opening = Opening(allow_pickle, progress=progress)
    loaded = load_data(pairs, opening)
    if loaded.benchmark is not None:
        if pgc is not None:
            raise has_own_pgc()
        return with_own_tests(loaded.benchmark)
    ugc_pairs, pgc_pairs, skipped = loaded.ugc, None, loaded.skipped
    if pgc is not None:
        others = load_data(pgc, opening)
        pgc_pairs, skipped = others.ugc, skipped + others.skipped

    def split(seed: int) -> BenchmarkData:
        return own_benchmark(ugc_pairs, pgc_pairs, seed, pairs, pgc)

    origin = ugc_pairs.origin or pairs.name
    description = f"{origin}; whole sources held out, other ones for each seed."
    return SplitData(split(0), split, description, given_splits(ugc_pairs, pgc_pairs), skipped)


def open_training(
    pairs: Path, pgc: Path | None, opening: Opening
) -> tuple[TrainingData, tuple[tuple[Path, str], ...]]:
    """Return what a recipe learns from: all pairs there are, but never a test set.

    Args:
        pairs, pgc: as for `open_benchmark`.
        opening: how they are read.

    Returns:
        The data, with the validation set where the folder has one; and files that couldn't be
        used, with the reason.

    Raises:
        InputError, TrainingError: as in `open_benchmark`.
    """
    loaded = load_data(pairs, opening)
    if loaded.benchmark is not None:
        if pgc is not None:
            raise has_own_pgc()
        return loaded.benchmark.training(with_pgc=True), loaded.skipped
    if pgc is None:
        return TrainingData(loaded.ugc, None), loaded.skipped
    others = load_data(pgc, opening)
    require_alike(loaded.ugc, others.ugc, pgc)
    return TrainingData(loaded.ugc, others.ugc), loaded.skipped + others.skipped


def has_own_pgc() -> InputError:
    """Return the error for professionals' pairs given with data that already has some."""
    return InputError(
        tr("This data already has professionals' pairs."), remedy=tr("Leave out --pgc.")
    )
