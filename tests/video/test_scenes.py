"""Scenes of made-up features and of clips joined together."""

from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.visual import VisualEncoder
from engine.media.frames import sample_frames
from engine.media.probe import probe_video
from engine.progress import silent
from engine.video.clip_features import describe_video
from engine.video.scenes import MIN_SCENE_S, Scene, find_scenes
from tests.video.made_up import made_up


def edges(scenes: Sequence[Scene]) -> list[float]:
    assert [scene.end_s for scene in scenes[:-1]] == [scene.start_s for scene in scenes[1:]]
    return [*(scene.start_s for scene in scenes), scenes[-1].end_s]


def test_a_clip_of_one_thing_is_one_scene() -> None:
    assert edges(find_scenes(made_up([0] * 30, cuts_s=(5.0, 11.5)), 30.0)) == [0, 30]


def test_each_thing_is_a_scene() -> None:
    shown = [0] * 12 + [1] * 15 + [2] * 13
    assert edges(find_scenes(made_up(shown), 40.0)) == [0, 12, 27, 40]


def test_a_scene_starts_at_the_cut() -> None:
    shown = [0] * 12 + [1] * 12
    cuts_s = (4.0, 12.3, 20.0)
    assert edges(find_scenes(made_up(shown, cuts_s), 24.0)) == pytest.approx([0, 12.3, 24])


def test_shots_of_one_thing_that_alternate_are_one_scene() -> None:
    shown = [0, 0, 1, 1] * 6 + [2] * 12
    cuts_s = [float(n) for n in range(2, 26, 2)]
    assert edges(find_scenes(made_up(shown, cuts_s), 36.0)) == pytest.approx([0, 24, 36])


def test_scenes_are_not_shorter_than_four_seconds() -> None:
    shown = [0] * 10 + [1] * 3 + [2] * 10
    found = find_scenes(made_up(shown, (10.0, 13.0), noise=0.1), 23.0)
    assert len(found) > 1
    assert all(scene.end_s - scene.start_s >= MIN_SCENE_S for scene in found)


def test_a_short_clip_is_one_scene() -> None:
    shown = [0] * 4 + [1] * 4
    assert edges(find_scenes(made_up(shown, (1.5,), spacing_s=3 / 8, noise=0), 3.0)) == [0, 3]


def test_black_samples_between_scenes_belong_to_one_of_them() -> None:
    shown = [0] * 12 + [-1] * 4 + [1] * 12
    start_s = find_scenes(made_up(shown), 28.0)[1].start_s
    assert 12 <= start_s <= 16
    assert edges(find_scenes(made_up([-1] * 9 + [0]), 10.0)) == [0, 10]
    assert edges(find_scenes(made_up([0] * 10, details=0.0), 10.0)) == [0, 10]


@pytest.mark.parametrize("seed", range(5))
def test_the_division_is_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shown = np.repeat(rng.permutation(4), rng.integers(2, 6, 4)).tolist()
    n, spacing_s = len(shown), 2.0
    features = made_up(shown, noise=2.0, spacing_s=spacing_s)
    samples = features.embeddings.astype(np.float64)
    samples /= np.linalg.norm(samples, axis=1, keepdims=True)

    def cost(firsts: tuple[int, ...]) -> float:
        ends = [*firsts[1:], n]
        parts = [samples[first:end] for first, end in zip(firsts, ends, strict=True)]
        if any(len(part) * spacing_s < MIN_SCENE_S for part in parts):
            return np.inf
        return sum(float(((part - part.mean(axis=0)) ** 2).sum()) + 2.5 for part in parts)

    divisions = [(0, *rest) for length in range(5) for rest in combinations(range(1, n), length)]
    best = min(divisions, key=cost)
    found = find_scenes(features, n * spacing_s)
    assert [scene.start_s / spacing_s for scene in found] == pytest.approx(best)


def test_where_clips_are_joined_a_scene_starts(
    shared_data: Path, write_clip: Callable[..., Path], tmp_path: Path
) -> None:
    frames: list[npt.NDArray[np.uint8]] = []
    for name in ("short-video_13_075.mp4", "short-video_17_101.mp4", "short-video_22_108.mp4"):
        clip = sample_frames(probe_video(shared_data / "micro_clips" / name), silent())
        pixels = [frame.pixels for frame in clip][-9:]
        frames += [np.asarray(cv2.resize(each, (320, 180)), np.uint8) for each in pixels]
    path = write_clip(
        tmp_path / "joined.mp4", n_frames=27 * 25, size=(320, 180), draw=lambda n: frames[n // 25]
    )
    features, _ = describe_video(probe_video(path), VisualEncoder.load(), silent())
    starts_s = [scene.start_s for scene in find_scenes(features, 27.0)]
    assert min(abs(start_s - 9) for start_s in starts_s) <= 2
    assert min(abs(start_s - 18) for start_s in starts_s) <= 2
    assert len(starts_s) <= 4
