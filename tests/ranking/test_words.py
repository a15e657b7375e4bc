"""Words for instruments, genres and moods are found, and what isn't wanted is left out."""

import re
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.experts import Gaussian
from engine.encoders.instruments import INSTRUMENTS
from engine.encoders.profile import Profile
from engine.encoders.wants import AXES, N_AXES, WANTED_GENRES, WANTED_MOODS
from engine.errors import InputError
from engine.library.columns import TrackColumns
from engine.library.tracks import Track, TrackFile
from engine.ranking.narrowing import Narrowing, narrow
from engine.ranking.vocabulary import GENRE_WORDS, INSTRUMENT_WORDS, MOOD_WORDS
from engine.ranking.words import (
    Named,
    excluded,
    instrument_match,
    is_understood,
    named_in,
    parse_wish,
    word_expert,
)
from tests.present import present
from tests.tracks import candidates_of

SAD = AXES.index("sad")


def track(profile: Profile) -> Track:
    return Track(TrackFile(Path("/a.opus")), profile=profile)


def named(*names: str) -> Named:
    return Named(
        frozenset(name for name in names if name in INSTRUMENT_WORDS),
        frozenset(name for name in names if name in AXES),
    )


def test_every_name_is_one_that_tracks_can_have() -> None:
    assert set(INSTRUMENT_WORDS) == {*INSTRUMENTS, "woodwinds"}
    assert set(GENRE_WORDS) == set(WANTED_GENRES)
    assert set(MOOD_WORDS) == set(WANTED_MOODS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Melancholic PIANO", ("piano", "sad")),
        ("traurige Klaviermusik", ("piano", "sad")),
        ("Akustikgitarre und E-Gitarre", ("guitar", "electric guitar")),
        ("悲伤的钢琴曲", ("piano", "sad")),
        ("music box, lo-fi", ("bells", "lo-fi")),
        ("trip-hop", ()),
        ("une guitare triste", ("guitar", "sad")),
        # Parts of other words.
        ("a harpoon in the popular bassinet", ()),
        ("", ()),
    ],
)
def test_words_are_found_in_several_languages(text: str, names: tuple[str, ...]) -> None:
    assert named_in(text) == named(*names)


@pytest.mark.parametrize(
    ("text", "without", "wanted", "unwanted"),
    [
        ("calm", "vocals, drums", "calm", ("vocals", "drums")),
        ("calm, no drums or vocals", "", "calm", ("vocals", "drums")),
        ("sad piano without strings", "brass", "sad piano", ("strings", "brass")),
        ("ruhig, ohne Gesang", "", "ruhig", ("vocals",)),
        ("平静的音乐,没有鼓", "", "平静的音乐", ("drums",)),
        # Nothing that a track is known to have.
        ("no man's land", "", "no man's land", ()),
        ("", "no trumpet please", "", ("trumpet",)),
        ("", "吉他、人声", "", ("guitar", "vocals")),
    ],
)
def test_wishes_are_taken_apart(
    text: str, without: str, wanted: str, unwanted: tuple[str, ...]
) -> None:
    wish = parse_wish(text, without)
    assert wish.wanted == wanted
    assert wish.unwanted == named(*unwanted)


def test_what_cant_be_left_out_is_named() -> None:
    with pytest.raises(InputError, match="“blorps” names no known") as caught:
        parse_wish("calm", "drums, blorps")
    assert "vocals, drums" in (caught.value.remedy or "")
    with pytest.raises(InputError, match="empty"):
        parse_wish("  ")
    with pytest.raises(InputError, match="too long"):
        parse_wish("calm", "drums " * 2_000)


def test_an_instrument_is_answered_by_its_kinds() -> None:
    profiles = [
        Profile(instruments=("cello", "piano")),
        Profile(instruments=("fiddle",)),
        Profile(instruments=("drums",)),
    ]
    tracks = TrackColumns.of([track(profile) for profile in profiles])
    match = instrument_match(tracks, frozenset({"strings", "piano"}))
    np.testing.assert_allclose(match, [1, 0.5, 0])
    np.testing.assert_array_equal(instrument_match(tracks, frozenset()), [0, 0, 0])


def test_what_isnt_wanted_is_left_out_as_far_as_it_is_known() -> None:
    tracks = [
        track(Profile(instruments=("strings",))),
        track(Profile(instruments=("piano",), vocals=0.9)),
        track(Profile(instruments=("choir",))),
        track(Profile(genre="metal")),
        track(Profile(moods={"sad": 2.0, "calm": -1.0})),
        track(Profile()),
    ]

    def left_out(*names: str) -> list[int]:
        return np.flatnonzero(excluded(TrackColumns.of(tracks), named(*names))).tolist()

    # An ensemble of strings has violins; a choir has voices.
    assert left_out("violin") == [0]
    assert left_out("vocals") == [1, 2]
    assert left_out("metal", "sad") == [3, 4]
    assert left_out("calm") == []
    assert left_out() == []


def test_something_must_be_left() -> None:
    tracks = [track(Profile(instruments=("drums",))), track(Profile(instruments=("piano",)))]
    narrowed = narrow(candidates_of(tracks), Narrowing(unwanted=named("drums")))
    assert (narrowed.kept.tolist(), narrowed.problem) == ([False, True], None)
    problem = narrow(candidates_of(tracks), Narrowing(unwanted=named("piano", "drums"))).problem
    assert re.match(r"All 2 tracks have .*: drums, piano", present(problem).problem)


class Understanding:
    """A text expert that finds every text sad, as sure as the prior."""

    prior = Gaussian(np.zeros(N_AXES, np.float32), np.full(N_AXES, 4, np.float32))

    def expert(self, text: str) -> Gaussian:
        assert text == "sad jazz"
        mean, precision = np.zeros((2, N_AXES), np.float32)
        mean[SAD], precision[SAD] = 0.5, 4
        return Gaussian(mean, precision)


def test_named_axes_are_as_sure_as_the_prior() -> None:
    text = Understanding()
    expert = word_expert(parse_wish("sad jazz, no piano"), text)
    assert np.flatnonzero(expert.precision).tolist() == sorted((SAD, AXES.index("jazz")))
    # The sentence's .5 and the word's 1, of equal weight.
    assert (expert.mean[SAD], expert.precision[SAD]) == (0.75, 8)
    assert (expert.mean[AXES.index("jazz")], expert.precision[AXES.index("jazz")]) == (1, 4)
    assert is_understood(parse_wish("sad jazz"), text)  # type: ignore[arg-type] # a fake


def test_a_wish_for_instruments_alone_says_nothing_about_the_axes() -> None:
    text = Understanding()
    wish = parse_wish("", "drums")
    assert not word_expert(wish, text).precision.any()
    assert not is_understood(wish, text)  # type: ignore[arg-type] # a fake
