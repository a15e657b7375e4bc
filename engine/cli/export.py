"""`soundbed export CLIP`: the video with music, the WAV, the timeline, the credits."""

import argparse
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError, SoundbedError, display_path
from engine.translation import tr

if TYPE_CHECKING:
    from engine.arrangement.plan import MixPlan
    from engine.library.tracks import Track
    from engine.media.probe import VideoInfo
    from engine.progress import Progress


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "export",
        help=tr("write a clip with music, or what an editing program needs"),
        description=tr(
            "Lays a track under a clip and writes the results asked for; the clip and the track "
            "stay as they are."
        ),
        allow_abbrev=False,
    )
    parser.add_argument("clip", metavar=tr("CLIP"), type=Path, help=tr("the video file"))
    parser.add_argument(
        "--track",
        metavar=tr("FILE|RANK"),
        help=tr("an audio file, or a place in the ranked list (default: 1, the best match)"),
    )
    parser.add_argument(
        "--start",
        type=_seconds,
        metavar=tr("SECONDS"),
        help=tr("where in the track the music starts (default: where it fits best)"),
    )
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
    for name, text in (
        ("video", tr("the clip with the music mixed in, its picture untouched (.mp4, .mov, .mkv)")),
        ("wav", tr("the music alone, cut and faded, as long as the clip")),
        ("otio", tr("an OpenTimelineIO timeline for editing programs")),
        ("credits", tr("the lines that name the music")),
    ):
        parser.add_argument(f"--{name}", type=Path, metavar=tr("OUT"), help=text)
    parser.add_argument(
        "--force", action="store_true", help=tr("replace files that are there already")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Choose, plan, write, and remember the choice."""
    from engine.arrangement.plan import plan_mix
    from engine.cli.choice import choose_track
    from engine.cli.terminal import TerminalProgress
    from engine.stories.render import check_target

    with TerminalProgress() as progress:
        asked = _asked(arguments)
        info = _probe(arguments.clip)
        outputs = _suited(asked, info)
        # What can't be written is said before the slow look at the clip.
        for path in outputs.paths:
            check_target(path, (info.path,), overwrite=arguments.force)
        chosen = choose_track(arguments.clip, arguments.track, arguments.start, progress)
        if arguments.start is not None and arguments.start >= chosen.features.duration_s:
            raise InputError(
                tr("the track is over before {start:g} s.").format(start=arguments.start),
                path=chosen.track.path,
                remedy=tr("Choose an earlier --start."),
            )
        plan = plan_mix(
            info,
            chosen.track,
            chosen.features,
            chosen.start_s,
            by_hand=arguments.start is not None,
        ).with_gains(music_gain_db=arguments.music_gain, clip_gain_db=arguments.clip_gain)
        written = _write(plan, outputs, arguments.force, progress)
    _say_start(plan, arguments.start)
    for path in written:
        print(display_path(path))
    _remember(info.path, chosen.track, plan)
    return 0


@dataclass(frozen=True, slots=True)
class _Outputs:
    video: Path | None
    wav: Path | None
    otio: Path | None
    credits: Path | None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Those that were asked for."""
        return tuple(filter(None, (self.video, self.wav, self.otio, self.credits)))


def _probe(clip: Path) -> "VideoInfo":
    from engine.limits import PROBING_CLIP
    from engine.media.probe import probe_video
    from engine.media.worker import run_isolated

    return run_isolated(probe_video, clip, path=clip, limits=PROBING_CLIP)


def _asked(arguments: argparse.Namespace) -> _Outputs:
    outputs = _Outputs(arguments.video, arguments.wav, arguments.otio, arguments.credits)
    if not outputs.paths:
        raise InputError(
            tr("nothing to write."),
            remedy=tr("Give at least one of --video, --wav, --otio and --credits."),
        )
    if len({path.absolute() for path in outputs.paths}) < len(outputs.paths):
        raise InputError(
            tr("two results would go into one file."), remedy=tr("Give each a name of its own.")
        )
    return outputs


def _suited(outputs: _Outputs, info: "VideoInfo") -> _Outputs:
    from engine.cli.terminal import warn
    from engine.media.mux import suited_path

    if outputs.video is None:
        return outputs
    video = suited_path(info.codec, outputs.video)
    if video != outputs.video:
        warn(
            tr("{asked} can't hold {codec} pictures; it is written as {path}.").format(
                asked=outputs.video.name, codec=info.codec, path=video.name
            )
        )
    return replace(outputs, video=video)


def _write(plan: "MixPlan", outputs: _Outputs, overwrite: bool, progress: "Progress") -> list[Path]:
    from engine.limits import RENDERING
    from engine.media.worker import run_isolated
    from engine.stories.render import mix_to_wav, render_video, write_credits, write_timeline

    written: list[Path] = []
    for render, out in ((render_video, outputs.video), (mix_to_wav, outputs.wav)):
        if out is not None:
            run_isolated(
                render,
                plan,
                out.absolute(),
                path=plan.clip_path,
                limits=RENDERING,
                progress=progress,
                overwrite=overwrite,
            )
            written.append(out)
    if outputs.otio is not None:
        write_timeline(plan, outputs.otio, overwrite=overwrite, music_wav=outputs.wav)
        written.append(outputs.otio)
    if outputs.credits is not None:
        write_credits(plan, outputs.credits, overwrite=overwrite)
        written.append(outputs.credits)
    return written


def _say_start(plan: "MixPlan", wanted_s: float | None) -> None:
    from engine.cli.terminal import warn

    if wanted_s is not None and abs(plan.start_s - wanted_s) > 1e-3:
        warn(
            tr(
                "The track is too short to start at {wanted:g} s; it starts at {start:.2f} s."
            ).format(wanted=wanted_s, start=plan.start_s)
        )


def _remember(clip: Path, track: "Track", plan: "MixPlan") -> None:
    """Keep pick and plan for taste and for the window; the export is done either way."""
    from engine.arrangement.history import PlanHistory
    from engine.cli.terminal import warn
    from engine.library.library import Library
    from engine.library.picks import Pick
    from engine.library.scan import content_hash

    try:
        clip_hash = content_hash(clip)
        library = Library.open()
        library.picks.add(Pick.of(clip_hash, track))
        saved = library.clips.load(clip_hash)
        history = PlanHistory.continued(saved, plan)
        library.clips.save(clip_hash, clip, history.to_json())
    except (SoundbedError, OSError) as error:
        warn(tr("The choice could not be remembered: {reason}").format(reason=error))


def _seconds(text: str) -> float:
    value = _number(text)
    if value < 0:
        raise argparse.ArgumentTypeError(tr("“{text}” lies before the start").format(text=text))
    return value


def _gain_db(text: str) -> float:
    from engine.arrangement.plan import MAX_GAIN_DB

    value = _number(text)
    if not -200 <= value <= MAX_GAIN_DB:
        raise argparse.ArgumentTypeError(
            tr("“{text}” is no level; it may be from -60 to {most:g}").format(
                text=text, most=MAX_GAIN_DB
            )
        )
    return value


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(tr("“{text}” is no number").format(text=text))
    return value
