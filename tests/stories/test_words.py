"""The bundled library, ranked by words alone."""

import pytest

from engine.errors import InputError
from engine.progress import silent
from engine.stories.ranking_options import RankingOptions
from engine.stories.words import RankedByWords, rank_by_words


def ranked(text: str, without: str = "", top: int = 20) -> RankedByWords:
    return rank_by_words(RankingOptions(text=text, without=without, top=top), silent())


def test_tracks_that_fit_the_words_come_first() -> None:
    found = ranked("a lonesome, grieving piano", top=3)
    assert [item.rank for item in found.items] == [1, 2, 3]
    scores = [item.score for item in found.items]
    assert scores == sorted(scores, reverse=True)
    for item in found.items:
        assert item.track.profile.moods["sad"] > 1.5
        assert "piano" in item.track.profile.instruments
        assert "sad" in item.reasons[0]
        assert item.start_s == 0
    assert found.notes == ()


def test_what_isnt_wanted_is_left_out() -> None:
    found = ranked("bouncy and amusing, no drums", "whistle", top=100)
    assert 10 < len(found.items) < 60
    there = {name for item in found.items for name in item.track.profile.instruments}
    assert "drums" not in there
    assert "whistle" not in there


def test_an_instrument_alone_ranks_the_tracks_that_have_it() -> None:
    found = ranked("accordion", top=2)
    assert all("accordion" in item.track.profile.instruments for item in found.items)


@pytest.mark.parametrize("text", ["zxq vrrt plmb", "your parcel number is 88412", "no drums", ""])
def test_words_that_ask_for_nothing_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="understood"):
        ranked(text)
