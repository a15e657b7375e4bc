"""The demo clip and the bundled library, ranked by the bundled pack."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders import fit_levels
from engine.media.tone import HLG, PQ
from engine.paths import demo_clip
from engine.progress import silent
from engine.ranking.query import Correction
from engine.stories.analyse import ClipAnalysis, analyse_clip
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations, recommend
from engine.stories.scenes import recommend_scenes
from tests.media.hdr_clips import write_as_hdr
from tests.present import present

OPTIONS = RankingOptions(top=10)


@pytest.fixture(scope="module", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what the module's fixtures write out of the user's folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOUNDBED_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def clip() -> ClipAnalysis:
    return analyse_clip(demo_clip(), silent())


@pytest.fixture(scope="module")
def ranked(clip: ClipAnalysis) -> Recommendations:
    return recommend(clip, OPTIONS, silent())


def test_each_of_the_first_says_why_and_none_its_rank(ranked: Recommendations) -> None:
    for item in ranked.items:
        assert 1 <= len(item.reasons) <= 3
        assert not any(re.search(r"number \d|closest|model", each) for each in item.reasons)
    # The demo shows a lighthouse at sunset, a city at night, snow and fireworks.
    assert "looks dreamy" in ranked.items[0].reasons[0]


def test_the_clip_carries_its_wants(ranked: Recommendations) -> None:
    wants = present(ranked.clip.wants)
    assert sum(share for _, share in wants.scenes) == pytest.approx(1, abs=0.01)
    mean, deviation = wants.estimate("dreamy")
    assert mean > 0.2
    assert 0 < deviation < 1


def test_fits_follow_the_match(ranked: Recommendations) -> None:
    order = ("strong", "fair", "weak")
    by_score = sorted(ranked.items, key=lambda item: -item.score)
    fits = [order.index(item.fit) for item in by_score]
    assert fits == sorted(fits)
    assert fits[0] < 2
    assert not any("Nothing here fits" in note for note in ranked.notes)


def test_a_list_of_weak_fits_says_so(clip: ClipAnalysis, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STRONG_FROM", "FAIR_FROM"):
        monkeypatch.setattr(fit_levels, name, 1.01)
    found = recommend(clip, OPTIONS, silent())
    assert {item.fit for item in found.items} == {"weak"}
    assert sum("Nothing here fits this clip well" in note for note in found.notes) == 1


def test_what_the_user_says_changes_the_list_at_once(
    clip: ClipAnalysis, ranked: Recommendations
) -> None:
    sad = replace(OPTIONS, correction=Correction(valence=-0.8, moods=("sad",)))
    found = recommend(clip, sad, silent())
    assert len(_titles(found) & _titles(ranked)) <= 5
    assert any("you chose sad ↔ " in each for each in found.items[0].reasons)
    assert present(found.clip.wants).estimate("sad")[0] > 0.5


def test_words_and_clip_are_asked_together(clip: ClipAnalysis, ranked: Recommendations) -> None:
    found = recommend(clip, replace(OPTIONS, text="sad piano, rainy street"), silent())
    kinds = {"words": 0, "looks": 0}
    for item in found.items:
        for kind in kinds:
            kinds[kind] += any(each.startswith(kind) for each in item.reasons)
    assert kinds["words"] >= 5
    assert kinds["looks"] >= 1
    assert _titles(found) != _titles(ranked)


def test_each_scene_has_wants_of_its_own(clip: ClipAnalysis) -> None:
    scenes = recommend_scenes(clip, replace(OPTIONS, top=3, text="calm"), silent())
    assert len(scenes) >= 2
    wanted = [present(scene.ranked.clip.wants).estimate("arousal")[0] for scene in scenes]
    assert len(set(wanted)) == len(wanted)


def _titles(found: Recommendations) -> set[str]:
    return {item.track.title for item in found.items}


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_a_clip_in_hdr_is_ranked_like_its_ordinary_version(
    transfer: int, clip: ClipAnalysis, tmp_path: Path
) -> None:
    path = write_as_hdr(clip.info.path, tmp_path / "clip.mp4", transfer, (192, 108))
    hdr = analyse_clip(path, silent())
    brightness = clip.features.descriptors.brightness
    assert hdr.features.descriptors.brightness == pytest.approx(brightness, abs=0.025)
    assert np.corrcoef(_ranks(clip), _ranks(hdr))[0, 1] > 0.95


def _ranks(clip: ClipAnalysis) -> list[int]:
    items = recommend(clip, RankingOptions(top=10_000), silent()).items
    return [item.rank for item in sorted(items, key=lambda item: item.track.path)]
