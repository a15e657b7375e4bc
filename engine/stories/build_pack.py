"""STORY: a folder of music → a music pack, one file to install elsewhere."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import InputError, MusicPackError, SoundbedError, display_path
from engine.files import replacing
from engine.library.files import AnalysedFile
from engine.library.folders import normalised
from engine.library.library import Library
from engine.library.licence_table import LicenceTable, name_below
from engine.library.scan import FoundFile, content_hash, find_audio
from engine.library.track_analysis import profile_pack_id
from engine.library.tracks import TrackFile
from engine.limits import CHECKING_PACK_TRACK, n_cores
from engine.media.tags import Tags, plain_text
from engine.music_packs.archive import PackWriter
from engine.music_packs.manifest import (
    ANALYSES,
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
    """What to make.

    Attributes:
        folder: where the music is.
        out: the file to write; None for one named after the pack, in the current folder.
        title: of the pack; "" for the folder's name.
        id: of the pack; "" for one made of the title.
        version: higher for each new version.
        licence: for tracks without one; "" for none.
    """

    folder: Path
    out: Path | None = None
    title: str = ""
    id: str = ""
    version: int = 1
    licence: str = ""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was made.

    Attributes:
        path: the pack.
        pack: its contents.
        size_bytes: of the file.
        left_out: files that can't be used, each with the reason.
        n_analysed: tracks that had to be analysed for it.
    """

    path: Path
    pack: MusicPack
    size_bytes: int
    left_out: tuple[tuple[Path, str], ...]
    n_analysed: int


@dataclass(frozen=True, slots=True)
class _Source:
    """A track on its way into the pack: its file, its tags, its number in the analysis."""

    file: FoundFile
    tags: Tags
    track_id: int


def build_pack(request: PackRequest, progress: Progress) -> BuildReport:
    """Make a music pack of a folder; after a stop, making it again resumes.

    The same music, tags and packs give the same bytes.

    Raises:
        InputError: when it isn't a folder, has no music, or its licences.csv can't be read.
        MusicPackError: when a track has no licence; it names them, and nothing is written.
        ExportError: when the pack can't be written.
        Cancelled: when the user stopped it.
    """
    root = normalised(request.folder)
    request = _completed(request)
    found = _find(root, progress)
    tags = _tags(root, found, request.licence, progress)
    analysed = Library.open_cache(pack_analysis(), "own")
    _copy_known(analysed, root, found, progress)
    report = index_folder(root, analysed, progress)
    ready = (track.file for track in analysed.tracks.all() if track.file.state == "ready")
    ids = {file.path: file.id for file in ready}
    sources = [_Source(file, tags[file.path], ids[file.path]) for file in found if file.path in ids]
    if not sources:
        raise _no_music(root)
    # A file that can't be opened now may have been analysed before.
    _check_licences({source.file.path: source.tags for source in sources}, root)
    out = request.out or Path(f"{request.id}-{request.version}{SUFFIX}")
    with replacing(normalised(out)) as beside, beside.open("wb") as stream:
        with PackWriter(stream) as writer:
            pack = _write(writer, request, sources, analysed, progress)
            writer.finish(pack)
        size_bytes = stream.tell()
    failed = tuple((problem.path, problem.message) for problem in report.failed)
    return BuildReport(out, pack, size_bytes, failed, report.added)


def _completed(request: PackRequest) -> PackRequest:
    """Return the request with a title and an id, both checked."""
    folder_name = display_path(normalised(request.folder).name)
    title = plain_text(request.title) or plain_text(folder_name) or tr("Music")
    request = replace(request, title=title, id=request.id or slug(title) or "music")
    if not is_pack_id(request.id):
        raise InputError(
            tr("“{id}” can't be the id of a pack.").format(id=request.id),
            remedy=tr("Use lower-case letters and digits, with hyphens between words."),
        )
    if not 1 <= request.version < 2**31:
        raise InputError(
            tr("{version} can't be the version of a pack.").format(version=request.version),
            remedy=tr("Versions are whole numbers from 1."),
        )
    return request


def _find(root: Path, progress: Progress) -> list[FoundFile]:
    from engine.media.probe import AUDIO_SUFFIXES

    found = list(find_audio(root, AUDIO_SUFFIXES, progress).files)
    if not found:
        raise _no_music(root)
    if len(found) > MAX_TRACKS:
        raise InputError(
            tr("a pack can contain up to {n} tracks.").format(n=MAX_TRACKS),
            path=root,
            remedy=tr("Make several packs of its subfolders."),
        )
    return found


def _tags(root: Path, found: list[FoundFile], licence: str, progress: Progress) -> dict[Path, Tags]:
    """Return the tags of each file, completed from licences.csv and by the request's licence.

    Raises:
        MusicPackError: when a file that can be opened has no licence.
    """
    from engine.media.track_probe import probe_audio
    from engine.media.worker import WorkerPool

    table = LicenceTable.read(root)
    common = plain_text(licence)
    tags: dict[Path, Tags] = {}
    readable: dict[Path, Tags] = {}
    with WorkerPool(min(n_cores(), len(found))) as pool:
        results = pool.map_unordered(
            probe_audio,
            [(file.path, (file.path,)) for file in found],
            limits=CHECKING_PACK_TRACK,
            progress=progress,
        )
        for number, (path, info) in enumerate(results, 1):
            progress.step(tr("Reading tags"), number, len(found))
            own = Tags() if isinstance(info, SoundbedError) else info.tags
            stated = replace(own, **table.stated(name_below(path, root)))
            tags[path] = replace(stated, licence=stated.licence or common)
            if not isinstance(info, SoundbedError):
                readable[path] = tags[path]
    _check_licences(readable, root)
    return tags


def _check_licences(tags: Mapping[Path, Tags], root: Path) -> None:
    missing = [name_below(path, root) for path, stated in tags.items() if not stated.licence]
    if missing:
        raise without_licence(sorted(missing), root)


def _copy_known(analysed: Library, root: Path, found: list[FoundFile], progress: Progress) -> None:
    """Copy from the user's library the analysis of these files, found by their bytes."""
    from engine.music.vector import VERSION

    if not user_library().exists():
        return
    own = Library.open()
    by_size: dict[int, list[TrackFile]] = defaultdict(list)
    for known in own.files.known():
        if known.features_version == VERSION and known.content_hash:
            by_size[known.size_bytes].append(known)
    unchanged = {
        (known.path, known.size_bytes, known.modified_ns)
        for known in analysed.files.known()
        if known.content_hash
    }
    folder = analysed.folders.add(root)
    for number, file in enumerate(found):
        progress.step(tr("Comparing files"), number, len(found))
        if file.size_bytes not in by_size:
            continue
        if (file.path, file.size_bytes, file.modified_ns) in unchanged:
            continue
        try:
            digest = content_hash(file.path)
        except OSError:
            continue
        for known in by_size[file.size_bytes]:
            if known.content_hash == digest:
                row = own.files.analysed(known.id)
                here = replace(row.file, path=file.path, modified_ns=file.modified_ns)
                analysed.files.store(folder.id, replace(row, file=here))
                break


def _write(
    writer: PackWriter,
    request: PackRequest,
    sources: list[_Source],
    analysed: Library,
    progress: Progress,
) -> MusicPack:
    from engine.music.vector import VERSION

    root = normalised(request.folder)
    taken: set[str] = set()
    tracks = []
    n_bytes = sum(source.file.size_bytes for source in sources)
    n_done = 0
    for number, source in enumerate(sources, 1):
        progress.step(tr("Writing the pack"), n_done, n_bytes)
        name = portable(TRACKS + name_below(source.file.path, root), taken)
        _copy(writer, name, source.file, progress)
        n_done += source.file.size_bytes
        row = analysed.files.analysed(source.track_id)
        analysis = f"{ANALYSES}{number:05}.npz"
        writer.add_bytes(analysis, row.features)
        tracks.append(_track(name, analysis, source.tags, row))
    for path in sorted(path for path in (root / LICENCES).glob("*.txt") if path.is_file()):
        writer.add_bytes(portable(LICENCES + display_path(path.name), taken), path.read_bytes())
    try:
        return MusicPack(
            id=request.id,
            version=request.version,
            title=request.title,
            features_version=VERSION,
            profile_pack=profile_pack_id(),
            members=writer.members,
            tracks=tuple(tracks),
        )
    except ValueError as error:
        # Larger than a pack may be: nobody could install it.
        raise MusicPackError(
            tr("no pack can be made from this folder ({reason}).").format(reason=error),
            path=root,
            remedy=tr("Remove that file from the folder."),
        ) from error


def _copy(writer: PackWriter, name: str, file: FoundFile, progress: Progress) -> None:
    try:
        writer.add_file(name, file.path, progress.check)
        status = file.path.stat()
        if (status.st_size, status.st_mtime_ns) == (file.size_bytes, file.modified_ns):
            return
        reason = tr("it was changed in the meantime")
    except (FileNotFoundError, PermissionError) as error:
        reason = str(error.strerror)
    raise MusicPackError(
        tr("this file can't be added to the pack ({reason}).").format(reason=reason),
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


def _no_music(root: Path) -> InputError:
    return InputError(
        tr("there is no music in this folder."),
        path=root,
        remedy=tr("Choose the folder with the music."),
    )
