"""The filters by what a track sounds like."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from engine.encoders.wants import AXES, WANTED_MOODS
from engine.errors import InputError
from engine.ranking.filter_kinds import (
    Choices,
    Filter,
    Filterable,
    FixedChoices,
    Range,
    Switch,
    within,
)
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack
    from engine.ranking.filter_kinds import BoolArray, Float64Array

# Probability of a singing voice from which a track counts as one with vocals.
VOCALS_FROM: Final = 0.5
# From here on a track has a mood.
HAS_MOOD_FROM = 0.5
# A third of usual music is below the first, a third above the second: arousal is tanh(z / 1.5).
_LOW_ENERGY, _HIGH_ENERGY = -0.28, 0.28
_VALENCE, _AROUSAL = AXES.index("valence"), AXES.index("arousal")
ENERGIES: Final = ("low", "medium", "high")
_FLATS = {"db": "c#", "eb": "d#", "gb": "f#", "ab": "g#", "bb": "a#"}


class _Genre(Choices):
    """Passes tracks of the genres."""

    name = "genre"

    def title(self) -> str:
        return tr("Genre")

    def help(self) -> str:
        return tr("only this genre; repeat the option or separate genres with commas")

    def metavar(self) -> str:
        return tr("GENRE")

    def words_in(self, tracks: Filterable) -> tuple[str, ...]:
        return tracks.columns.genre_names

    def has(self, tracks: Filterable, word: str) -> "BoolArray":
        columns = tracks.columns
        found: BoolArray = columns.genres == columns.genre_names.index(word)
        return found

    def words_of_pack(self, pack: "MatchingPack") -> tuple[str, ...]:
        return pack.genres

    def label(self, genre: str) -> str:
        return tr(genre)

    def count_label(self, n: int) -> str:
        return tr("{n} genres").format(n=n)

    def describe(self, value: tuple[str, ...]) -> str:
        return tr("the genre {genres}").format(genres=", ".join(value))

    def unknown_word(self, word: str, known: Sequence[str]) -> InputError:
        return InputError(
            tr("The library has no genre “{genre}”.").format(genre=word),
            remedy=tr("The genres are: {genres}.").format(genres=", ".join(known)),
        )


class _Mood(FixedChoices):
    """Passes tracks that clearly have one of the moods."""

    name = "mood"
    # `--mood` says what the clip asks for.
    option = "only-mood"

    def title(self) -> str:
        return tr("Mood")

    def help(self) -> str:
        return tr("only tracks that clearly have this mood, such as dreamy")

    def metavar(self) -> str:
        return tr("MOOD")

    def words(self) -> tuple[str, ...]:
        return WANTED_MOODS

    def label(self, mood: str) -> str:
        return tr(mood)

    def has(self, tracks: Filterable, word: str) -> "BoolArray":
        return tracks.columns.axes[:, AXES.index(word)] >= HAS_MOOD_FROM

    def count_label(self, n: int) -> str:
        return tr("{n} moods").format(n=n)

    def describe(self, value: tuple[str, ...]) -> str:
        return tr("the mood {moods}").format(moods=", ".join(map(self.label, value)))


class _Tempo(Range):
    """Passes tempos within a range."""

    name = "bpm"
    example = "90-120"
    lowest = 40
    highest = 220

    def title(self) -> str:
        return tr("Tempo")

    def help(self) -> str:
        return tr("only tempos in this range; a measured tempo also counts halved and doubled")

    def numbers_of(self, tracks: Filterable) -> "Float64Array":
        return tracks.columns.bpm

    def passes(self, tracks: Filterable, value: tuple[float, float]) -> "BoolArray":
        """Return which tempos are within the range, for a measured one also its half or double."""
        # Trackers often hear 84 BPM as 168; the tempo of a track with marks is that of its score.
        bpm = tracks.columns.bpm
        by_factor = within(0.5 * bpm, value) | within(2.0 * bpm, value)
        return within(bpm, value) | (by_factor & ~tracks.columns.has_marks)

    def unit(self) -> str:
        return tr("BPM")

    def titles_of_ends(self) -> tuple[str, str]:
        return tr("Slowest tempo"), tr("Fastest tempo")

    def describe(self, value: tuple[float, float]) -> str:
        return tr("the tempo {range} BPM").format(range=f"{value[0]:g}-{value[1]:g}")


class _Key(FixedChoices):
    """Passes tracks in one of the keys."""

    name = "key"

    def title(self) -> str:
        return tr("Key")

    def help(self) -> str:
        return tr("only tracks in this key, such as “A minor”")

    def metavar(self) -> str:
        return tr("KEY")

    def words(self) -> tuple[str, ...]:
        from engine.library.columns import KEY_NAMES

        return KEY_NAMES

    def has(self, tracks: Filterable, word: str) -> "BoolArray":
        found: BoolArray = tracks.columns.keys == self.words().index(word)
        return found

    def normalised(self, word: str) -> str:
        """Return a key with sharps: "Bb minor", "B♭ minor" and "a# minor" are one."""
        name, _, mode = word.strip().lower().replace("♯", "#").replace("♭", "b").partition(" ")
        return f"{_FLATS.get(name, name)} {mode.strip() or 'major'}"

    def count_label(self, n: int) -> str:
        return tr("{n} keys").format(n=n)

    def describe(self, value: tuple[str, ...]) -> str:
        return tr("the key {keys}").format(keys=", ".join(value))


class _Length(Range):
    """Passes lengths within a range."""

    name = "length"
    example = "30-180"
    lowest = 0
    highest = 600

    def title(self) -> str:
        return tr("Length")

    def help(self) -> str:
        return tr("only tracks of this length in seconds")

    def numbers_of(self, tracks: Filterable) -> "Float64Array":
        return tracks.columns.durations_s

    def unit(self) -> str:
        return tr("s")

    def titles_of_ends(self) -> tuple[str, str]:
        return tr("Shortest length"), tr("Longest length")

    def describe(self, value: tuple[float, float]) -> str:
        return tr("the length {range} s").format(range=f"{value[0]:g}-{value[1]:g}")


class _Energy(FixedChoices):
    """Passes tracks that are as stirring as asked."""

    name = "energy"

    def title(self) -> str:
        return tr("Energy")

    def help(self) -> str:
        return tr("only tracks with this energy: low, medium or high")

    def metavar(self) -> str:
        return tr("LEVEL")

    def words(self) -> tuple[str, ...]:
        return ENERGIES

    def has(self, tracks: Filterable, word: str) -> "BoolArray":
        arousal = tracks.columns.axes[:, _AROUSAL]
        if word == "low":
            return arousal < _LOW_ENERGY
        if word == "high":
            return arousal > _HIGH_ENERGY
        # Exactly 0 twice: it isn't known.
        is_known = (arousal != 0) | (tracks.columns.axes[:, _VALENCE] != 0)
        is_medium: BoolArray = (arousal >= _LOW_ENERGY) & (arousal <= _HIGH_ENERGY) & is_known
        return is_medium

    def label(self, word: str) -> str:
        words = {"low": tr("low"), "medium": tr("medium"), "high": tr("high")}
        return words.get(word, word)

    def count_label(self, n: int) -> str:
        return tr("{n} levels of energy").format(n=n)

    def describe(self, value: tuple[str, ...]) -> str:
        return tr("the energy {levels}").format(levels=", ".join(map(self.label, value)))


class _Vocals(Switch):
    """Passes tracks in which somebody sings."""

    name = "vocals"
    icon = "speech"

    def title(self) -> str:
        return tr("With vocals")

    def help(self) -> str:
        return tr("only tracks with a singing voice")

    def passes(self, tracks: Filterable, value: bool) -> "BoolArray":
        return tracks.columns.vocals >= VOCALS_FROM

    def describe(self, value: bool) -> str:
        return tr("with vocals")


class _NoVocals(Switch):
    """Passes tracks in which nobody sings."""

    name = "no-vocals"
    icon = "no-vocals"

    def title(self) -> str:
        return tr("No vocals")

    def help(self) -> str:
        return tr("only tracks without a singing voice")

    def passes(self, tracks: Filterable, value: bool) -> "BoolArray":
        return tracks.columns.vocals < VOCALS_FROM

    def describe(self, value: bool) -> str:
        return tr("no vocals")


MUSIC_FILTERS: tuple[Filter[Any], ...] = (
    _Genre(),
    _Mood(),
    _Tempo(),
    _Key(),
    _Length(),
    _Energy(),
    _Vocals(),
    _NoVocals(),
)
