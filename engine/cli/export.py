"""`soundbed export CLIP`: the files of the formats of `engine.export.formats`."""

import argparse
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.arrangement.gains import TARGETS_LUFS
from engine.cli.times import add_part_options, clip_part
from engine.errors import InputError, SoundbedError, display_path
from engine.export.formats import FORMATS
from engine.translation import tr

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement
    from engine.export.export_format import ExportPlan
    from engine.library.tracks import Track
    from engine.media.probe import VideoInfo
    from engine.progress import Progress
    from engine.settings import SoundChoice

_DEST = "out_{}"  # keeps a format's option apart from the command's own


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "export",
        help=tr("write a clip with music, or files for an editing program"),
        description=tr(
            "Puts a track under a clip and writes the files you ask for. The clip and the "
            "track aren't changed."
        ),
        allow_abbrev=False,
    )
    parser.add_argument(
        "clip",
        metavar=tr("CLIP"),
        type=Path,
        help=tr("the video file, a picture, or a folder of photographs"),
    )
    _add_music(parser)
    parser.add_argument(
        "--music-gain", type=_gain_db, default=0.0, metavar="DB", help=tr("level of the music")
    )
    parser.add_argument(
        "--clip-gain",
        type=_gain_db,
        default=0.0,
        metavar="DB",
        help=tr("level of the clip's own sound; -60 is silence"),
    )
    parser.add_argument(
        "--loudness",
        choices=tuple(TARGETS_LUFS),
        help=tr("of the music that plays, in LUFS; off leaves it as it is (default: the setting)"),
    )
    for kind in FORMATS:
        parser.add_argument(
            f"--{kind.name}",
            dest=_DEST.format(kind.name),
            type=Path,
            metavar=tr("OUT"),
            help=kind.texts().help,
        )
    parser.add_argument(
        "--sound",
        choices=("surround", "stereo"),
        help=tr("of a video whose clip has surround sound: keep it, or mix it down"),
    )
    parser.add_argument(
        "--pick", action="store_true", help=tr("the track is my pick: later rankings learn from it")
    )
    parser.add_argument("--force", action="store_true", help=tr("replace existing files"))
    parser.set_defaults(run=run)


def _add_music(parser: argparse.ArgumentParser) -> None:
    """Add what says which music plays where."""
    parser.add_argument(
        "--track",
        dest="tracks",
        action="append",
        default=[],
        metavar=tr("FILE|RANK[@TIME]"),
        help=tr(
            "an audio file, or a rank in the list (default: 1, the best match); with @TIME where "
            "in the clip it starts, and once for each of several tracks"
        ),
    )
    parser.add_argument(
        "--by-scenes",
        action="store_true",
        help=tr("a track of its own for each scene (default for clips over ten minutes)"),
    )
    add_part_options(parser)
    parser.add_argument(
        "--start",
        type=_seconds,
        metavar=tr("SECONDS"),
        help=tr("where in the track the music starts (default: where it fits best)"),
    )


def run(arguments: argparse.Namespace) -> int:
    """Choose the music, place it, write the files, and save the arrangement with the clip."""
    from engine.cli.choice import MusicWish, choose_music
    from engine.cli.terminal import TerminalProgress
    from engine.export.targets import check_target
    from engine.settings import load_settings
    from engine.stories.duck import with_ducking
    from engine.stories.levelling import level_isolated
    from engine.stories.picture_clips import probe_clip_isolated

    with TerminalProgress() as progress:
        wanted = _wanted(arguments)
        info = probe_clip_isolated(arguments.clip, progress)
        wish = MusicWish(
            tracks=tuple(arguments.tracks),
            start_s=arguments.start,
            part=clip_part(info, arguments.in_point, arguments.out_point),
            by_scenes=arguments.by_scenes,
        )
        plans = _plans(wanted, info, arguments.sound)
        # Files that can't be written are reported before the slow analysis of the clip.
        for plan in plans.values():
            check_target(plan.out, (info.path,), overwrite=arguments.force)
        chosen = choose_music(info, wish, progress)
        target_lufs = TARGETS_LUFS[arguments.loudness or load_settings().loudness]
        arrangement = level_isolated(chosen.arrangement, target_lufs, progress).with_gains(
            music_gain_db=arguments.music_gain, clip_gain_db=arguments.clip_gain
        )
        arrangement = with_ducking(arrangement, chosen.sound)
        _write(info, arrangement, plans, arguments.force, progress)
    _warn_of_moved_start(arrangement, arguments.start)
    for plan in plans.values():
        print(display_path(plan.out))
    _save_choice(info.path, chosen.tracks if arguments.pick else (), arrangement)
    return 0


def _wanted(arguments: argparse.Namespace) -> dict[str, Path]:
    """Return the wanted files by the names of their formats, in the order of the table."""
    given = {kind.name: getattr(arguments, _DEST.format(kind.name)) for kind in FORMATS}
    wanted = {name: path for name, path in given.items() if path is not None}
    if not wanted:
        *others, last = (f"--{kind.name}" for kind in FORMATS)
        raise InputError(
            tr("There is nothing to write."),
            remedy=tr("Use at least one of {options} and {last}.").format(
                options=", ".join(others), last=last
            ),
        )
    if len({path.absolute() for path in wanted.values()}) < len(wanted):
        raise InputError(
            tr("Two outputs have the same file name."), remedy=tr("Give each a different name.")
        )
    return wanted


def _plans(
    wanted: Mapping[str, Path], info: "VideoInfo", sound: "SoundChoice | None"
) -> dict[str, "ExportPlan"]:
    """Return what each format will write, warning of what isn't as asked."""
    from engine.cli.terminal import warn
    from engine.stories.hand_over import plan_export

    plans = {}
    for kind in FORMATS:
        if kind.name in wanted:
            plans[kind.name] = plan_export(kind, info, wanted[kind.name], sound)
            for note in plans[kind.name].notes:
                warn(note)
    return plans


def _write(
    info: "VideoInfo",
    arrangement: "Arrangement",
    plans: Mapping[str, "ExportPlan"],
    overwrite: bool,
    progress: "Progress",
) -> None:
    from engine.export.export_format import ExportTask
    from engine.stories.hand_over import write_exports

    exports = [
        (kind, ExportTask(info, arrangement, plan.out, overwrite, plan))
        for kind in FORMATS
        if (plan := plans.get(kind.name)) is not None
    ]
    write_exports(exports, progress)


def _warn_of_moved_start(arrangement: "Arrangement", wanted_s: float | None) -> None:
    from engine.cli.terminal import warn

    start_s = arrangement.items[0].track_start_s
    if wanted_s is not None and abs(start_s - wanted_s) > 1e-3:
        warn(
            tr(
                "The track is too short to start at {wanted:g} s; it starts at {start:.2f} s."
            ).format(wanted=wanted_s, start=start_s)
        )


def _save_choice(clip: Path, picks: "Sequence[Track]", arrangement: "Arrangement") -> None:
    """Save the arrangement for the window, and picks for taste; the export is done anyway."""
    from engine.arrangement.saving import ChangeArrangement
    from engine.cli.terminal import warn
    from engine.library.library import Library
    from engine.library.picks import AddPick, Pick
    from engine.library.scan import content_hash

    try:
        clip_hash = content_hash(clip)
        library = Library.open()
        for track in picks:
            library.apply(AddPick(Pick.of(clip_hash, track, clip.absolute())))
        library.apply(ChangeArrangement(clip_hash, arrangement))
    except (SoundbedError, OSError) as error:
        warn(tr("The arrangement can't be saved: {reason}").format(reason=error))


def _seconds(text: str) -> float:
    value = _number(text)
    if value < 0:
        raise argparse.ArgumentTypeError(tr("“{text}” is before the start").format(text=text))
    return value


def _gain_db(text: str) -> float:
    from engine.arrangement.gains import MAX_GAIN_DB

    value = _number(text)
    if not -200 <= value <= MAX_GAIN_DB:
        raise argparse.ArgumentTypeError(
            tr("“{text}” isn't a level from -60 to {most:g}").format(text=text, most=MAX_GAIN_DB)
        )
    return value


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(tr("“{text}” isn't a number").format(text=text))
    return value
