"""`soundbed library add|list|status|remove|rescan|snapshots|…`: the user's own music."""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import music_packs, repair_tags, snapshots
from engine.cli.library_report import check_json, print_report, print_status
from engine.cli.shared_options import add_json_option
from engine.errors import display_path
from engine.library.reasons import REASONS
from engine.path_checks import is_file
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.library.library import Library
    from engine.library.reasons import FileCheck
    from engine.library.tracks import Track


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its actions."""
    parser = commands.add_parser(
        "library",
        help=tr("add, list and remove your own music"),
        description=tr("Manages your own music. Your files are never changed."),
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(
        title=tr("actions"), metavar=tr("ACTION"), dest="action", required=True
    )
    add = actions.add_parser(
        "add",
        help=tr("analyse the audio files of a folder"),
        description=tr(
            "Analyses the audio files in a folder and its subfolders. If it was stopped, add"
            " the folder again to resume."
        ),
        allow_abbrev=False,
    )
    add.add_argument("folder", metavar=tr("FOLDER"), type=Path)
    add_json_option(add)
    add.set_defaults(run=run_add)
    _add_list(actions)
    remove = actions.add_parser(
        "remove",
        help=tr("remove a folder, a music pack or one track; only a pack's copies are deleted"),
        description=tr(
            "Removes a folder, a music pack or one track from the library. Your files stay where"
            " they are; only the copies that a music pack brought are deleted."
        ),
        allow_abbrev=False,
    )
    remove.add_argument(
        "target",
        metavar=tr("FOLDER|PACK|ID"),
        help=tr("an added folder, the id of a music pack, or a number from the list"),
    )
    remove.set_defaults(run=run_remove)
    rescan = actions.add_parser(
        "rescan",
        help=tr("look for new, changed and moved files; analyse outdated tracks again"),
        description=tr(
            "Scans all added folders for new, changed, moved and missing files. Files that couldn't"
            " be used are tried again when they or the decoders have changed."
        ),
        allow_abbrev=False,
    )
    rescan.add_argument(
        "--deep",
        action="store_true",
        help=tr("read all files and compare their content, not only sizes and times"),
    )
    add_json_option(rescan)
    rescan.set_defaults(run=run_rescan)
    snapshots.add_parsers(actions)
    repair_tags.add_parser(actions)
    music_packs.add_parsers(actions)


def _add_list(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    show = actions.add_parser(
        "list",
        help=tr("list all tracks"),
        description=tr("Lists the bundled tracks and your own, with their numbers."),
        allow_abbrev=False,
    )
    show.add_argument(
        "--reason",
        action="append",
        choices=REASONS,
        metavar=tr("REASON"),
        help=tr(
            "only files that can't be used, or only in part, for this reason: {reasons}"
        ).format(reasons=", ".join(REASONS)),
    )
    add_json_option(show)
    show.set_defaults(run=run_list)
    status = actions.add_parser(
        "status",
        help=tr("show how many tracks are ready, and which files can't be used"),
        description=tr(
            "Shows how many of your tracks are ready or offline, which files can't be used and why,"
            " and what scans left out."
        ),
        allow_abbrev=False,
    )
    add_json_option(status)
    status.set_defaults(run=run_status)


def run_add(arguments: argparse.Namespace) -> int:
    """Analyse a folder into the library."""
    from engine.cli.terminal import TerminalProgress
    from engine.stories.index import index_folder

    library = snapshots.open_own()
    with TerminalProgress() as progress:
        report = index_folder(arguments.folder, library, progress)
    return print_report(report, as_json=arguments.json)


def run_rescan(arguments: argparse.Namespace) -> int:
    """Scan all added folders again."""
    from engine.cli.terminal import TerminalProgress
    from engine.stories.index import rescan
    from engine.stories.scan_comparison import ScanOptions

    library = snapshots.open_own()
    if not library.folders.all():
        print(tr("No folders have been added yet. Add one with: soundbed library add FOLDER"))
        return 0
    with TerminalProgress() as progress:
        report = rescan(library, progress, ScanOptions(deep=arguments.deep))
    return print_report(report, as_json=arguments.json)


def run_remove(arguments: argparse.Namespace) -> int:
    """Remove a folder, a music pack or a track."""
    from engine.cli.terminal import plain
    from engine.library.folders import normalised
    from engine.library.removed import RemoveFolder, RemoveTrack
    from engine.music_packs.installed import discard_removed, installed_packs, pack_lock

    library = snapshots.open_own()
    target = arguments.target
    # A folder whose name is a number is written as ./12.
    if target.isascii() and target.isdecimal():
        with library.database.writing():
            track = RemoveTrack(int(target)).apply(library.database)
            # The command line has no undo: nothing is kept.
            library.removed.purge(track.removal_id)
        print(tr("Removed: {title}. Its file stays.").format(title=plain(track.title)))
        return 0
    for pack in installed_packs(library):
        if target == pack.id or normalised(Path(target)) == pack.folder:
            with pack_lock(pack.id):
                n_tracks = RemoveFolder(pack.folder).apply(library.database).n_tracks
                discard_removed(library, pack.id)
            print(
                trn(
                    "Removed: the music pack “{title}” with {n} track. Its copy was deleted.",
                    "Removed: the music pack “{title}” with {n} tracks. Their copies were deleted.",
                    n_tracks,
                ).format(title=pack.title, n=n_tracks)
            )
            return 0
    with library.database.writing():
        folder = RemoveFolder(Path(target)).apply(library.database)
        library.removed.purge(folder.removal_id)
    print(
        trn(
            "Removed: {folder} with {n} track. Its file stays.",
            "Removed: {folder} with {n} tracks. Their files stay.",
            folder.n_tracks,
        ).format(folder=plain(target), n=folder.n_tracks)
    )
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """Print the library."""
    from engine.cli.terminal import print_json_rows, warn
    from engine.library.libraries import Libraries

    libraries = Libraries()
    own = next((library for library in libraries.available() if library.origin == "own"), None)
    before = libraries.problems()
    for problem in before:
        warn(problem)
    checks = own.checks.all() if own else {}
    tracks = libraries.tracks()
    if arguments.reason:
        wanted = {number for number, check in checks.items() if check.reason in arguments.reason}
        tracks = (t for t in tracks if t.file.origin == "own" and t.file.id in wanted)
    if arguments.json:
        rows = (_track_json(track, _check(track, checks)) for track in tracks)
        print_json_rows({"folders": _folders_json(own)}, "tracks", rows)
    else:
        counts = _print_tracks(own, tracks, checks)
        print(_count(counts, is_all=not arguments.reason))
    for problem in libraries.problems():
        if problem not in before:
            warn(problem)
    return 0


def run_status(arguments: argparse.Namespace) -> int:
    """Print how many tracks are in which state, and what can't be used."""
    from engine.library.library import Library

    return print_status(Library.open_to_read(), as_json=arguments.json)


def _check(track: "Track", checks: "Mapping[int, FileCheck]") -> "FileCheck | None":
    return checks.get(track.file.id) if track.file.origin == "own" else None


def _print_tracks(
    own: "Library | None", tracks: "Iterable[Track]", checks: "Mapping[int, FileCheck]"
) -> Counter[str]:
    """Print tracks and folders; return how many tracks are of each origin."""
    from engine.cli.table import table_lines
    from engine.music_packs.installed import installed_pack

    n_by_origin: Counter[str] = Counter()

    def rows() -> Iterator[list[str]]:
        for track in tracks:
            n_by_origin[track.file.origin] += 1
            yield _cells(track, _check(track, checks))

    headers = [tr("ID"), tr("Title"), tr("Artist"), tr("Length"), tr("Genre"), "BPM", tr("Key"),
               tr("State")]  # fmt: skip
    listed = rows()
    first = next(listed, None)
    if first is not None:
        shown = chain([first], listed)
        for line in table_lines(headers, shown, right=frozenset({0, 3, 5}), shrink=(1, 2, 7)):
            print(line)
    for folder in own.folders.all() if own else ():
        pack = installed_pack(folder.path)
        if pack is None:
            print(tr("Folder: {path}").format(path=display_path(folder.path)))
        else:
            print(
                tr("Music pack: {title} ({id}, version {version}): {path}").format(
                    title=pack.title,
                    id=pack.id,
                    version=pack.version,
                    path=display_path(folder.path),
                )
            )
    return n_by_origin


def _count(n_by_origin: Counter[str], *, is_all: bool) -> str:
    n_own = n_by_origin["own"]
    if is_all:
        return tr("{n_bundled} bundled, {n_own} of your own.").format(
            n_bundled=n_by_origin["bundled"], n_own=n_own
        )
    return trn("{n} file of your own.", "{n} files of your own.", n_own).format(n=n_own)


def _cells(track: "Track", check: "FileCheck | None") -> list[str]:
    from engine.cli.terminal import clock, tempo

    states = {
        "ready": tr("bundled") if track.file.origin == "bundled" else tr("ready"),
        "offline": tr("offline"),
        "failed": tr("failed: {reason}").format(reason=track.file.message),
    }
    state = states[_state(track)]
    if check is not None:
        state = tr("{reason} ({state})").format(state=state, reason=check.label)
    return [
        # Bundled tracks can't be removed, so their numbers aren't shown.
        "" if track.file.origin == "bundled" else str(track.file.id),
        track.title,
        track.tags.artist or "",
        clock(track.file.duration_s) if track.file.duration_s else "",
        track.genre or (tr("unsure") if track.profile.genre_probabilities else ""),
        tempo(track),
        track.profile.key or "",
        state,
    ]


def _state(track: "Track") -> str:
    # A drive may have been disconnected since the last scan.
    return (
        "offline" if track.file.state == "ready" and not is_file(track.path) else track.file.state
    )


def _folders_json(own: "Library | None") -> list[dict[str, Any]]:
    from engine.cli.terminal import path_fields
    from engine.music_packs.installed import installed_pack

    rows = []
    for folder in own.folders.all() if own else ():
        row = {"id": folder.id, **path_fields(folder.path), "added_at": folder.added_at}
        if pack := installed_pack(folder.path):
            row["pack"] = {"id": pack.id, "version": pack.version, "title": pack.title}
        rows.append(row)
    return rows


def _track_json(track: "Track", check: "FileCheck | None") -> dict[str, Any]:
    from engine.cli.terminal import number, path_fields

    return {
        "id": track.file.id,
        "origin": track.file.origin,
        "state": _state(track),
        "message": track.file.message,
        **check_json(check),
        "title": track.title,
        "artist": track.tags.artist,
        "album": track.tags.album,
        "licence": track.tags.licence,
        **path_fields(track.path),
        "duration_s": number(track.file.duration_s, 3),
        "genre": track.genre,
        "genre_tag": track.genre_tag or None,
        "edited": sorted(track.edited),
        "moods": {name: number(value, 2) for name, value in track.profile.moods.items()},
        "valence": number(track.profile.valence, 2),
        "arousal": number(track.profile.arousal, 2),
        "bpm": number(track.profile.bpm, 1),
        "other_bpm": number(track.other_bpm, 1),
        "key": track.profile.key,
        "vocals": number(track.profile.vocals, 2),
        "loudness_lufs": number(track.profile.loudness_lufs, 1),
    }
