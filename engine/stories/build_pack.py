"""STORY: a folder of music → one file that carries it, ready to be installed elsewhere."""

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.active import matching_pack
from engine.errors import InputError, MusicPackError, SoundbedError, display_path
from engine.files import replacing
from engine.library.analysis import profile_pack_id
from engine.library.files import AnalysedFile
from engine.library.folders import normalised
from engine.library.library import Library
from engine.library.licence_table import LicenceTable, name_below
from engine.library.scan import FoundFile, content_hash, find_audio
from engine.library.tracks import TrackFile
from engine.limits import CHECKING_PACK_TRACK, n_cores
from engine.media.tags import Tags, plain_text
from engine.music_packs.archive import PackWriter
from engine.music_packs.manifest import (
    ANALYSES,
    EMBEDDINGS_NAME,
    LICENCES,
    MAX_TRACKS,
    TRACKS,
    MusicPack,
    PackTrack,
    is_pack_id,
    without_licence,
)
from engine.music_packs.names import portable, slug
from engine.paths import pack_analysis, user_library
from engine.progress import Progress
from engine.stories.index import index_folder
from engine.translation import tr

SUFFIX = ".soundbed.zip"


@dataclass(frozen=True, slots=True)
class PackRequest:
    """What somebody asked a pack to be.

    Args:
        folder: where the music lies.
        out: the file to write; None for one named after the pack, in the current folder.
        title: of the pack; "" for the folder's name.
        id: of the pack; "" for one made of the title.
        version: grows with each edition.
        licence: of the tracks that state none themselves; "" for none.
    """

    folder: Path
    out: Path | None = None
    title: str = ""
    id: str = ""
    version: int = 1
    licence: str = ""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a pack became.

    Args:
        path: the pack.
        pack: what it says of itself.
        size_bytes: of the file.
        left_out: files that can't be used, each with the reason.
        n_heard: tracks that had to be listened to.
    """

    path: Path
    pack: MusicPack
    size_bytes: int
    left_out: tuple[tuple[Path, str], ...]
    n_heard: int


def build_pack(request: PackRequest, progress: Progress) -> BuildReport:
    """Make a pack of a folder; stopped in the middle, making it again goes on.

    The same music, tags and packs give the same bytes.

    Raises:
        InputError: when it is no folder, holds no music, or its licences.csv can't be read.
        MusicPackError: when a track has no licence; it names them, and nothing is written.
        ExportError: when the pack can't be written.
        Cancelled: when the user stopped it.
    """
    root = normalised(request.folder)
    title = plain_text(request.title) or plain_text(display_path(root.name)) or tr("Music")
    pack_id = request.id or slug(title) or "music"
    _check(request, pack_id)
    found = _find(root, progress)
    tags = _tags(root, found, request.licence, progress)
    heard = Library.open(pack_analysis())
    _take_known(heard, root, found, progress)
    report = index_folder(root, heard, progress)
    ids = {track.path: track.file.id for track in heard.tracks.all() if track.file.state == "ready"}
    sources = [(file, tags[file.path], ids[file.path]) for file in found if file.path in ids]
    if not sources:
        raise _no_music(root)
    # A file that couldn't be opened just now may have been heard before.
    silent = [name_below(file.path, root) for file, stated, _ in sources if not stated.licence]
    if silent:
        raise without_licence(sorted(silent), root)
    out = request.out or Path(f"{pack_id}-{request.version}{SUFFIX}")
    with replacing(normalised(out)) as beside, beside.open("wb") as stream:
        with PackWriter(stream) as writer:
            pack = _write(writer, root, sources, heard, (pack_id, request.version, title), progress)
            writer.finish(pack)
        size_bytes = stream.tell()
    return BuildReport(out, pack, size_bytes, report.failed, report.added)


def _check(request: PackRequest, pack_id: str) -> None:
    if not is_pack_id(pack_id):
        raise InputError(
            tr("“{id}” is no id of a pack.").format(id=pack_id),
            remedy=tr("Use lower-case letters and digits, words joined by hyphens."),
        )
    if not 1 <= request.version < 2**31:
        raise InputError(
            tr("{version} is no version of a pack.").format(version=request.version),
            remedy=tr("Number the editions from 1."),
        )


def _find(root: Path, progress: Progress) -> list[FoundFile]:
    from engine.media.probe import AUDIO_SUFFIXES

    found = find_audio(root, AUDIO_SUFFIXES, progress)
    if not found:
        raise _no_music(root)
    if len(found) > MAX_TRACKS:
        raise InputError(
            tr("a pack holds up to {n} tracks.").format(n=MAX_TRACKS),
            path=root,
            remedy=tr("Make several packs of its subfolders."),
        )
    return found


def _tags(root: Path, found: list[FoundFile], licence: str, progress: Progress) -> dict[Path, Tags]:
    """Return what file, table and request say of each track; each that opens has a licence."""
    from engine.media.probe import probe_audio
    from engine.media.worker import WorkerPool

    table = LicenceTable.read(root)
    common = plain_text(licence)
    tags: dict[Path, Tags] = {}
    unlicensed = []
    with WorkerPool(min(n_cores(), len(found))) as pool:
        results = pool.map_unordered(
            probe_audio,
            [(file.path, (file.path,)) for file in found],
            limits=CHECKING_PACK_TRACK,
            progress=progress,
        )
        for number, (path, info) in enumerate(results, 1):
            progress.step(tr("Reading tags"), number, len(found))
            stated = Tags() if isinstance(info, SoundbedError) else info.tags
            stated = replace(stated, **table.stated(name_below(path, root)))
            tags[path] = replace(stated, licence=stated.licence or common)
            if not tags[path].licence and not isinstance(info, SoundbedError):
                unlicensed.append(name_below(path, root))
    if unlicensed:
        raise without_licence(sorted(unlicensed), root)
    return tags


def _take_known(heard: Library, root: Path, found: list[FoundFile], progress: Progress) -> None:
    """Take from the user's library what it knows of these files, by their bytes."""
    from engine.music.vector import VERSION

    if not user_library().exists():
        return
    own = Library.open()
    by_size: dict[int, list[TrackFile]] = defaultdict(list)
    for known in own.files.known():
        if known.features_version == VERSION and known.content_hash:
            by_size[known.size_bytes].append(known)
    there = {(k.path, k.size_bytes, k.modified_ns) for k in heard.files.known() if k.content_hash}
    folder = heard.folders.add(root)
    for number, file in enumerate(found):
        progress.step(tr("Comparing files"), number, len(found))
        if file.size_bytes not in by_size:
            continue
        if (file.path, file.size_bytes, file.modified_ns) in there:
            continue
        try:
            digest = content_hash(file.path)
        except OSError:
            continue
        for known in by_size[file.size_bytes]:
            if known.content_hash == digest:
                row = own.files.analysed(known.id)
                there_file = replace(row.file, path=file.path, modified_ns=file.modified_ns)
                row = replace(row, file=there_file)
                heard.files.store(folder.id, row)
                break


def _write(
    writer: PackWriter,
    root: Path,
    sources: list[tuple[FoundFile, Tags, int]],
    heard: Library,
    about: tuple[str, int, str],
    progress: Progress,
) -> MusicPack:
    from engine.music.vector import VERSION

    taken: set[str] = set()
    tracks = []
    n_bytes = sum(file.size_bytes for file, *_ in sources)
    n_done = 0
    for number, (file, tags, track_id) in enumerate(sources, 1):
        progress.step(tr("Writing the pack"), n_done, n_bytes)
        name = portable(TRACKS + name_below(file.path, root), taken)
        _copy(writer, name, file, progress)
        n_done += file.size_bytes
        row = heard.files.analysed(track_id)
        analysis = f"{ANALYSES}{number:05}.npz"
        writer.add_bytes(analysis, row.features)
        tracks.append(_track(name, analysis, tags, row))
    for path in sorted(path for path in (root / LICENCES).glob("*.txt") if path.is_file()):
        writer.add_bytes(portable(LICENCES + display_path(path.name), taken), path.read_bytes())
    vectors, space = _embeddings(heard, [track_id for *_, track_id in sources])
    if vectors is not None:
        writer.add_bytes(EMBEDDINGS_NAME, np.ascontiguousarray(vectors, "<f4").tobytes())
    try:
        return MusicPack(
            id=about[0],
            version=about[1],
            title=about[2],
            features_version=VERSION,
            profile_pack=profile_pack_id(),
            embedding_space=space,
            embedding_length=0 if vectors is None else vectors.shape[1],
            members=writer.members,
            tracks=tuple(tracks),
        )
    except ValueError as error:
        # A file beyond the limits of a pack, which nobody could install.
        raise MusicPackError(
            tr("this folder can't become a pack ({reason}).").format(reason=error),
            path=root,
            remedy=tr("Leave that file out."),
        ) from error


def _copy(writer: PackWriter, name: str, file: FoundFile, progress: Progress) -> None:
    try:
        writer.add_file(name, file.path, progress.check)
        status = file.path.stat()
        if (status.st_size, status.st_mtime_ns) == (file.size_bytes, file.modified_ns):
            return
        reason = tr("it changed meanwhile")
    except (FileNotFoundError, PermissionError) as error:
        reason = str(error.strerror)
    raise MusicPackError(
        tr("this file can't be put into the pack ({reason}).").format(reason=reason),
        path=file.path,
        remedy=tr("Make the pack again."),
    )


def _track(name: str, analysis: str, tags: Tags, row: AnalysedFile) -> PackTrack:
    return PackTrack(
        file=name,
        analysis=analysis,
        tags=replace(tags, title=tags.title or display_path(row.file.path.stem)),
        duration_s=row.file.duration_s,
        profile=row.profile,
    )


def _embeddings(
    heard: Library, track_ids: list[int]
) -> tuple[npt.NDArray[np.float32] | None, str | None]:
    """Return the tracks' vectors (n, d) in the active space; none where one is missing."""
    try:
        space = matching_pack().space
    except SoundbedError:
        return None, None
    ids, vectors = heard.embeddings.load(space)
    order = {int(track_id): row for row, track_id in enumerate(ids)}
    if not all(track_id in order for track_id in track_ids):
        return None, None
    return vectors[[order[track_id] for track_id in track_ids]], space


def _no_music(root: Path) -> InputError:
    return InputError(
        tr("there is no music in this folder."),
        path=root,
        remedy=tr("Give the folder that holds the music."),
    )
