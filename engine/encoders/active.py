"""The matching pack in use."""

from functools import lru_cache
from pathlib import Path

from engine.encoders.matching import MatchingPack
from engine.settings import load_settings


def matching_pack(folder: Path | None = None) -> MatchingPack:
    """Return the matching pack in `folder`, else the one in the settings, else the bundled one.

    Raises:
        PackError: when it can't be used.
    """
    if folder is None:
        active = load_settings().active_pack
        folder = Path(active) if active else None
    return _loaded(folder)


@lru_cache(maxsize=2)
def _loaded(folder: Path | None) -> MatchingPack:
    return MatchingPack.load(folder)
