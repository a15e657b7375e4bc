import json
import os
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.__main__ import main
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.segments import Segment
from engine.cli.recommend import (
    as_json,
    as_text,
    scenes_as_json,
    scenes_as_text,
    words_as_json,
    words_as_text,
)
from engine.cli.terminal import print_json
from engine.encoders.experts import Gaussian
from engine.encoders.profile import Profile
from engine.encoders.wants import AXES, N_AXES, WANTED_GENRES, WANTED_MOODS
from engine.library.tracks import Track, TrackFile
from engine.media.tags import Tags
from engine.ranking.query import ClipWants, Correction
from engine.ranking.sort_keys import Sort
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendation, Recommendations
from engine.stories.scenes import SceneRecommendations
from engine.stories.words import RankedByWords, RankedTrack
from engine.video.scenes import Scene
from tests.arrangements import arranged
from tests.ranked_lists import ranked_tracks
from tests.video_infos import video_info

TRACK = Track(
    TrackFile(Path("/m/one.mp3"), id=4, origin="own", content_hash="h"),
    Tags("One", artist="Duo\x1b[31m", licence="CC0-1.0"),
    Profile("jazz", moods={"happy": 1.234, "sad": float("nan")}, bpm=96.04, key="A minor"),
)  # fmt: skip


def wants() -> ClipWants:
    mean, precision = np.zeros(N_AXES, np.float32), np.full(N_AXES, 4, np.float32)
    mean[AXES.index("valence")] = -0.4
    words = tuple((f"scene {number}", 0.5 / number) for number in range(1, 8))
    return ClipWants(words, Gaussian(mean, precision))


def ranked(track: Track = TRACK, clip: Path = Path("/c/clip.mp4")) -> Recommendations:
    info = SimpleNamespace(
        path=clip, duration_s=12.3456, width=1280, height=720, frame_rate=Fraction(30000, 1001),
        codec="h264", warnings=("it was cut off.",),
    )  # fmt: skip
    analysis = ClipAnalysis(info, SimpleNamespace(), (), "hash", wants())  # type: ignore[arg-type]
    arrangement = arranged(Segment(8.25, 0.0, 12.0))
    reasons, meets = ("calm picture ↔ jazz, 96 BPM",), ("6 of 8 cuts fall on a beat",)
    item = Recommendation(1, 0.61234, track, arrangement, reasons, "fair", meets)
    return Recommendations(analysis, "soundbed-2", (item,), ranked_tracks((item,)))


def test_the_json_has_exactly_the_promised_form() -> None:
    assert as_json(ranked()) == {
        "clip": {
            "path": "/c/clip.mp4", "duration_s": 12.346, "width": 1280, "height": 720,
            "frame_rate": 29.97, "codec": "h264", "warnings": ["it was cut off."],
        },
        "wants": {
            "scenes": [["scene 1", 0.5], ["scene 2", 0.25], ["scene 3", 0.167],
                       ["scene 4", 0.125], ["scene 5", 0.1]],
            "valence": {"mean": -0.4, "deviation": 0.5},
            "arousal": {"mean": 0.0, "deviation": 0.5},
            "moods": {mood: {"mean": 0.0, "deviation": 0.5} for mood in WANTED_MOODS},
            "genres": {genre: {"mean": 0.0, "deviation": 0.5} for genre in WANTED_GENRES},
        },
        "pack": "soundbed-2",
        "recommendations": [{
            "rank": 1, "score": 0.6123, "fit": "fair", "title": "One", "artist": "Duo\x1b[31m",
            "path": "/m/one.mp3", "genre": "jazz", "moods": {"happy": 1.23, "sad": None},
            "bpm": 96.0, "other_bpm": None, "key": "A minor", "start_s": 8.25, "licence": "CC0-1.0",
            "reasons": ["calm picture ↔ jazz, 96 BPM"],
            "placement": ["6 of 8 cuts fall on a beat"],
        }],
    }  # fmt: skip


def test_a_name_that_is_not_utf8_is_valid_json_and_can_be_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    raw = b"/c/caf\xe9\n%d.mp4"
    print_json(as_json(ranked(clip=Path(os.fsdecode(raw)))))
    clip = json.loads(capsys.readouterr().out)["clip"]
    assert clip["path"] == "/c/caf\N{REPLACEMENT CHARACTER}\n%d.mp4"
    assert bytes.fromhex(clip["path_bytes"]) == raw


def test_the_table_says_what_a_person_asks_for() -> None:
    lines = as_text(ranked()).splitlines()
    assert lines[0] == "clip.mp4 (0:12): 1 track, matched by soundbed-2"
    assert lines[2].split() == ["#", "Fit", "Title", "Artist", "Genre", "BPM", "Key", "Start"]
    assert lines[3] == "1  fair  One    Duo [31m  jazz    96  A minor   0:08"
    assert lines[4] == ("   calm picture ↔ jazz, 96 BPM; from 0:08 on, 6 of 8 cuts fall on a beat")


def scenes() -> list[SceneRecommendations]:
    return [
        SceneRecommendations(Scene(0.0, 7.5), ranked()),
        SceneRecommendations(Scene(7.5, 12.3456), ranked()),
    ]


def test_the_json_of_scenes_adds_a_list_for_each() -> None:
    found = scenes_as_json(ranked(), scenes())
    whole = as_json(ranked())
    assert {name: found[name] for name in whole} == whole
    assert [(each["start_s"], each["end_s"]) for each in found["scenes"]] == [
        (0.0, 7.5), (7.5, 12.346),
    ]  # fmt: skip
    assert all(each["recommendations"] == whole["recommendations"] for each in found["scenes"])


def test_each_scene_has_a_table_under_its_time() -> None:
    lines = scenes_as_text(scenes()).splitlines()
    assert lines[0] == "Scene 1 (0:00 to 0:07)"
    assert lines[3] == "1  fair  One    Duo [31m  jazz    96  A minor   0:08"
    assert lines[6] == "Scene 2 (0:07 to 0:12)"
    assert lines[6:][3] == lines[3]


def by_words() -> RankedByWords:
    return RankedByWords("sad\x1b piano", (RankedTrack(1, 0.75, TRACK, ("words ↔ sad",)),))


def test_the_json_of_words_has_the_same_rows() -> None:
    values = words_as_json(by_words())
    assert values["text"] == "sad\x1b piano"
    (item,) = values["recommendations"]
    assert item.keys() == as_json(ranked())["recommendations"][0].keys()
    assert (item["score"], item["start_s"], item["reasons"]) == (0.75, 0.0, ["words ↔ sad"])
    assert item["fit"] is None


def test_the_table_of_words_says_what_was_asked_for() -> None:
    text = words_as_text(by_words())
    assert text.startswith("“sad piano”: 1 track\n") or "\x1b" not in text.splitlines()[0]
    assert "words ↔ sad" in text
    assert "Score" in text
    assert "Fit" not in text


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "no clip"),
        (["--without", "drums"], "no clip"),
        (["--text", "sad", "--scenes"], "no clip"),
        (["--text", "sad", "--mood", "dreamy"], "no clip whose valence"),
        (["no.mp4", "--valence", "1.5"], "between -1 and 1"),
        (["no.mp4", "--mood", "grumpy"], "no mood “grumpy”"),
        (["--text", " "], "The text is empty"),
        (["--text", "sad " * 2_500], "The text is too long: 9999 characters"),
        (["--text", "sad", "--without", "blorps"], "“blorps” names no known"),
        (["--text", "zxq vrrt plmb"], "aren't understood"),
    ],
)
def test_words_that_cant_be_used_are_named(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recommend", *arguments]) == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert problem in shown


def test_what_narrows_and_sorts_the_list_reaches_the_ranking(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[RankingOptions] = []

    def recommend(_clip: object, options: RankingOptions, _progress: object) -> Recommendations:
        asked.append(options)
        return ranked()

    clip = SimpleNamespace(info=video_info(20.0))
    monkeypatch.setattr("engine.stories.analyse.analyse_clip_isolated", lambda *_: clip)
    monkeypatch.setattr("engine.stories.recommend.recommend", recommend)
    filters = [
        *("--only-mood", "Dreamy,calm", "--key", "Bb minor", "--length", "30-90", "--unused"),
        *("--energy", "low", "--vocals", "--no-credit", "--origin", "bundled", "--favourites"),
    ]
    others = ["--search", "a b", "--sort", "title", "--reverse", "--show-hidden"]
    assert main(["recommend", "a.mp4", *filters, *others]) == 0
    assert asked[0].filters == {
        "mood": ("dreamy", "calm"), "key": ("A# minor",), "length": (30.0, 90.0),
        "energy": ("low",), "vocals": True, "licence": True, "origin": ("bundled",),
        "favourite": True, "unused": True,
    }  # fmt: skip
    assert (asked[0].search, asked[0].sort) == ("a b", Sort("title", is_reversed=True))
    assert asked[0].show_hidden
    assert main(["recommend", "a.mp4"]) == 0
    assert asked[1] == RankingOptions()
    assert main(["recommend", "a.mp4", "--key", "H major"]) == 2
    assert "Key: “H major” isn't known" in " ".join(capsys.readouterr().err.split())


def test_valence_arousal_moods_and_the_part_reach_the_ranking(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[RankingOptions] = []

    def recommend(_clip: object, options: RankingOptions, _progress: object) -> Recommendations:
        asked.append(options)
        return ranked()

    clip = SimpleNamespace(info=video_info(20.0))
    monkeypatch.setattr("engine.stories.analyse.analyse_clip_isolated", lambda *_: clip)
    monkeypatch.setattr("engine.stories.recommend.recommend", recommend)
    moods = ["--mood", "dreamy", "--mood", "calm", "--in", "0:05", "--out", "12"]
    assert main(["recommend", "a.mp4", "--valence", ".6", "--arousal", "-.3", *moods]) == 0
    assert asked[0].correction == Correction(0.6, -0.3, ("dreamy", "calm"))
    assert asked[0].part == ClipPart(125, 300)
    assert "One" in capsys.readouterr().out
