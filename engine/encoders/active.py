"""The matching pack in use, and the picture network that it needs."""

from functools import lru_cache
from pathlib import Path

from engine.encoders.matching import BUNDLED_PACK, MatchingPack, space_of
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.visual import check_network_pack, find_pack
from engine.errors import PackError
from engine.path_checks import is_folder
from engine.paths import bundled_models_dir
from engine.settings import load_settings
from engine.translation import tr


def matching_pack(folder: Path | None = None) -> MatchingPack:
    """Return the matching pack in `folder`, else the one in the settings, else the bundled one.

    Raises:
        PackError: when it can't be used.
    """
    if folder is not None:
        return _loaded(folder)
    chosen = _chosen()
    try:
        return _loaded(chosen)
    except PackError as error:
        if chosen is None or is_folder(chosen):
            raise
        raise PackError(
            tr("the matching pack in use isn't there any more."),
            path=chosen,
            remedy=tr(
                "Connect its drive, or choose another pack in the settings; on the command line: "
                "soundbed pack rollback"
            ),
        ) from error


def active_space() -> str:
    """Return the embedding space of the pack in use; "" where it can't be read."""
    try:
        return space_of(_chosen() or bundled_models_dir() / BUNDLED_PACK)
    except PackError:
        # Ranking says what is wrong with the pack.
        return ""


def visual_pack(folder: Path | None = None) -> Path | None:
    """Return the folder of the picture network that a matching pack needs; None for the bundled.

    Args:
        folder: of the matching pack, as for `matching_pack`.

    Raises:
        PackError: when the network isn't installed.
    """
    try:
        manifest = load_manifest(folder or _chosen() or bundled_models_dir() / BUNDLED_PACK)
    except PackError:
        # Ranking says what is wrong with the pack.
        return None
    return find_pack(manifest.feature_versions.get("video", ""))


def check_packs(folder: Path | None = None) -> None:
    """Check the matching pack and its picture network, before slow work is done with them.

    Args:
        folder: of the matching pack, as for `matching_pack`.

    Raises:
        PackError: when one can't be used.
    """
    check_network_pack(find_pack(matching_pack(folder).video_version))


def _chosen() -> Path | None:
    active = load_settings().active_pack
    return Path(active) if active else None


@lru_cache(maxsize=2)
def _loaded(folder: Path | None) -> MatchingPack:
    return MatchingPack.load(folder)
