"""A training in the small world: a few own edits, and the pack that is made from them."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from engine.encoders.matching import BUNDLED_PACK, MatchingPack
from engine.errors import SoundbedError
from engine.paths import bundled_models_dir
from engine.progress import silent
from tests.media.joined_clips import Recording, write_recording

# Why no training is tried here; "" where one can be.
SKIPPED = (
    ""
    if find_spec("torch") and find_spec("onnxscript")
    else "“train” isn't tried: PyTorch isn't installed here."
)
# As few as a training takes.
_N_EDITS = 16
_SETTINGS = """\
n_members = 1
n_epochs = 2
min_steps_per_epoch = 2
n_latent = 8
n_video_components = 8
n_music_components = 8
"""


def make_edits(root: Path, home: Path) -> None:
    """Write the edits, as many pairs of professionals, the settings, and an edit for later.

    Args:
        root: of the world.
        home: SOUNDBED_HOME, whose cache gets the features of the edits.
    """
    from engine.training.data.features_cache import FeatureOptions
    from engine.training.data.pairs import save_pairs
    from engine.training.data.readers import read_spec

    (root / "edits").mkdir()
    for number in range(_N_EDITS):
        _write_clip(root / "edits" / f"{number}.mp4", number)
    _write_clip(root / "later.mp4", _N_EDITS)
    cache = home / "cache" / "training-features"
    pairs = read_spec(root / "edits", FeatureOptions(cache), silent()).pairs
    noise = np.random.default_rng(1).normal(1.0, 0.1, pairs.video_vectors.shape)
    others = replace(pairs, video_vectors=(pairs.video_vectors * noise).astype(np.float32))
    save_pairs(others, root / "professionals.npz")
    (root / "short.toml").write_text(_SETTINGS)


def arguments(root: Path) -> Sequence[object]:
    """Return the arguments of a training of a second, which replaces the pack that is there."""
    return ["train", "--pairs", root / "edits", "--pgc", root / "professionals.npz",
            "--out", root / "trained" / "mine", "--force", "--device", "cpu",
            "--config", root / "short.toml"]  # fmt: skip


def tuning_arguments(root: Path) -> Sequence[object]:
    """Return the arguments of a fine-tuning, which replaces the pack that is there.

    It starts from the bundled pack: run again, it makes the same one again.
    """
    return ["train", "--pairs", root / "edits", "--from", bundled_models_dir() / BUNDLED_PACK,
            "--out", root / "trained" / "mine", "--force"]  # fmt: skip


def put_by(root: Path) -> None:
    """Keep the first pack where only the training of `prepare` finds it."""
    (root / "trained").rename(root / "trained before")


def prepare(root: Path) -> None:
    """Put the first pack in its place, and add an edit that has to be analysed."""
    (root / "trained before").rename(root / "trained")
    (root / "later.mp4").rename(root / "edits" / "later.mp4")


def packs(root: Path) -> list[str]:
    """Return a line for all that a user would take for a pack."""
    folder = root / "trained"
    return sorted(map(_pack, folder.iterdir())) if folder.exists() else []


def states(home: Path) -> list[Path]:
    """Return the saved states of unfinished trainings."""
    return sorted((home / "cache" / "training-states").glob("*"))


def _pack(path: Path) -> str:
    try:
        space = MatchingPack.load(path).space
    except SoundbedError as error:
        return f"pack: {path.name} can't be used: {error}"
    digest = hashlib.sha256()
    for file in sorted(path.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    return f"pack: {path.name} {space} {digest.hexdigest()}"


def _write_clip(path: Path, number: int) -> None:
    write_recording(path, Recording(first=50 * number, size=(160, 90), codec="mpeg4"))
