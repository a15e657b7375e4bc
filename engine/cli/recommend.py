"""`soundbed recommend CLIP`: the ranked list as a table or as JSON."""

import argparse
from pathlib import Path

from engine.translation import tr


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "recommend",
        help=tr("rank music for a clip"),
        description=tr("Ranks the tracks of the library, or of a folder, for a clip."),
        allow_abbrev=False,
    )
    parser.add_argument("clip", metavar=tr("CLIP"), type=Path, help=tr("the video file"))
    parser.add_argument(
        "--genre",
        action="append",
        default=[],
        metavar=tr("GENRE"),
        help=tr("only this genre; repeat it or separate several by commas"),
    )
    parser.add_argument(
        "--bpm", type=_bpm_range, metavar="90-120", help=tr("only tempos of this range")
    )
    parser.add_argument(
        "--no-vocals", action="store_true", help=tr("only tracks without a singing voice")
    )
    parser.add_argument(
        "--taste",
        type=float,
        default=0.0,
        metavar="0..1",
        help=tr("how much your own picks count: 0 is the pure match (default)"),
    )
    parser.add_argument(
        "--top", type=int, default=20, metavar="N", help=tr("length of the list (default: 20)")
    )
    parser.add_argument(
        "--from",
        dest="folder",
        type=Path,
        metavar=tr("FOLDER"),
        help=tr("rank the audio files of this folder, without adding them to the library"),
    )
    parser.add_argument(
        "--json", action="store_true", help=tr("write one JSON object to standard output")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Analyse the clip, rank, and print the list."""
    raise NotImplementedError


def _bpm_range(text: str) -> tuple[float, float]:
    low, _, high = text.replace("–", "-").partition("-")
    try:
        return float(low), float(high)
    except ValueError:
        raise argparse.ArgumentTypeError(
            tr("“{text}” is no range of tempo; write it as 90-120").format(text=text)
        ) from None
