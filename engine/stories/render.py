"""STORY: from a mix plan to what the user hears and takes away.

mix_to_wav        the music alone, cut, faded and levelled, as long as the clip
render_preview    music and clip sound apart, for a player with live sliders
render_video      the clip with its picture untouched and the music mixed in
write_timeline    an OpenTimelineIO timeline for editing programs
write_credits     the lines that name the music
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.arrangement.plan import MUTED_DB, MixPlan
from engine.errors import ExportError
from engine.export.credits import credits_text
from engine.export.mix import (
    MIX_RATE_HZ,
    clip_blocks,
    mix_blocks,
    music_blocks,
    n_mix_samples,
)
from engine.files import write_text
from engine.media.mux import mux_video, suited_path
from engine.media.probe import probe_video
from engine.media.wav import write_wav
from engine.progress import Progress, silent
from engine.translation import tr

__all__ = [
    "PreviewSound",
    "check_target",
    "credits_text",
    "mix_to_wav",
    "render_preview",
    "render_video",
    "write_credits",
    "write_timeline",
]

_KEPT_PREVIEWS = 4


@dataclass(frozen=True, slots=True)
class PreviewSound:
    """What a player mixes live: 48 kHz stereo WAVs, each as long as the clip.

    Attributes:
        music_wav: level-matched; the music slider is not in it.
        clip_wav: the clip's own sound, None when it has none; its slider is not in it.
    """

    music_wav: Path
    clip_wav: Path | None


def check_target(out: Path, sources: Iterable[Path], *, overwrite: bool) -> None:
    """Raise unless `out` may be written.

    Args:
        out: the file to be.
        sources: files that it must not be, under whatever name.
        overwrite: whether another file may be there already.

    Raises:
        ExportError: naming what is in the way.
    """
    for source in sources:
        # A second name of the same file counts: writing there would lose the original.
        with suppress(OSError):
            if out.samefile(source):
                raise ExportError(
                    tr("this is the clip or the track itself."),
                    path=out,
                    remedy=tr("Choose another name."),
                )
    if out.is_dir():
        raise ExportError(tr("this is a folder."), path=out, remedy=tr("Choose a file name."))
    if not overwrite and (out.exists() or out.is_symlink()):
        raise ExportError(
            tr("there is a file of this name already."),
            path=out,
            remedy=tr("Choose another name, or allow it to be replaced."),
        )


def mix_to_wav(plan: MixPlan, out: Path, progress: Progress, *, overwrite: bool = False) -> None:
    """Write the music as planned, sliders and fades included, as a 24-bit WAV of the clip's length.

    Raises:
        ExportError: when `out` is there and `overwrite` isn't set, is one of the sources, or
            can't be written.
    """
    check_target(out, plan.sources, overwrite=overwrite)
    sound = mix_blocks(plan, progress, with_clip=False)
    write_wav(out, sound, MIX_RATE_HZ, n_mix_samples(plan), bits=24)


def render_preview(plan: MixPlan, out_dir: Path, progress: Progress) -> PreviewSound:
    """Write what a player needs; what is there already for an equal plan is used again.

    Files have names of their own, since a player may still hold the one before; the oldest go.
    """
    n_samples = n_mix_samples(plan)
    music_wav = out_dir / f"music-{_music_key(plan)}.wav"
    if not music_wav.exists():
        write_wav(music_wav, music_blocks(plan, progress), MIX_RATE_HZ, n_samples, bits=16)
    clip_wav = None
    if probe_video(plan.clip_path).sound is not None:
        clip_wav = out_dir / f"clip-{_key(plan.clip_path, plan.clip_duration_s)}.wav"
        if not clip_wav.exists():
            write_wav(clip_wav, clip_blocks(plan, progress), MIX_RATE_HZ, n_samples, bits=16)
    _drop_old_previews(out_dir, keep=music_wav)
    return PreviewSound(music_wav, clip_wav)


def render_video(plan: MixPlan, out: Path, progress: Progress, *, overwrite: bool = False) -> Path:
    """Write the clip with the music mixed in, the picture copied as it is.

    Returns:
        Where it was written: `out`, with another suffix when its container can't hold the
        clip's codec.

    Raises:
        ExportError: as for `mix_to_wav`.
    """
    info = probe_video(plan.clip_path)
    target = suited_path(info.codec, out)
    check_target(target, plan.sources, overwrite=overwrite)
    with_clip = info.sound is not None and plan.clip_gain_db > MUTED_DB
    mux_video(info, mix_blocks(plan, silent(), with_clip=with_clip), target, progress)
    return target


def write_timeline(
    plan: MixPlan, out: Path, *, overwrite: bool = False, music_wav: Path | None = None
) -> None:
    """Write the OpenTimelineIO timeline, see `engine.export.timeline`.

    Args:
        plan: what to hand over.
        out: ends in .otio, so that editing programs know it.
        overwrite: whether `out` may be there already.
        music_wav: what `mix_to_wav` wrote; then the timeline refers to that.

    Raises:
        ExportError: as for `mix_to_wav`.
    """
    from engine.export.timeline import timeline_text

    check_target(out, plan.sources, overwrite=overwrite)
    has_sound = probe_video(plan.clip_path).sound is not None
    write_text(out, timeline_text(plan, with_clip_sound=has_sound, music_wav=music_wav))


def write_credits(plan: MixPlan, out: Path, *, overwrite: bool = False) -> None:
    """Write the lines that name the music.

    Raises:
        ExportError: as for `mix_to_wav`.
    """
    check_target(out, plan.sources, overwrite=overwrite)
    write_text(out, credits_text(plan))


def _music_key(plan: MixPlan) -> str:
    return _key(plan.track_path, plan.segments, plan.match_gain_db, plan.clip_duration_s)


def _key(path: Path, *settings: object) -> str:
    about = path.stat()
    text = repr((str(path), about.st_size, about.st_mtime_ns, *settings))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _drop_old_previews(out_dir: Path, keep: Path) -> None:
    previews = sorted(out_dir.glob("music-*.wav"), key=lambda path: path.stat().st_mtime_ns)
    for path in previews[:-_KEPT_PREVIEWS]:
        if path != keep:
            with suppress(OSError):  # on Windows a player may still hold it
                path.unlink()
