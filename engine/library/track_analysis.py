"""One audio file → everything that the library stores about it; runs in a worker process."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.encoders.instruments import recognised_instruments
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.profile import BUNDLED_PACK, Profile, ProfilePack
from engine.errors import MediaUnreadable, display_path
from engine.library.files import AnalysedFile
from engine.library.scan import content_hash
from engine.library.tracks import TrackFile
from engine.paths import bundled_models_dir
from engine.progress import Progress, silent
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.audio import MusicTagger
    from engine.music.features import MusicFeatures


def analyse_file(path: Path, progress: Progress | None = None) -> AnalysedFile:
    """Analyse one audio file: its tags, features and profile.

    Raises:
        MediaError: when it can't be used.
        PackError: when a bundled model is missing or damaged.
    """
    from engine.media.track_probe import probe_audio
    from engine.music.features import describe_music

    try:
        status = path.stat()
        digest = content_hash(path)
    except OSError as error:
        raise MediaUnreadable(
            tr("this file can't be read ({reason}).").format(reason=error.strerror), path=path
        ) from error
    info = probe_audio(path)
    features = describe_music(path, _tagger(), progress or silent())
    file = TrackFile(
        path=path,
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        content_hash=digest,
        duration_s=features.duration_s,
        features_version=features.version,
    )
    return AnalysedFile(
        file=file,
        tags=replace(info.tags, title=info.tags.title or display_path(path.stem)),
        profile=profile_of(features),
        features=features.to_bytes(),
        profile_pack=profile_pack_id(),
    )


def profile_of(features: "MusicFeatures") -> Profile:
    """Return the profile of a track: what the app shows and filters by."""
    profile = _profile_pack().profile(features)
    return replace(profile, instruments=recognised_instruments(features.mtt_tags))


@cache
def profile_pack_id() -> str:
    """Return an id of the profile pack in use: its id, its version, the start of its hash."""
    manifest = load_manifest(bundled_models_dir() / BUNDLED_PACK)
    return " ".join([manifest.id, manifest.version, *(sha[:12] for sha in manifest.files.values())])


@cache
def _tagger() -> "MusicTagger":
    from engine.encoders.audio import MusicTagger

    # One file per process, one process per core: more threads would compete for the cores.
    return MusicTagger.load(n_threads=1)


@cache
def _profile_pack() -> ProfilePack:
    return ProfilePack.load()
