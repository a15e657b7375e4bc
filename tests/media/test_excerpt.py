"""Parts of clips, cut without re-encoding."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media.excerpt import cut_excerpt
from engine.media.frames import sample_frames
from engine.media.probe import probe_video
from engine.progress import silent


def test_a_part_starts_at_the_keyframe_before_it(
    write_clip: Callable[..., Path], tmp_path: Path
) -> None:
    # 100 frames at 25 per second, a keyframe each second; the bar grows with time.
    options = (("g", "25"), ("bf", "0"), ("sc_threshold", "0"))
    clip = write_clip(tmp_path / "clip.mp4", n_frames=100, options=options)
    cut_excerpt(clip, 2.4, 1.2, tmp_path / "part.mkv")
    part = probe_video(tmp_path / "part.mkv")
    # From the keyframe at 2.0 s to 2.4 + 1.2 s.
    assert part.duration_s == pytest.approx(1.6, abs=0.05)
    assert part.sound is not None
    first = next(iter(sample_frames(part, silent()))).pixels
    assert np.mean(first[:, :, 0] > 128) == pytest.approx(51 / 100, abs=0.03)


def test_a_part_ends_with_the_clip(write_clip: Callable[..., Path], tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", n_frames=25)
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(MediaError, match=r"text\.mp4"):
        cut_excerpt(tmp_path / "text.mp4", 0.0, 1.0, tmp_path / "part.mkv")
    cut_excerpt(clip, 0.5, 60.0, tmp_path / "part.mkv")
    assert probe_video(tmp_path / "part.mkv").duration_s == pytest.approx(1.0, abs=0.05)


def test_a_failed_cut_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        cut_excerpt(tmp_path / "none.mp4", 0.0, 1.0, tmp_path / "part.mkv")
    assert list(tmp_path.iterdir()) == []
