"""The table of filters: what passes, what is refused, and that every front end shows all of it."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
import pytest

from engine.__main__ import main
from engine.encoders.profile import Profile
from engine.errors import InputError
from engine.library.columns import TrackColumns
from engine.library.decided import Decided
from engine.library.marks import Marks
from engine.library.tracks import Track
from engine.media.tags import Tags
from engine.ranking.filter_kinds import Choices, Filterable
from engine.ranking.filters import FILTERS, Filters, check_filters, with_known_words, words_of
from engine.ranking.narrowing import Narrowing, narrow
from tests.present import present
from tests.tracks import candidates_of, make_track

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

PACK = cast("MatchingPack", SimpleNamespace(genres=("hip-hop", "jazz", "lo-fi")))


def track(number: int, genre: str | None, bpm: float | None, vocals: float | None) -> Track:
    return make_track(number, profile=Profile(genre=genre, bpm=bpm, vocals=vocals))


TRACKS = (
    track(1, "jazz", 100.0, 0.9),
    track(2, "jazz", 140.0, 0.1),
    track(3, None, 89.6, 0.0),
    track(4, "synthwave", None, None),
)


PARTS = [Filterable(TrackColumns.of(TRACKS), "own", Decided())]


def keep_wanted(tracks: Sequence[Track], filters: Filters) -> list[int]:
    """Return the places of those that pass."""
    narrowed = narrow(candidates_of(tracks), Narrowing(filters))
    if narrowed.problem is not None:
        raise narrowed.problem
    return [int(place) for place in np.flatnonzero(narrowed.kept)]


def test_filters_keep_what_is_asked_for() -> None:
    assert keep_wanted(TRACKS, {}) == [0, 1, 2, 3]
    assert keep_wanted(TRACKS, {"genre": ("jazz",)}) == [0, 1]
    assert keep_wanted(TRACKS, {"genre": ("jazz", "synthwave")}) == [0, 1, 3]
    assert keep_wanted(TRACKS, {"bpm": (90, 120)}) == [0, 2]
    assert keep_wanted(TRACKS, {"no-vocals": True}) == [1, 2]
    assert keep_wanted(TRACKS, {"no-vocals": True, "genre": ("jazz",)}) == [1]


def test_a_measured_tempo_also_counts_halved_and_doubled() -> None:
    assert keep_wanted(TRACKS, {"bpm": (65, 75)}) == [1]
    assert keep_wanted(TRACKS, {"bpm": (195, 205)}) == [0]
    composed = replace(TRACKS[1], marks=Marks(loop_s=(0.0, 10.0)))
    assert keep_wanted([composed], {"bpm": (135, 145)}) == [0]
    with pytest.raises(InputError, match="65-75 BPM"):
        keep_wanted([composed], {"bpm": (65, 75)})


def test_the_filter_that_leaves_nothing_is_named() -> None:
    with pytest.raises(InputError, match=r"None of the 4 tracks passes .*210-220 BPM"):
        keep_wanted(TRACKS, {"bpm": (210, 220)})
    with pytest.raises(
        InputError, match="No track passes both “no vocals” and “the genre synthwave”"
    ):
        keep_wanted(TRACKS, {"no-vocals": True, "genre": ("synthwave",)})


@pytest.mark.parametrize("ends", [(120.0, 90.0), (-1.0, 90.0), (float("nan"), 90.0)])
def test_a_range_must_rise(ends: tuple[float, float]) -> None:
    with pytest.raises(
        InputError, match=r"Tempo: the lower end of a range comes first. Write it as 90-120"
    ):
        check_filters({"bpm": ends})


def test_words_are_spelt_as_people_do() -> None:
    def spelt(*words: str) -> object:
        return with_known_words({"genre": words, "no-vocals": True}, PACK, PARTS)

    assert spelt("Jazz", "hip hop", "HIPHOP") == {"genre": ("jazz", "hip-hop"), "no-vocals": True}
    assert spelt("lofi", "Lo_Fi", "synth-wave") == {
        "genre": ("lo-fi", "synthwave"), "no-vocals": True
    }  # fmt: skip
    with pytest.raises(InputError, match=r"“polka”.*hip-hop, jazz, lo-fi, synthwave"):
        spelt("jazz", "polka")


def test_before_a_folder_is_analysed_the_pack_alone_knows_words() -> None:
    assert with_known_words({"genre": ("Lo fi",)}, PACK, None) == {"genre": ("lo-fi",)}
    with pytest.raises(InputError, match="“polka”"):
        with_known_words({"genre": ("polka",)}, PACK, None)


def test_words_of_the_tracks_are_offered() -> None:
    assert words_of(PARTS)["genre"] == ("jazz", "synthwave")


def test_every_filter_has_an_option_a_title_and_a_name_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["recommend", "--help"])
    options = capsys.readouterr().out
    assert len({each.name for each in FILTERS}) == len(FILTERS)
    for each in FILTERS:
        assert f"--{each.option_name} " in options
        assert each.title()


def listed(filters: Filters, decided: Decided | None = None) -> str:
    """Return the titles of those that pass."""
    narrowed = narrow(candidates_of(VARIED), Narrowing(filters, decided=decided or Decided()))
    return "".join(present(VARIED[row].tags.title) for row in np.flatnonzero(narrowed.kept))


def varied(title: str, *, duration_s: float, licence: str | None, **profile: Any) -> Track:
    made = make_track(
        ord(title),
        duration_s=duration_s,
        tags=Tags(title, licence=licence),
        profile=Profile(**profile),
    )
    return replace(made, file=replace(made.file, content_hash=title))


VARIED = (
    varied(
        *"a", duration_s=60, licence="CC0-1.0", key="A minor", arousal=-0.5, valence=0.1,
        moods={"calm": 1.5, "dreamy": 0.9}, vocals=0.1,
    ),
    varied(
        *"b", duration_s=90.4, licence="Public Domain Mark 1.0", key="A# major", arousal=0.1,
        moods={"calm": 0.4, "epic": 2.0}, vocals=0.9,
    ),
    varied(*"c", duration_s=700, licence="CC-BY-4.0", key="C major", arousal=0.6, vocals=0.5),
    varied(*"d", duration_s=90.6, licence=None),
)  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"mood": ("calm",)}, "a"),
        ({"mood": ("calm", "epic")}, "ab"),
        ({"key": ("A minor", "C major")}, "ac"),
        ({"length": (60, 90)}, "ab"),
        ({"length": (91, float("inf"))}, "cd"),
        # The longest that the window offers stands for what is longer, too.
        ({"length": (91, 600)}, "cd"),
        ({"energy": ("low",)}, "a"),
        ({"energy": ("medium", "high")}, "bc"),
        ({"vocals": True}, "bc"),
        ({"no-vocals": True}, "a"),
        ({"licence": True}, "ab"),
        ({"origin": ("own",)}, "abcd"),
        ({"origin": ("bundled",)}, ""),
        ({"origin": ("own", "bundled"), "licence": True, "vocals": True}, "b"),
    ],
)
def test_each_filter_passes_what_it_says(filters: Filters, expected: str) -> None:
    assert listed(filters) == expected


def test_favourites_and_used_tracks_are_known_by_their_content() -> None:
    decided = Decided.of(favourites=["b", "elsewhere"], used=["a", "c"])
    assert listed({"favourite": True}, decided) == "b"
    assert listed({"unused": True}, decided) == "bd"
    assert listed({"favourite": True, "unused": True}, Decided.of(["a"], (), ["a"])) == ""
    assert (listed({"favourite": True}), listed({"unused": True})) == ("", "abcd")


@pytest.mark.parametrize("written", ["Bb major", "B♭ major", "a#", "A♯ Major", " A# major "])
def test_keys_are_known_as_people_write_them(written: str) -> None:
    assert with_known_words({"key": (written,)}, PACK, PARTS) == {"key": ("A# major",)}


def test_an_unknown_word_of_a_fixed_list_is_refused_with_the_list() -> None:
    for name, words in (("key", "C major.*B minor"), ("energy", "low, medium, high")):
        with pytest.raises(InputError, match=f"“loud” isn't known.*{words}"):
            with_known_words({name: ("loud",)}, PACK, PARTS)


def test_only_words_that_tracks_have_are_offered() -> None:
    words = words_of([Filterable(TrackColumns.of(VARIED), "own", Decided())])
    assert words == {
        "genre": (), "mood": ("calm", "epic", "dreamy"), "key": ("C major", "A# major", "A minor"),
        "energy": ("low", "medium", "high"), "origin": ("own",),
    }  # fmt: skip


def test_a_filter_of_words_needs_no_more_than_a_word() -> None:
    class Licence(Choices):
        name = "licence"

        def title(self) -> str:
            return "Licence"

        def help(self) -> str:
            return "only this licence"

        def metavar(self) -> str:
            return "LICENCE"

        def words_in(self, tracks: Filterable) -> tuple[str, ...]:
            return ("CC0-1.0",)

        def has(self, tracks: Filterable, word: str) -> npt.NDArray[np.bool_]:
            return np.asarray([True, False])

        def count_label(self, n: int) -> str:
            return f"{n} licences"

        def describe(self, value: tuple[str, ...]) -> str:
            return f"the licence {', '.join(value)}"

        def unknown_word(self, word: str, known: object) -> InputError:
            return InputError(f"“{word}” is no licence of the library.")

    tracks = Filterable(TrackColumns.of(TRACKS[:2]), "own", Decided())
    words = Licence().canonical(["cc0 1.0"], ["CC0-1.0", "CC-BY-4.0"])
    assert Licence().passes(tracks, words).tolist() == [True, False]
    assert not Licence().passes(tracks, ("CC-BY-4.0",)).any()
