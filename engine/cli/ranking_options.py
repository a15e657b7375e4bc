"""The options that say what music is wanted, for each command that ranks."""

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.references import add_reference_options
from engine.ranking.filter_kinds import Choices, Filter, Range
from engine.ranking.filters import FILTERS
from engine.translation import tr

if TYPE_CHECKING:
    from engine.stories.ranking_options import RankingOptions


def add_ranking_options(parser: argparse.ArgumentParser) -> None:
    """Add the options: words, corrections, filters, taste, and where the music comes from."""
    _add_words(parser)
    _add_correction(parser)
    add_reference_options(parser)
    parser.add_argument(
        "--search",
        default="",
        metavar=tr("WORDS"),
        help=tr("only tracks with these words in title, artist, album, genre or moods"),
    )
    for each in FILTERS:
        _add_option(parser, each)
    parser.add_argument(
        "--show-hidden", action="store_true", help=tr("list tracks that you have hidden, too")
    )
    parser.add_argument(
        "--taste",
        type=float,
        default=0.0,
        metavar="0..1",
        help=tr("how much your own picks count; 0 ranks by match alone (default)"),
    )
    parser.add_argument(
        "--from",
        dest="folder",
        type=Path,
        metavar=tr("FOLDER"),
        help=tr("rank the audio files of this folder, without adding them to the library"),
    )
    parser.add_argument(
        "--pack",
        metavar=tr("PACK"),
        help=tr("use this matching pack: its folder, or its name in the list of packs"),
    )


def ranking_options(arguments: argparse.Namespace, top: int) -> "RankingOptions":
    """Return what the options say.

    Args:
        arguments: with the options of `add_ranking_options`.
        top: length of the list.

    Raises:
        InputError: when a value isn't allowed.
    """
    from engine.ranking.query import Correction
    from engine.stories.known_packs import find_known_pack
    from engine.stories.ranking_options import RankingOptions

    values = {each.name: getattr(arguments, each.option_name) for each in FILTERS}
    return RankingOptions(
        filters={
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
            if value
        },
        taste=arguments.taste,
        top=top,
        folder=arguments.folder,
        pack=None if arguments.pack is None else find_known_pack(arguments.pack),
        text=arguments.text,
        without=arguments.without,
        correction=Correction(arguments.valence, arguments.arousal, tuple(arguments.mood)),
        search=arguments.search,
        show_hidden=arguments.show_hidden,
    )


def _add_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--text",
        default="",
        metavar=tr("WORDS"),
        help=tr("what the music should be like, such as “melancholic piano, rainy street”"),
    )
    parser.add_argument(
        "--without",
        default="",
        metavar=tr("WORDS"),
        help=tr(
            "leave out tracks with these instruments, genres or moods, such as “vocals, drums”"
        ),
    )


def _add_correction(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--valence",
        type=float,
        metavar="-1..1",
        help=tr("how pleasant the clip is, against the machine's estimate"),
    )
    parser.add_argument(
        "--arousal",
        type=float,
        metavar="-1..1",
        help=tr("how lively the clip is, against the machine's estimate"),
    )
    parser.add_argument(
        "--mood",
        action="append",
        default=[],
        metavar=tr("NAME"),
        help=tr("a mood that the clip asks for, such as dreamy; may be given more than once"),
    )


def _add_option(parser: argparse.ArgumentParser, wanted: Filter[Any]) -> None:
    option = f"--{wanted.option_name}"
    if isinstance(wanted, Choices):
        parser.add_argument(
            option,
            dest=wanted.option_name,
            action="extend",
            type=_words,
            metavar=wanted.metavar(),
            help=wanted.help(),
        )
    elif isinstance(wanted, Range):
        parser.add_argument(
            option,
            dest=wanted.option_name,
            type=partial(_range, wanted),
            metavar=wanted.example,
            help=wanted.help(),
        )
    else:
        parser.add_argument(
            option, dest=wanted.option_name, action="store_true", help=wanted.help()
        )


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word.strip()]


def _range(wanted: Range, text: str) -> tuple[float, float]:
    low, _, high = text.replace("–", "-").partition("-")
    try:
        return float(low), float(high)
    except ValueError:
        raise argparse.ArgumentTypeError(
            tr("“{text}” isn't a range; write it as {example}").format(
                text=text, example=wanted.example
            )
        ) from None
