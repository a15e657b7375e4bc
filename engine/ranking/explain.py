"""Why a track is recommended: the parts of its score that put it there, in words for both sides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from engine.encoders.track_axes import track_axes
from engine.encoders.wants import AXES, WANTED_GENRES, WANTED_MOODS
from engine.library.tracks import Track
from engine.ranking.query import ClipWants, Correction, Query
from engine.ranking.scene_words import scene_name
from engine.translation import tr

if TYPE_CHECKING:
    from engine.video.descriptors import VideoDescriptors

Kind = Literal["content", "dynamics", "words", "user", "taste", "learned", "usual"]
Float32Array = npt.NDArray[np.float32]

# A part of a score is a reason when it is so much above the part of the average track, in
# standard deviations of the score over all tracks: see tests/benchmarks/reasons.py.
_CLEAR = 0.3
# A track so much above the average one fits well, in the same unit: every one of a top ten does
# that has no clear part.
_FITS_WELL = 1.075
# From here on a track has a genre or mood.
_HAS_FROM = 0.5
# A second word counts at least so much of the first.
_SECOND = 0.4
_MAX_WORDS = 2
# Of real clips that were never labelled, four in five words above it are right.
_CLEAR_SCENE = 0.1
# A third of 167 real micro-videos (micro_clips) is below the first, a third above the second.
_CALM_MOTION, _LIVELY_MOTION = 0.05, 0.115
_SLOW_CUTS, _FAST_CUTS = 10.0, 35.0
# Pace from -1 to 1 must be at least this far from the middle to be called lively or calm.
_MIN_PACE = 0.2
# Half-way between slow and fast music.
_MIDDLE_BPM = 110.0
_MAX_REASONS = 3

_MOODS = slice(len(WANTED_GENRES), len(WANTED_GENRES) + len(WANTED_MOODS))
_NAMED = slice(0, _MOODS.stop)
_CALM, _ENERGETIC = AXES.index("calm"), AXES.index("energetic")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    Attributes:
        kind: the part of the score that it comes from.
        text: translated.
    """

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a list was made for.

    Attributes:
        descriptors: the clip's readable descriptors.
        wants: what is seen in it.
        query: the wants, as a query.
        correction: what the user says about the clip.
    """

    descriptors: "VideoDescriptors"
    wants: ClipWants
    query: Query
    correction: Correction


class Explainer:
    """Finds the reasons of each track of a list.

    Args:
        asked: what the list was made for.
        tracks: n that were ranked.
        vectors: float32 (n, 128), of the tracks.
        by_words: float32 (n,), what instruments named in words add to each score.
        taste: float32 (n,), what the user's taste adds to each score.
    """

    def __init__(
        self,
        asked: Asked,
        tracks: Sequence[Track],
        vectors: Float32Array,
        by_words: Float32Array,
        taste: Float32Array,
    ) -> None:
        self._asked = asked
        self._tracks = tracks
        self._values = np.stack([track_axes(track.profile) for track in tracks])
        matches = asked.query.scores(vectors)
        unit = max(float((matches + by_words + taste).std()), 1e-6)
        parts = {
            name: _above_average(part) / unit for name, part in asked.query.parts(vectors).items()
        }
        self._axes = {name: parts[name] for name in asked.query.experts}
        self._parts = {name: part.sum(axis=1) for name, part in parts.items()}
        # What the prior asks for is left of the score.
        known = np.sum(list(self._parts.values()), axis=0)
        self._parts["usual"] = _above_average(matches) / unit - known
        self._parts["taste"] = _above_average(taste) / unit
        self._parts["all"] = _above_average(matches + by_words + taste) / unit
        if "words" in self._parts:
            self._parts["words"] = self._parts["words"] + _above_average(by_words) / unit

    def reasons(self, index: int, by_words: str = "") -> list[Reason]:
        """Return the reasons of a track, the strongest first; none for one that fits less.

        Args:
            index: of the track.
            by_words: what it has of a wish in words, translated; "" for nothing.
        """
        texts: dict[Kind, Callable[[int], str]] = {
            "content": self._content,
            "dynamics": self._dynamics,
            "words": lambda _: by_words,
            "user": self._user,
            "taste": lambda _: tr("similar to your earlier picks"),
        }
        found: list[tuple[float, Reason]] = []
        for kind, text_of in texts.items():
            part = self._part(kind, index)
            if part >= _CLEAR and (text := text_of(index)):
                found.append((part, Reason(kind, text)))
        found.sort(key=lambda one: -one[0])
        reasons = [reason for _, reason in found] or self._general(index)
        return reasons[:_MAX_REASONS]

    def _part(self, kind: str, index: int) -> float:
        return float(self._parts[kind][index]) if kind in self._parts else 0.0

    def _general(self, index: int) -> list[Reason]:
        """Return a reason with fewer details, for a track that fits all the same."""
        if self._part("dynamics", index) >= _CLEAR:
            sounds = self._sounds("dynamics", index)
            if sounds:
                return [Reason("dynamics", _pair([tr("movement and cuts")], sounds))]
        if self._part("all", index) < _FITS_WELL:
            return []
        learned, usual = self._part("learned", index), self._part("usual", index)
        if learned >= _CLEAR and learned > usual:
            return [Reason("learned", tr("goes with clips like this"))]
        return [Reason("usual", tr("suits most clips"))] if usual >= _CLEAR else []

    def _content(self, index: int) -> str:
        sounds = self._sounds("content", index)
        return _pair([self._seen()], sounds) if sounds else ""

    def _seen(self) -> str:
        """Return the scene, where it is clear, or how the picture looks."""
        word, probability = next(iter(self._asked.wants.scenes), ("", 0.0))
        if probability >= _CLEAR_SCENE:
            return scene_name(word)
        names = [WANTED_MOODS[mood] for mood in _leading(self._pull("content")[_MOODS])]
        moods = [tr(name) for name in names]
        return tr("looks {moods}").format(moods=", ".join(moods)) if moods else tr("the picture")

    def _pull(self, expert: str) -> Float32Array:
        """Return (26,) what an expert asks for more than is usual."""
        query = self._asked.query
        factor = query.experts[expert]
        share = factor.precision / query.wants.precision
        return np.asarray(share * (factor.mean - query.prior.mean), np.float32)

    def _dynamics(self, index: int) -> str:
        pull = self._pull("dynamics")
        is_lively = bool(pull[_ENERGETIC] > pull[_CALM])
        picture = pace_words(self._asked.descriptors, is_lively=is_lively)
        sounds = self._sounds("dynamics", index, without=_CALM if is_lively else _ENERGETIC)
        if not (picture and sounds):
            return ""
        bpm = self._tracks[index].profile.bpm
        if bpm and (bpm > _MIDDLE_BPM) == is_lively:
            sounds.append(tr("{bpm:.0f} BPM").format(bpm=bpm))
        return _pair(picture, sounds)

    def _user(self, index: int) -> str:
        sounds = self._sounds("user", index)
        if not sounds:
            return ""
        chosen = ", ".join(_chosen(self._asked.correction))
        return _pair([tr("you chose {words}").format(words=chosen)], sounds)

    def _sounds(self, expert: str, index: int, without: int | None = None) -> list[str]:
        """Return the genre and moods that the track has, by what they add to an expert's part."""
        gains = np.where(self._values[index] >= _HAS_FROM, self._axes[expert][index], 0.0)
        if without is not None:
            gains[without] = 0.0
        names = [AXES[axis] for axis in _leading(gains[_NAMED])]
        return [tr(name) for name in names]


def picture_pace(descriptors: "VideoDescriptors") -> float:
    """Return how calm (-1) or lively (1) a clip looks, from its motion and cuts."""
    motion = _between(descriptors.motion_mean, _CALM_MOTION, _LIVELY_MOTION)
    cuts = _between(descriptors.cut_rate_per_min, _SLOW_CUTS, _FAST_CUTS)
    return 0.6 * motion + 0.4 * cuts


def pace_words(descriptors: "VideoDescriptors", *, is_lively: bool) -> list[str]:
    """Return what makes a clip look lively, or calm: one or two words, translated, or none.

    Args:
        descriptors: of the clip.
        is_lively: which of the two is asked.
    """
    pace, rate = picture_pace(descriptors), descriptors.cut_rate_per_min
    words = []
    if is_lively:
        if pace >= _MIN_PACE:
            words.append(tr("lively picture"))
        if rate >= _FAST_CUTS:
            words.append(tr("fast cuts"))
        return words
    if pace <= -_MIN_PACE:
        words.append(tr("calm picture"))
    if not len(descriptors.cuts_s):
        words.append(tr("a single shot"))
    elif rate <= _SLOW_CUTS:
        words.append(tr("slow cuts"))
    return words


def _leading(values: Float32Array) -> list[int]:
    """Return the greatest two values above 0, the second only when it counts beside the first."""
    order = np.argsort(-values, kind="stable")[:_MAX_WORDS]
    least = max(_SECOND * float(values[order[0]]), 1e-6)
    return [int(place) for place in order if values[place] >= least]


def _chosen(correction: Correction) -> list[str]:
    words = [tr(mood) for mood in correction.moods]
    if correction.valence is not None:
        words.append(tr("valence {value:+.1f}").format(value=correction.valence))
    if correction.arousal is not None:
        words.append(tr("arousal {value:+.1f}").format(value=correction.arousal))
    return words


def _above_average(values: Float32Array) -> Float32Array:
    """Return what each track has more than the average one; what all share is no reason."""
    return np.asarray(values - values.mean(axis=0), np.float32)


def _pair(picture: list[str], sound: list[str]) -> str:
    return f"{', '.join(picture)} ↔ {', '.join(sound)}"


def _between(value: float, low: float, high: float) -> float:
    """Return a value scaled so that `low` is -1 and `high` is 1, clipped to that range."""
    return _clipped((2 * value - low - high) / (high - low))


def _clipped(value: float) -> float:
    return max(-1.0, min(1.0, float(value)))
