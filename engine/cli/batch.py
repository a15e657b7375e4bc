"""`soundbed batch FOLDER`: music for every clip of a folder."""

import argparse
from dataclasses import replace
from pathlib import Path

from engine.cli.ranking_options import add_ranking_options, ranking_options
from engine.cli.references import with_references
from engine.errors import display_path
from engine.export.formats import FORMATS
from engine.translation import tr, trn


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    names = ",".join(kind.name for kind in FORMATS)
    parser = commands.add_parser(
        "batch",
        help=tr("put music under every clip of a folder"),
        description=tr(
            "Finds the best music for every clip of a folder, writes its files, and one page that "
            "shows all. Started again, it resumes where it stopped."
        ),
        allow_abbrev=False,
    )
    parser.add_argument("clips", metavar=tr("FOLDER"), type=Path, help=tr("a folder of videos"))
    parser.add_argument(
        "--out",
        type=Path,
        metavar=tr("FOLDER"),
        help=tr("where the results go (default: a folder “Soundbed” beside the clips)"),
    )
    parser.add_argument(
        "--formats",
        default="video",
        metavar=tr("NAMES"),
        help=tr(
            "what to write for each clip, separated by commas: {names} (default: video)"
        ).format(names=names),
    )
    parser.add_argument(
        "--by-scenes", action="store_true", help=tr("give each scene of a clip its own track")
    )
    parser.add_argument(
        "--again", action="store_true", help=tr("make everything again, finished clips too")
    )
    add_ranking_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make all clips and print where the report is."""
    from engine.cli.terminal import TerminalProgress, stopping_gently, warn
    from engine.stories.batch import run_batch
    from engine.stories.batch_options import OUT_FOLDER, BatchOptions
    from engine.stories.candidates import with_known_filters

    folder = arguments.clips.absolute()
    out = (arguments.out or folder / OUT_FOLDER).absolute()
    options = BatchOptions(
        ranking=with_known_filters(ranking_options(arguments, top=1)),
        formats=tuple(dict.fromkeys(name.strip() for name in arguments.formats.split(","))),
        by_scenes=arguments.by_scenes,
        again=arguments.again,
    )
    with TerminalProgress() as progress, stopping_gently(progress):
        ranking = with_references(options.ranking, arguments, progress)
        options = replace(options, ranking=ranking)
        report = run_batch(folder, out, options, progress)
    for entry in report.entries:
        if entry.problem is not None:
            warn(entry.named_problem)
    n_made = len(report.entries) - report.n_failed
    print(
        trn("{n} clip has music, see {page}", "{n} clips have music, see {page}", n_made).format(
            n=n_made, page=display_path(report.page)
        )
    )
    return 1 if report.n_failed else 0
