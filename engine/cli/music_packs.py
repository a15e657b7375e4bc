"""`soundbed library build-pack|install`: a folder of music as one file."""

import argparse
from pathlib import Path

from engine.cli.snapshots import open_own
from engine.errors import display_path
from engine.translation import tr, trn


def add_parsers(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the two actions."""
    build = actions.add_parser(
        "build-pack",
        help=tr("make a shareable music pack from a folder"),
        description=tr(
            "Makes one file from a folder's music, with titles, licences and the analysis. "
            "Every track needs a licence: in its tags, in a table licences.csv in the folder"
            " (columns file, licence, title, artist, album, url; file may be a pattern such "
            "as live/*), or from --licence. Texts in licences/*.txt are included. If it was "
            "stopped, run the same command again to resume."
        ),
        allow_abbrev=False,
    )
    build.add_argument("folder", metavar=tr("FOLDER"), type=Path)
    build.add_argument("--out", metavar=tr("PACK"), type=Path, help=tr("the file to write"))
    build.add_argument(
        "--title", default="", help=tr("the title of the pack (default: the folder's name)")
    )
    build.add_argument(
        "--licence", default="", help=tr("licence for tracks that have none, such as CC0-1.0")
    )
    build.add_argument(
        "--id", default="", help=tr("the id of the pack (default: made from the title)")
    )
    build.add_argument(
        "--version",
        type=int,
        default=1,
        metavar="N",
        help=tr("version, from 1; a newer one replaces older ones"),
    )
    build.set_defaults(run=run_build)
    install = actions.add_parser(
        "install",
        help=tr("check a music pack and add it"),
        description=tr(
            "Checks a music pack, copies its music into your data folder and adds it to your "
            "library. A newer version replaces the installed one."
        ),
        allow_abbrev=False,
    )
    install.add_argument("pack", metavar=tr("PACK"), type=Path)
    install.add_argument(
        "--verify",
        action="store_true",
        help=tr("analyse every track again, instead of using the analyses in the pack"),
    )
    install.set_defaults(run=run_install)


def run_build(arguments: argparse.Namespace) -> int:
    """Make a pack of a folder."""
    from engine.cli.terminal import TerminalProgress, clock, warn
    from engine.stories.build_pack import PackRequest, build_pack

    request = PackRequest(
        arguments.folder,
        arguments.out,
        arguments.title,
        arguments.id,
        arguments.version,
        arguments.licence,
    )
    with TerminalProgress() as progress:
        report = build_pack(request, progress)
    for path, reason in report.left_out:
        warn(tr("left out: {file}: {reason}").format(file=display_path(path), reason=reason))
    n_tracks = len(report.pack.tracks)
    print(
        trn(
            "{path}: {n} track, {length}, {size:.1f} MB.",
            "{path}: {n} tracks, {length}, {size:.1f} MB.",
            n_tracks,
        ).format(
            path=display_path(report.path),
            n=n_tracks,
            length=clock(sum(track.duration_s for track in report.pack.tracks)),
            size=report.size_bytes / 1e6,
        )
    )
    return 0


def run_install(arguments: argparse.Namespace) -> int:
    """Check a pack and add it to the library."""
    from engine.cli.terminal import TerminalProgress, plain
    from engine.stories.install_pack import install_pack

    library = open_own()
    with TerminalProgress() as progress:
        report = install_pack(
            arguments.pack,
            library,
            progress,
            analyse=arguments.verify,
        )
    if report.was_installed:
        said = tr("“{title}”, version {version}, is already installed and complete.")
    elif report.replaced is not None:
        said = tr("“{title}”, version {version}, replaces version {old}.")
    else:
        said = tr("“{title}”, version {version}, was installed.")
    count = trn("{n} track", "{n} tracks", report.n_tracks).format(n=report.n_tracks)
    print(
        said.format(
            title=plain(report.pack.title), version=report.pack.version, old=report.replaced
        )
        + f" {count}: {display_path(report.pack.folder)}"
    )
    return 0
