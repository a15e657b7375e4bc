"""Ranking for each scene, with a ranking that answers at once."""

import numpy as np
import pytest

from engine.arrangement.clip_part import ClipPart
from engine.library.libraries import Libraries
from engine.media.frames import Frame
from engine.progress import Progress, silent
from engine.stories import scenes as story
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations
from engine.stories.scenes import recommend_scenes, scene_parts
from tests.ranked_lists import ranked_tracks
from tests.video.made_up import made_up
from tests.video_infos import video_info

ASKED: list[tuple[ClipAnalysis, RankingOptions, Libraries | None]] = []


@pytest.fixture(autouse=True)
def no_ranking(monkeypatch: pytest.MonkeyPatch) -> None:
    def ranked(
        clip: ClipAnalysis, options: RankingOptions, _: Progress, libraries: Libraries | None
    ) -> Recommendations:
        ASKED.append((clip, options, libraries))
        return Recommendations(clip, "fast", (), ranked_tracks())

    ASKED.clear()
    monkeypatch.setattr(story, "recommend", ranked)


def make_clip(shown: list[int]) -> ClipAnalysis:
    strip = tuple(Frame(n + 0.5, np.zeros((9, 16, 3), np.uint8)) for n in range(len(shown)))
    return ClipAnalysis(video_info(len(shown)), made_up(shown, cuts_s=(12.0, 20.0)), strip, "hash")


def test_each_scene_is_ranked_like_a_clip_of_its_own() -> None:
    clip = make_clip([0] * 12 + [1] * 16)
    found = recommend_scenes(clip, RankingOptions(top=3), silent())
    assert [(each.scene.start_s, each.scene.end_s) for each in found] == [(0, 12), (12, 28)]
    second = found[1].ranked.clip
    assert second.info.duration_s == 16
    assert second.info.path == clip.info.path
    assert np.array_equal(second.features.embeddings, clip.features.embeddings[12:])
    assert second.features.descriptors.cuts_s.tolist() == [8]
    assert [frame.time_s for frame in second.filmstrip] == [n + 0.5 for n in range(16)]
    assert second.content_hash == "hash"
    assert [options for _, options, _ in ASKED] == [RankingOptions(top=3)] * 2
    assert ASKED[0][2] is ASKED[1][2] is not None


def test_a_clip_of_one_scene_is_ranked_whole() -> None:
    clip = make_clip([0] * 28)
    (only,) = recommend_scenes(clip, RankingOptions(), silent())
    assert (only.scene.start_s, only.scene.end_s) == (0, 28)
    assert np.array_equal(only.ranked.clip.features.vector, clip.features.vector)


def test_scenes_in_frames_follow_each_other_and_end_with_the_part() -> None:
    clip = make_clip([0] * 12 + [1] * 16)
    rate = clip.info.frame_rate
    whole = scene_parts(clip, None)
    assert [part.first_frame / rate for part in whole] == [0, 12]
    assert whole[0].end_frame == whole[1].first_frame
    assert whole[1].end_frame == clip.info.n_frames
    part = ClipPart(round(4 * rate), round(24 * rate))
    inside = scene_parts(clip, part)
    assert (inside[0].first_frame, inside[-1].end_frame) == (part.first_frame, part.end_frame)
    assert inside[1].first_frame / rate == 12
