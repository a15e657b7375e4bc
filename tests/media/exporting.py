"""Exports clips as videos without sound, for tests of what a video keeps."""

from pathlib import Path

import numpy as np

from engine.media.mux import mux_video
from engine.media.probe import probe_video
from engine.media.video_plan import VideoPlan, plan_video
from engine.progress import silent
from engine.settings import SoundChoice


def plan(clip: Path, name: str, sound: SoundChoice = "surround") -> VideoPlan:
    return plan_video(probe_video(clip), clip.with_name(name), sound)


def export(clip: Path, name: str, sound: SoundChoice = "surround") -> VideoPlan:
    made = plan(clip, name, sound)
    info = probe_video(clip)
    silence = np.zeros((round(info.duration_s * 48_000), made.n_channels), np.float32)
    mux_video(info, made, [silence], made.out, silent())
    return made
