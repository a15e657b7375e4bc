"""One audio file → everything that the library keeps of it; runs in a worker process."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.encoders.manifest import load_manifest
from engine.encoders.profile import BUNDLED_PACK, ProfilePack
from engine.errors import MediaUnreadable, display_path
from engine.library.files import AnalysedFile
from engine.library.scan import content_hash
from engine.library.tracks import Profile
from engine.paths import bundled_models_dir
from engine.progress import Progress, silent
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.audio import MusicTagger
    from engine.music.features import MusicFeatures


def analyse_file(path: Path, progress: Progress | None = None) -> AnalysedFile:
    """Probe, listen to and profile one audio file.

    Raises:
        MediaError: when it can't be used.
        PackError: when a bundled model is missing or damaged.
    """
    from engine.media.probe import probe_audio
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
    return AnalysedFile(
        path=path,
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        content_hash=digest,
        title=info.tags.title or display_path(path.stem),
        artist=info.tags.artist,
        album=info.tags.album,
        licence=info.tags.licence,
        url=info.tags.url,
        duration_s=features.duration_s,
        features_version=features.version,
        features=features.to_bytes(),
        profile_pack=profile_pack_id(),
        profile=profile_of(features).to_json(),
    )


def profile_of(features: "MusicFeatures") -> Profile:
    """Return what the library shows and filters of a track."""
    profile = _profile_pack().profile(features)
    return Profile(
        genre=profile.genre,
        genre_probabilities=tuple(float(share) for share in profile.genre_probabilities),
        moods=dict(profile.moods),
        bpm=features.bpm if features.bpm > 0 else None,
        key=f"{features.key} {features.mode}",
        vocals=features.vocals,
        loudness_lufs=features.loudness_lufs,
    )


@cache
def profile_pack_id() -> str:
    """Return what tells the profile pack in use from any other: id, version, start of its hash."""
    manifest = load_manifest(bundled_models_dir() / BUNDLED_PACK)
    return " ".join([manifest.id, manifest.version, *(sha[:12] for sha in manifest.files.values())])


@cache
def _tagger() -> "MusicTagger":
    from engine.encoders.audio import MusicTagger

    # One file per process and one process per core: more threads would only get in the way.
    return MusicTagger.load(n_threads=1)


@cache
def _profile_pack() -> ProfilePack:
    return ProfilePack.load()
