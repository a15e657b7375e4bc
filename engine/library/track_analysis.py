"""One audio file → everything that the library stores about it; runs in a worker process."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.encoders.instruments import recognised_instruments
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.profile import BUNDLED_PACK, Profile, ProfilePack
from engine.errors import MediaIncomplete, MediaSilent, MediaUnreadable, display_path
from engine.library.files import AnalysedFile
from engine.library.reasons import FileCheck
from engine.library.scan import content_hash
from engine.library.tracks import TrackFile
from engine.paths import bundled_models_dir
from engine.progress import Progress, silent
from engine.translation import tr

# Dither, and what codecs make of silence, is below -80 dB; the softest music above.
_SILENCE = 1e-4
# Decoders lose a little at the start or the end, and headers are rounded.
_WHOLE = 0.9
_ROUNDING_S = 0.1
# A shorter rest of a damaged file is no use as music.
_MIN_INCOMPLETE_S = 5.0

if TYPE_CHECKING:
    from engine.encoders.audio import MusicTagger
    from engine.music.features import MusicFeatures


def analyse_file(path: Path, progress: Progress | None = None) -> AnalysedFile:
    """Analyse one audio file: its tags, features and profile.

    Raises:
        MovingPicture: when it is a film.
        MediaError: when it can't be used.
        PackError: when a bundled model is missing or damaged.
    """
    from engine.media.track_probe import MIN_MUSIC_S, probe_music, too_short
    from engine.music.features import analyse_music

    try:
        status = path.stat()
        digest = content_hash(path)
    except OSError as error:
        raise MediaUnreadable(
            tr("this file can't be read ({reason}).").format(reason=error.strerror), path=path
        ) from error
    info = probe_music(path)
    analysis = analyse_music(path, _tagger(), progress or silent())
    features = analysis.features
    if features.duration_s < MIN_MUSIC_S:
        raise too_short(path, features.duration_s)
    if analysis.swing <= _SILENCE:
        raise MediaSilent(
            tr("the file holds nothing but silence."), path=path, remedy=tr("Copy it again.")
        )
    # Time stamps that are damaged lay one part of the sound over another.
    lengths_s = (info.duration_s, features.duration_s, analysis.decoded_s)
    found_s = min(analysis.decoded_s, features.duration_s)
    check = _incomplete(path, found_s, max(info.claimed_s or 0.0, *lengths_s))
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
        check=check,
        genre_tag=info.genre_tag,
    )


def _incomplete(path: Path, found_s: float, claimed_s: float) -> FileCheck | None:
    """Return what to say about a file that lacks a part; None when it is whole.

    Raises:
        MediaIncomplete: when too little is left.
    """
    if found_s >= _WHOLE * claimed_s or claimed_s - found_s < _ROUNDING_S:
        return None
    if found_s >= _MIN_INCOMPLETE_S:
        from engine.media.track_probe import decoder_version

        return FileCheck("incomplete", found_s, claimed_s, decoder_version())
    raise MediaIncomplete(
        tr("the file is incomplete: {found:.0f} of {claimed:.0f} s can be read.").format(
            found=found_s, claimed=claimed_s
        ),
        path=path,
        remedy=tr("Copy or export it again."),
        found_s=found_s,
        claimed_s=claimed_s,
    )


def profile_of(features: "MusicFeatures") -> Profile:
    """Return the profile of a track: what the app shows and filters by."""
    profile = profile_pack().profile(features)
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
def profile_pack() -> ProfilePack:
    """Return the bundled profile pack, loaded once.

    Raises:
        PackError: when it is missing or damaged.
    """
    return ProfilePack.load()
