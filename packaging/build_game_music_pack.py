"""Build a music pack from the freely licensed music in Debian's game packages.

    python packaging/build_game_music_pack.py [--out game-music.soundbed.zip] [--work FOLDER]

It needs Debian (apt-get, dpkg-deb). The packages are pinned in game_music/games.py. A track is
included when its own paragraph in debian/copyright states CC0, CC BY, BSD, MIT or zlib and names an
author. The pack has the licence, author and source of each track, which `soundbed` writes into the
credits, and each package's copyright file. None of the music is committed.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.cli.terminal import TerminalProgress
from engine.errors import Cancelled, SoundbedError
from engine.files import write_text
from engine.library.licence_table import TABLE_NAME, write_table
from engine.media.track_probe import probe_audio
from engine.stories.build_pack import SUFFIX, PackRequest, build_pack
from game_music.games import SOURCES, Source
from game_music.licences import NotAllowedError, stated
from game_music.packages import PackageError, check_tools, fetch, unpack

_TITLE = "Music of Debian's games"
_ID = "debian-game-music"
# Shorter tracks are jingles, which are useless under a video.
_MIN_DURATION_S = 25.0


@dataclass(frozen=True, slots=True)
class Refused:
    """A track that is left out.

    Attributes:
        package: its Debian package.
        file: its name.
        reason: why it is left out.
    """

    package: str
    file: str
    reason: str


def main(argv: Sequence[str] | None = None) -> int:
    """Build the pack; exit code 2 when nothing could be built."""
    parser = argparse.ArgumentParser(description="Build a pack of the music in Debian's games.")
    parser.add_argument("--out", type=Path, default=Path(f"{_ID}{SUFFIX}"), help="the pack")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()) / "soundbed-game-music",
        help="folder for packages and music, which makes a second run quick",
    )
    arguments = parser.parse_args(argv)
    try:
        check_tools()
        folder, refused = collect(SOURCES, arguments.work)
        print_refused(refused)
        with TerminalProgress() as progress:
            request = PackRequest(folder, arguments.out, _TITLE, _ID)
            report = build_pack(request, progress)
    except (PackageError, SoundbedError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except (Cancelled, KeyboardInterrupt):
        return 130
    for path, reason in report.left_out:
        print(f"left out: {path.name}: {reason}", file=sys.stderr)
    by_licence: dict[str, int] = {}
    for track in report.pack.tracks:
        name = str(track.tags.licence).split()[0]
        by_licence[name] = by_licence.get(name, 0) + 1
    minutes = sum(track.duration_s for track in report.pack.tracks) / 60
    print(
        f"{report.path}: {len(report.pack.tracks)} tracks, {minutes:.0f} minutes, "
        f"{report.size_bytes / 1e6:.1f} MB; "
        + ", ".join(f"{n} {name}" for name, n in sorted(by_licence.items()))
    )
    return 0


def collect(sources: Sequence[Source], work: Path) -> tuple[Path, list[Refused]]:
    """Collect all allowed music with its licences in a folder for `build_pack`.

    Returns:
        The folder, and the tracks that are left out.

    Raises:
        PackageError: when no music could be collected.
    """
    folder = work / "music"
    rows: list[dict[str, str]] = []
    refused: list[Refused] = []
    texts: dict[str, str] = {}
    for source in sources:
        try:
            deb = fetch(source, work / "packages")
            text, pieces = unpack(source, deb, folder / source.package)
        except PackageError as error:
            print(error, file=sys.stderr)
            refused.append(Refused(source.package, "all tracks", "the package isn't available"))
            continue
        for name, path in pieces:
            try:
                rows.append(_row(source, text, name, path))
                texts[source.package] = text
            except NotAllowedError as error:
                path.unlink()
                refused.append(Refused(source.package, path.name, str(error)))
    if not rows:
        raise PackageError("there is no music for the pack")
    _tidy(folder, {Path(row["file"]) for row in rows})
    for package, text in texts.items():
        write_text(folder / "licences" / f"{package}.txt", text)
    write_text(folder / TABLE_NAME, write_table(rows))
    return folder, refused


def _row(source: Source, text: str, name: str, path: Path) -> dict[str, str]:
    unpacked = source.unpacked + name.removeprefix(source.installed)
    found = stated(text, unpacked, source.reading)
    info = probe_audio(path)
    if info.duration_s < _MIN_DURATION_S:
        raise NotAllowedError("it is a jingle")
    title = info.tags.title or path.stem.replace("_", " ").replace("-", " – ").capitalize()
    return {
        "file": f"{source.package}/{path.name}",
        "title": f"{title} ({source.game})",
        "artist": found.author,
        "album": source.game,
        "licence": found.licence,
        "url": found.url or source.url,
    }


def _tidy(folder: Path, wanted: set[Path]) -> None:
    """Delete the files of an earlier run that are no longer wanted."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder) not in wanted:
            path.unlink()
    for path in list(folder.iterdir()):
        if path.is_dir() and not any(path.iterdir()):
            shutil.rmtree(path)


def print_refused(refused: list[Refused]) -> None:
    """Print what is left out and why, one line for each package and reason."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for piece in refused:
        grouped.setdefault((piece.package, piece.reason), []).append(piece.file)
    for (package, reason), files in grouped.items():
        shown = files[0] if len(files) == 1 else f"{len(files)} tracks"
        print(f"left out: {package}: {shown}: {reason}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
