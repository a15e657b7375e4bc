"""The contents of a music pack, as its manifest.json lists them."""

import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from engine.encoders.profile import Profile
from engine.errors import MusicPackError
from engine.media.tags import Tags, plain_text
from engine.music_packs.names import folded, is_portable
from engine.translation import tr
from engine.untrusted import check_json

MANIFEST_NAME = "manifest.json"
KIND = "soundbed-music-pack"
FORMAT = 1
MAX_MANIFEST_BYTES = 64 * 2**20
MAX_TRACKS = 20_000
MAX_DURATION_S = 12 * 3600.0
# A track has about 60, with those of its files.
_MAX_VALUES = 100 * MAX_TRACKS
TRACKS, ANALYSES, LICENCES = "tracks/", "analysis/", "licences/"
# In packs of earlier versions; ignored, because embeddings may be anybody's.
EMBEDDINGS_NAME = "embeddings.f32"
# Earlier versions need these fields.
_NO_EMBEDDINGS = {"embedding_space": None, "embedding_length": 0}
_MAX_ANALYSIS_BYTES = 4 * 2**20
_MAX_TEXT_BYTES = 2**20
_MAX_AUDIO_BYTES = 16 * 2**30
_MAX_EMBEDDING_LENGTH = 4096
_ID = r"^[a-z0-9]+(-[a-z0-9]+)*\Z"
_Text = Annotated[str, msgspec.Meta(max_length=2000)]


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a pack: its size and the sha256 of its bytes, in hexadecimal."""

    size_bytes: Annotated[int, msgspec.Meta(ge=0, le=_MAX_AUDIO_BYTES)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


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

    file: _Text
    analysis: _Text
    tags: Tags
    duration_s: Annotated[float, msgspec.Meta(gt=0, le=MAX_DURATION_S)]
    profile: Profile


@dataclass(frozen=True, slots=True)
class MusicPack:
    """The contents of a music pack's manifest.json.

    Attributes:
        id: lower-case words joined by "-"; a pack replaces the installed one of its id.
        version: higher for each new version of the pack.
        title: as shown to users.
        features_version: of all features in it.
        profile_pack: that made the profiles.
        members: all files of the pack but the manifest, by their names.
        tracks: in the order of their files.
    """

    id: Annotated[str, msgspec.Meta(pattern=_ID, max_length=60)]
    version: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
    title: _Text
    features_version: _Text
    profile_pack: _Text
    members: dict[_Text, Member]
    tracks: Annotated[tuple[PackTrack, ...], msgspec.Meta(min_length=1, max_length=MAX_TRACKS)]

    def __post_init__(self) -> None:
        _check_members(self)


def is_pack_id(text: str) -> bool:
    """Return whether a text is valid as the id of a pack, such as "night-drive-2"."""
    return re.search(_ID, text) is not None and len(text) <= 60


def manifest_bytes(pack: MusicPack) -> bytes:
    """Return the manifest as the bytes of its file: the same pack, the same bytes."""
    values = {"kind": KIND, "format": FORMAT, **_NO_EMBEDDINGS, **asdict(pack)}
    # A track's tags are stored with its other values.
    values["tracks"] = [track | track.pop("tags") for track in values["tracks"]]
    text = json.dumps(values, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return text.encode("utf-8") + b"\n"


def parse_manifest(data: bytes, path: Path) -> MusicPack:
    """Read a manifest; nothing in it is trusted.

    Args:
        data: the bytes of manifest.json.
        path: of the pack, named in errors.

    Raises:
        MusicPackError: it is damaged, of a newer version, or a track has no licence.
    """
    try:
        check_json(data, _MAX_VALUES)
        values = msgspec.json.decode(data, type=dict[str, Any])
        form = msgspec.convert(values, _Form)
        if form.format <= FORMAT:
            # In the file, a track's tags are stored with its other values.
            tracks = [track | {"tags": track} for track in form.tracks]
            return _plain(msgspec.convert(values | {"tracks": tracks}, MusicPack), path)
    except (ValueError, RecursionError) as error:
        raise MusicPackError(
            tr("the music pack's manifest is damaged ({reason}).").format(
                reason=plain_text(str(error)[:200])
            ),
            path=path,
            remedy=get_again(),
        ) from error
    raise MusicPackError(
        tr("this music pack was made by a newer Soundbed (format {form}).").format(
            form=form.format
        ),
        path=path,
        remedy=tr("Update Soundbed to install it."),
    )


class _Form(msgspec.Struct):
    kind: Literal["soundbed-music-pack"]
    format: int
    tracks: list[dict[str, Any]] = []


def get_again() -> str:
    """Return the remedy for a damaged pack."""
    return tr("Nothing was installed; copy or download the pack again.")


def _check_members(pack: MusicPack) -> None:
    seen: set[str] = set()
    for name, member in pack.members.items():
        if not is_portable(name):
            raise ValueError(f"the name {name[:80]!r} isn't valid on every system")
        if folded(name) in seen:
            raise ValueError(f"two members are named {name[:80]!r}, apart from capitals")
        seen.add(folded(name))
        limit = _limit_bytes(name)
        if limit is None:
            raise ValueError(f"{name[:80]!r} doesn't belong in a music pack")
        if member.size_bytes > limit:
            raise ValueError(f"{name[:80]!r} is too large")
    for name in pack.members:
        parts = folded(name).split("/")
        if any("/".join(parts[:n]) in seen for n in range(1, len(parts))):
            raise ValueError(f"{name[:80]!r} is inside another member")
    used = [name for track in pack.tracks for name in (track.file, track.analysis)]
    others = {name for name in pack.members if name.startswith(LICENCES)} | {EMBEDDINGS_NAME}
    declared = pack.members.keys() - others
    if len(set(used)) != len(used) or set(used) != declared:
        raise ValueError("the tracks name other members than there are")
    for track in pack.tracks:
        if not track.file.startswith(TRACKS) or not track.analysis.startswith(ANALYSES):
            raise ValueError("a track's file is in the wrong folder")


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


def _plain(pack: MusicPack, path: Path) -> MusicPack:
    """Return the pack with plain text only, where each track has a licence."""
    tracks = tuple(_plain_track(track) for track in pack.tracks)
    unlicensed = [plain_text(track.file) or "" for track in tracks if not track.tags.licence]
    if unlicensed:
        raise without_licence(unlicensed, path)
    return replace(
        pack,
        title=plain_text(pack.title) or pack.id,
        features_version=plain_text(pack.features_version) or "",
        profile_pack=plain_text(pack.profile_pack) or "",
        tracks=tracks,
    )


def without_licence(names: list[str], path: Path) -> MusicPackError:
    """Return the error that names tracks without a licence, the first ten of them."""
    shown = ", ".join(names[:10])
    if len(names) > 10:
        shown = tr("{names} and {n} more").format(names=shown, n=len(names) - 10)
    return MusicPackError(
        tr("these tracks have no licence: {names}.").format(names=shown),
        path=path,
        remedy=tr(
            "Every track in a pack needs a licence: in its tags, in a table licences.csv in "
            "the folder (columns file, licence), or from --licence for all others."
        ),
    )


def _plain_track(track: PackTrack) -> PackTrack:
    tags = Tags(**{name: plain_text(text) for name, text in asdict(track.tags).items()})
    profile = track.profile
    return replace(
        track,
        tags=replace(tags, title=tags.title or Path(track.file).stem),
        profile=replace(
            profile,
            genre=plain_text(profile.genre),
            key=plain_text(profile.key),
            moods={plain_text(name) or "": value for name, value in profile.moods.items()},
        ),
    )
