"""What a music pack says about itself, in its manifest.json."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.encoders.profile import Profile
from engine.errors import MusicPackError
from engine.media.tags import Tags, plain_text
from engine.music_packs.names import folded, is_portable
from engine.translation import tr

MANIFEST_NAME = "manifest.json"
KIND = "soundbed-music-pack"
FORMAT = 1
MAX_MANIFEST_BYTES = 64 * 2**20
MAX_TRACKS = 20_000
MAX_DURATION_S = 12 * 3600.0
TRACKS, ANALYSES, LICENCES = "tracks/", "analysis/", "licences/"
# One matrix, float32 little-endian (tracks, length), in the order of the tracks.
EMBEDDINGS_NAME = "embeddings.f32"
_MAX_ANALYSIS_BYTES = 4 * 2**20
_MAX_TEXT_BYTES = 2**20
_MAX_AUDIO_BYTES = 16 * 2**30
_MAX_EMBEDDING_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a pack: its size and the sha256 of its bytes, in hexadecimal."""

    size_bytes: int
    sha256: str

    def __post_init__(self) -> None:
        if not 0 <= self.size_bytes <= _MAX_AUDIO_BYTES:
            raise ValueError("a size is out of range")
        if re.fullmatch("[0-9a-f]{64}", self.sha256) is None:
            raise ValueError("a sha256 has the wrong form")


@dataclass(frozen=True, slots=True)
class PackTrack:
    """One track of a pack.

    Attributes:
        file: its audio, a member under "tracks/".
        analysis: its features, a member under "analysis/".
        tags: of which title and licence are never empty.
        duration_s: length.
        profile: genre, moods and the rest.
    """

    file: str
    analysis: str
    tags: Tags
    duration_s: float
    profile: Profile


@dataclass(frozen=True, slots=True)
class MusicPack:
    """The contents of a music pack's manifest.json.

    Args:
        id: lower-case words joined by "-"; a pack replaces the installed one of its id.
        version: grows with each edition of the pack.
        title: what people call it.
        features_version: of all features in it.
        profile_pack: what the profiles were made with.
        embedding_space: what its embeddings may be compared with; None when it has none.
        embedding_length: numbers in each embedding.
        members: all files of the pack but the manifest, by their names.
        tracks: in the order of their files.
    """

    id: str
    version: int
    title: str
    features_version: str
    profile_pack: str
    embedding_space: str | None
    embedding_length: int
    members: Mapping[str, Member]
    tracks: tuple[PackTrack, ...]

    def __post_init__(self) -> None:
        if not is_pack_id(self.id):
            raise ValueError("the id isn't lower-case words joined by hyphens")
        if not 1 <= self.version < 2**31:
            raise ValueError("the version isn't a number from 1")
        if not 0 < len(self.tracks) <= MAX_TRACKS:
            raise ValueError(f"there must be 1 to {MAX_TRACKS} tracks")
        _check_members(self)


def is_pack_id(text: str) -> bool:
    """Return whether the text can tell a pack from others: such as "night-drive-2"."""
    return re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", text) is not None and len(text) <= 60


def manifest_bytes(pack: MusicPack) -> bytes:
    """Return the manifest as the bytes of its file: the same pack, the same bytes."""
    values = {"kind": KIND, "format": FORMAT, **asdict(pack)}
    # In the file a track's tags stand beside its other values.
    values["tracks"] = [track | track.pop("tags") for track in values["tracks"]]
    text = json.dumps(values, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return text.encode("utf-8") + b"\n"


def parse_manifest(data: bytes, path: Path) -> MusicPack:
    """Read a manifest that anybody may have written.

    Args:
        data: the bytes of manifest.json.
        path: of the pack, named in errors.

    Raises:
        MusicPackError: it is damaged, of a newer version, or a track has no licence.
    """
    try:
        values = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
        if not isinstance(values, dict) or values.get("kind") != KIND:
            raise ValueError("it doesn't describe a music pack")
        form = _integer(values["format"])
        if form <= FORMAT:
            return _pack(values, path)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise MusicPackError(
            tr("the music pack's manifest is damaged ({reason}).").format(reason=_short(error)),
            path=path,
            remedy=get_again(),
        ) from error
    raise MusicPackError(
        tr("this music pack was made by a newer Soundbed (format {form}).").format(form=form),
        path=path,
        remedy=tr("Update Soundbed, or ask for the pack in an older format."),
    )


def get_again() -> str:
    """Return the remedy for a pack whose bytes aren't what they were."""
    return tr("Nothing was installed; copy or download the pack again.")


def _check_members(pack: MusicPack) -> None:
    seen: set[str] = set()
    for name, member in pack.members.items():
        if not is_portable(name):
            raise ValueError(f"{name[:80]!r} is no name that every system allows")
        if folded(name) in seen:
            raise ValueError(f"two members are named {name[:80]!r}, but for capitals")
        seen.add(folded(name))
        limit = _limit_bytes(name)
        if limit is None:
            raise ValueError(f"{name[:80]!r} has no place in a music pack")
        if member.size_bytes > limit:
            raise ValueError(f"{name[:80]!r} is too large")
    for name in pack.members:
        parts = folded(name).split("/")
        if any("/".join(parts[:n]) in seen for n in range(1, len(parts))):
            raise ValueError(f"{name[:80]!r} lies in another member")
    used = [name for track in pack.tracks for name in (track.file, track.analysis)]
    used += [EMBEDDINGS_NAME] if pack.embedding_space is not None else []
    declared = {name for name in pack.members if not name.startswith(LICENCES)}
    if len(set(used)) != len(used) or set(used) != declared:
        raise ValueError("tracks and members don't belong together")
    for track in pack.tracks:
        if not track.file.startswith(TRACKS) or not track.analysis.startswith(ANALYSES):
            raise ValueError("a track's file lies in the wrong place")
    if pack.embedding_space is not None:
        expected = 4 * len(pack.tracks) * pack.embedding_length
        if not 0 < pack.embedding_length <= _MAX_EMBEDDING_LENGTH:
            raise ValueError("the length of an embedding is out of range")
        if pack.members[EMBEDDINGS_NAME].size_bytes != expected:
            raise ValueError("there isn't one embedding for each track")


def _limit_bytes(name: str) -> int | None:
    from engine.media.probe import AUDIO_SUFFIXES

    if name == EMBEDDINGS_NAME:
        return 4 * MAX_TRACKS * _MAX_EMBEDDING_LENGTH
    suffix = Path(name).suffix
    if name.startswith(TRACKS):
        return _MAX_AUDIO_BYTES if suffix in AUDIO_SUFFIXES else None
    if name.startswith(ANALYSES):
        return _MAX_ANALYSIS_BYTES if suffix == ".npz" else None
    if name.startswith(LICENCES):
        return _MAX_TEXT_BYTES if suffix == ".txt" else None
    return None


def _pack(values: dict[str, Any], path: Path) -> MusicPack:
    members = {
        _text(name): Member(_integer(member["size_bytes"]), _text(member["sha256"]))
        for name, member in values["members"].items()
    }
    entries = values["tracks"]
    if not isinstance(entries, list) or len(entries) > MAX_TRACKS:
        raise ValueError("the list of tracks is out of range")
    silent = [entry for entry in entries if not _plain(entry.get("licence"))]
    if silent:
        raise without_licence([str(_plain(_text(entry["file"]))) for entry in silent], path)
    space = values["embedding_space"]
    return MusicPack(
        id=_text(values["id"]),
        version=_integer(values["version"]),
        title=_plain(values["title"]) or _text(values["id"]),
        features_version=_plain(values["features_version"]) or "",
        profile_pack=_plain(values["profile_pack"]) or "",
        embedding_space=None if space is None else _text(space),
        embedding_length=_integer(values["embedding_length"]),
        members=members,
        tracks=tuple(_track(entry) for entry in entries),
    )


def without_licence(names: list[str], path: Path) -> MusicPackError:
    """Return the error that names tracks without a licence, the first ten of them."""
    shown = ", ".join(names[:10])
    if len(names) > 10:
        shown = tr("{names} and {n} more").format(names=shown, n=len(names) - 10)
    return MusicPackError(
        tr("a licence is missing for: {names}.").format(names=shown),
        path=path,
        remedy=tr(
            "Whoever makes a pack states a licence in each file's tags, in a table licences.csv "
            "(columns file, licence) in its folder, or with --licence for all others."
        ),
    )


def _track(entry: dict[str, Any]) -> PackTrack:
    duration_s = _number(entry["duration_s"])
    if not 0 < duration_s <= MAX_DURATION_S:
        raise ValueError("a duration is out of range")
    file = _text(entry["file"])
    return PackTrack(
        file=file,
        analysis=_text(entry["analysis"]),
        tags=Tags(
            title=_plain(entry["title"]) or Path(file).stem,
            artist=_plain(entry["artist"]),
            album=_plain(entry["album"]),
            licence=_plain(entry["licence"]) or "",
            url=_plain(entry["url"]),
        ),
        duration_s=duration_s,
        profile=_profile(entry["profile"]),
    )


def _profile(values: dict[str, Any]) -> Profile:
    probabilities = tuple(_number(share) for share in values["genre_probabilities"])
    if len(probabilities) > 100 or not all(0 <= share <= 1 for share in probabilities):
        raise ValueError("the genre probabilities are out of range")
    moods = {str(_plain(name)): _number(value) for name, value in values["moods"].items()}
    if len(moods) > 100:
        raise ValueError("too many moods")
    vocals = _number_or_none(values["vocals"])
    bpm = _number_or_none(values["bpm"])
    if (vocals is not None and not 0 <= vocals <= 1) or (bpm is not None and not 0 < bpm <= 1000):
        raise ValueError("vocals or tempo are out of range")
    return Profile(
        genre=_plain(values["genre"]),
        genre_probabilities=probabilities,
        moods=moods,
        bpm=bpm,
        key=_plain(values["key"]),
        vocals=vocals,
        loudness_lufs=_number_or_none(values["loudness_lufs"]),
    )


def _plain(value: object) -> str | None:
    return None if value is None else plain_text(_text(value))


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 2000:
        raise ValueError("a text is missing or too long")
    return value


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a whole number is missing")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > 1e9:
        raise ValueError("a number is missing or out of range")
    if not math.isfinite(value):
        raise ValueError("a number isn't finite")
    return float(value)


def _number_or_none(value: object) -> float | None:
    return None if value is None else _number(value)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _short(error: Exception) -> str:
    reason = str(_plain(str(error)[:200]) or type(error).__name__)
    return f"{reason} is missing" if isinstance(error, KeyError) else reason
