"""`soundbed library add|list|remove|rescan|snapshots|…`: the user's own music."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import music_packs, snapshots
from engine.errors import display_path
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.library.library import Library
    from engine.library.tracks import Track
    from engine.stories.index import IndexReport

_MAX_FAILURES_SHOWN = 20


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
    add.set_defaults(run=run_add)
    show = actions.add_parser("list", help=tr("list all tracks"), allow_abbrev=False)
    show.add_argument(
        "--json", action="store_true", help=tr("write one JSON object to standard output")
    )
    show.set_defaults(run=run_list)
    remove = actions.add_parser(
        "remove",
        help=tr("remove a folder, a music pack or one track; only a pack's copies are deleted"),
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
        allow_abbrev=False,
    )
    rescan.set_defaults(run=run_rescan)
    snapshots.add_parsers(actions)
    music_packs.add_parsers(actions)


def run_add(arguments: argparse.Namespace) -> int:
    """Analyse a folder into the library."""
    from engine.cli.terminal import TerminalProgress
    from engine.stories.index import index_folder

    library = snapshots.open_own()
    with TerminalProgress() as progress:
        report = index_folder(arguments.folder, library, progress)
    return _print_report(report)


def run_rescan(arguments: argparse.Namespace) -> int:
    """Scan all added folders again."""
    from engine.cli.terminal import TerminalProgress
    from engine.stories.index import rescan

    library = snapshots.open_own()
    if not library.folders.all():
        print(tr("No folders have been added yet. Add one with: soundbed library add FOLDER"))
        return 0
    with TerminalProgress() as progress:
        report = rescan(library, progress)
    return _print_report(report)


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
    from engine.cli.terminal import print_json, warn
    from engine.library.libraries import Libraries

    libraries = Libraries()
    tracks = libraries.tracks()
    own = next((library for library in libraries.available() if library.origin == "own"), None)
    for problem in libraries.problems():
        warn(problem)
    if arguments.json:
        print_json({"folders": _folders_json(own), "tracks": [_track_json(t) for t in tracks]})
    else:
        _print_tracks(own, tracks)
    return 0


def _print_report(report: "IndexReport") -> int:
    from engine.cli.terminal import warn

    for path, message in report.failed[:_MAX_FAILURES_SHOWN]:
        warn(f"{display_path(path)}: {message}")
    if len(report.failed) > _MAX_FAILURES_SHOWN:
        warn(tr("… and more; see: soundbed library list"))
    counts = [
        trn("{n} track added", "{n} tracks added", report.added).format(n=report.added),
        tr("{n} unchanged").format(n=report.unchanged),
        tr("{n} moved").format(n=report.moved) if report.moved else "",
        tr("{n} analysed again").format(n=report.renewed) if report.renewed else "",
        tr("{n} failed").format(n=len(report.failed)) if report.failed else "",
        tr("{n} offline").format(n=report.offline) if report.offline else "",
    ]
    if not (report.added or report.unchanged or report.moved or report.failed or report.offline):
        print(tr("No audio files were found."))
        return 0
    print(", ".join(count for count in counts if count) + ".")
    n_analysed = report.added + report.renewed
    if n_analysed and report.wall_s > 0:
        speed = report.music_s / report.wall_s
        print(
            trn(
                "{rate:.1f} tracks per minute, {speed:.0f} times real time on {n} core.",
                "{rate:.1f} tracks per minute, {speed:.0f} times real time on {n} cores.",
                report.n_workers,
            ).format(rate=60 * n_analysed / report.wall_s, speed=speed, n=report.n_workers)
        )
    return 0


def _print_tracks(own: "Library | None", tracks: "tuple[Track, ...]") -> None:
    from engine.cli.table import format_table
    from engine.music_packs.installed import installed_pack

    rows = [_cells(track) for track in tracks]
    headers = [tr("ID"), tr("Title"), tr("Artist"), tr("Length"), tr("Genre"), "BPM", tr("Key"),
               tr("State")]  # fmt: skip
    if rows:
        print(format_table(headers, rows, right=frozenset({0, 3, 5}), shrink=(1, 2, 7)))
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
    n_own = sum(track.file.origin == "own" for track in tracks)
    print(
        tr("{n_bundled} bundled, {n_own} of your own.").format(
            n_bundled=len(tracks) - n_own, n_own=n_own
        )
    )


def _cells(track: "Track") -> list[str]:
    from engine.cli.terminal import clock

    states = {
        "ready": tr("bundled") if track.file.origin == "bundled" else tr("ready"),
        "offline": tr("offline"),
        "failed": tr("failed: {reason}").format(reason=track.file.message),
    }
    return [
        # Bundled tracks can't be removed, so their numbers aren't shown.
        "" if track.file.origin == "bundled" else str(track.file.id),
        track.title,
        track.tags.artist or "",
        clock(track.file.duration_s) if track.file.duration_s else "",
        track.genre or (tr("unsure") if track.profile.genre_probabilities else ""),
        "" if track.profile.bpm is None else f"{track.profile.bpm:.0f}",
        track.profile.key or "",
        states[_state(track)],
    ]


def _state(track: "Track") -> str:
    # A drive may have been disconnected since the last scan.
    return (
        "offline" if track.file.state == "ready" and not track.path.is_file() else track.file.state
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


def _track_json(track: "Track") -> dict[str, Any]:
    from engine.cli.terminal import number, path_fields

    return {
        "id": track.file.id,
        "origin": track.file.origin,
        "state": _state(track),
        "message": track.file.message,
        "title": track.title,
        "artist": track.tags.artist,
        "album": track.tags.album,
        "licence": track.tags.licence,
        **path_fields(track.path),
        "duration_s": number(track.file.duration_s, 3),
        "genre": track.genre,
        "moods": {name: number(value, 2) for name, value in track.profile.moods.items()},
        "valence": number(track.profile.valence, 2),
        "arousal": number(track.profile.arousal, 2),
        "bpm": number(track.profile.bpm, 1),
        "key": track.profile.key,
        "vocals": number(track.profile.vocals, 2),
        "loudness_lufs": number(track.profile.loudness_lufs, 1),
    }
