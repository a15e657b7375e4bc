"""The options for music that the user wants more or less of: `--like` and `--unlike`."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.path_checks import is_file
from engine.translation import tr

if TYPE_CHECKING:
    from engine.library.tracks import Track
    from engine.progress import Progress
    from engine.ranking.references import Reference
    from engine.stories.ranking_options import RankingOptions


def add_reference_options(parser: argparse.ArgumentParser) -> None:
    """Add the two options; each may be given more than once."""
    for option, text in (
        ("--like", tr("more like this: an audio file, or the title of a track")),
        ("--unlike", tr("less like this: an audio file, or the title of a track")),
    ):
        parser.add_argument(
            option, action="append", default=[], metavar=tr("TRACK_OR_FILE"), help=text
        )


def with_references(
    options: "RankingOptions", arguments: argparse.Namespace, progress: "Progress"
) -> "RankingOptions":
    """Return the options with the references that were named.

    Args:
        options: without references.
        arguments: with the options of `add_reference_options`.
        progress: may cancel.

    Raises:
        InputError: when a text is neither a file nor a title.
        MediaError: when a file can't be used.
        PackError: when a bundled model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    references = [
        *(named_reference(text, progress) for text in arguments.like),
        *(replace(named_reference(text, progress), is_wanted=False) for text in arguments.unlike),
    ]
    return replace(options, references=tuple(references))


def named_reference(text: str, progress: "Progress") -> "Reference":
    """Return the audio file at a path, or the track of the library with a title.

    Args:
        text: a path, or a title or file name in any case.
        progress: may cancel.

    Raises:
        InputError, MediaError, PackError, Cancelled: as in `with_references`.
    """
    from engine.library.libraries import Libraries
    from engine.ranking.references import Reference
    from engine.stories.references import song_reference

    path, wanted = Path(text), text.casefold().strip()
    if is_file(path):
        return song_reference(path.absolute(), progress)
    for track in Libraries().tracks():
        if track.file.state == "ready" and wanted in _names(track):
            return Reference(track.title, track.file.content_hash)
    raise InputError(
        tr("“{text}” is neither an audio file nor the title of a track.").format(text=text),
        remedy=tr("Titles are listed by: soundbed library list"),
    )


def _names(track: "Track") -> tuple[str, str]:
    return track.title.casefold().strip(), track.path.stem.casefold()
