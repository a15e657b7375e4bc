"""Why a track is recommended: the parts of its score that put it there, in words for both sides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from engine.encoders.track_axes import track_axes
from engine.encoders.wants import AXES, WANTED_GENRES, WANTED_MOODS
from engine.library.tracks import Track
from engine.ranking.query import ClipWants, Correction, Query
from engine.ranking.references import Reference
from engine.ranking.scene_words import scene_name
from engine.translation import tr

if TYPE_CHECKING:
    from engine.video.descriptors import VideoDescriptors

Kind = Literal["content", "dynamics", "words", "user", "reference", "taste", "learned", "usual"]
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
_LONGEST_TITLE = 40
# Nearer to the middle, valence and arousal aren't named.
_NEUTRAL = 0.15

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
        liked: music that the user wants more of, by the name of its expert.
    """

    descriptors: "VideoDescriptors"
    wants: ClipWants
    query: Query
    correction: Correction
    liked: Mapping[str, Reference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """One track of a list.

    Attributes:
        track: the track.
        vector: float32 (128,), its embedding.
        score: by content and words.
        taste: what the user's taste adds.
        by_words: what the instruments named in words add.
    """

    track: Track
    vector: Float32Array
    score: float
    taste: float = 0.0
    by_words: float = 0.0


class Explainer:
    """Finds the reasons of each track of a list.

    Args:
        asked: what the list was made for.
        average: float32 (128,), the mean embedding of the n tracks that were ranked.
        scores: float32 (n,), by content and words.
        taste: float32 (n,), what the user's taste adds to each score.
        by_words: float32 (n,), what instruments named in words add to each score.
    """

    def __init__(
        self,
        asked: Asked,
        average: Float32Array,
        scores: Float32Array,
        taste: Float32Array,
        by_words: Float32Array,
    ) -> None:
        self._asked = asked
        self._unit = max(float((scores + taste).std()), 1e-6)
        # What all share is no reason.
        self._average = {name: part[0] for name, part in asked.query.parts(average[None]).items()}
        self._score = float(scores.mean())
        self._taste = float(taste.mean())
        self._by_words = float(by_words.mean())

    def reasons(self, one: Explained, words: str = "") -> list[Reason]:
        """Return the reasons of a track, the strongest first; none for one that fits less.

        Args:
            one: the track.
            words: what it has of a wish in words, translated; "" for nothing.
        """
        found = _Parts(self._asked, one.track, *self._parts(one))
        return found.reasons(words)

    def _parts(self, one: Explained) -> tuple[dict[str, Float32Array], dict[str, float]]:
        """Return what each expert adds on each axis, and each part of the score as a whole.

        Both are above the average track's, in standard deviations of the score over all tracks.
        """
        by_axis = {
            name: np.asarray((part[0] - self._average[name]) / self._unit, np.float32)
            for name, part in self._asked.query.parts(one.vector[None]).items()
        }
        parts = {name: float(part.sum()) for name, part in by_axis.items()}
        by_words = (one.by_words - self._by_words) / self._unit
        score = (one.score - self._score) / self._unit
        # What the prior asks for is left of the score.
        parts["usual"] = score - by_words - sum(parts.values())
        parts["taste"] = (one.taste - self._taste) / self._unit
        parts["all"] = score + parts["taste"]
        if "words" in parts:
            parts["words"] += by_words
        return {name: by_axis[name] for name in self._asked.query.experts}, parts


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """The parts of one track's score, as `Explainer` measures them.

    Attributes:
        asked: what the list was made for.
        track: the track.
        axes: what each expert adds on each axis, float32 (26,).
        parts: each part as a whole.
    """

    asked: Asked
    track: Track
    axes: dict[str, Float32Array]
    parts: dict[str, float]

    def reasons(self, by_words: str) -> list[Reason]:
        """Return the reasons, the strongest first."""
        texts: dict[Kind, Callable[[], str]] = {
            "content": self._content,
            "dynamics": self._dynamics,
            "words": lambda: by_words,
            "user": self._user,
            "taste": lambda: tr("similar to your earlier picks"),
        }
        found: list[tuple[float, Reason]] = []
        for kind, text_of in texts.items():
            part = self._part(kind)
            if part >= _CLEAR and (text := text_of()):
                found.append((part, Reason(kind, text)))
        found += self._like()
        found.sort(key=lambda one: -one[0])
        reasons = [reason for _, reason in found] or self._general()
        return reasons[:_MAX_REASONS]

    def _like(self) -> list[tuple[float, Reason]]:
        """Return which music it is like, of that which the user wants more of."""
        found = []
        for name, reference in self.asked.liked.items():
            # That a track is like itself is no reason.
            is_other = reference.content_hash != self.track.file.content_hash
            if (part := self._part(name)) >= _CLEAR and is_other:
                text = tr("like {title}").format(title=_shortened(reference.title))
                found.append((part, Reason("reference", text)))
        return found

    def _part(self, kind: str) -> float:
        return self.parts.get(kind, 0.0)

    def _general(self) -> list[Reason]:
        """Return a reason with fewer details, for a track that fits all the same."""
        if self._part("dynamics") >= _CLEAR:
            sounds = self._sounds("dynamics")
            if sounds:
                return [Reason("dynamics", _pair([tr("movement and cuts")], sounds))]
        if self._part("all") < _FITS_WELL:
            return []
        learned, usual = self._part("learned"), self._part("usual")
        if learned >= _CLEAR and learned > usual:
            return [Reason("learned", tr("goes with clips like this"))]
        return [Reason("usual", tr("suits most clips"))] if usual >= _CLEAR else []

    def _content(self) -> str:
        sounds = self._sounds("content")
        return _pair([self._seen()], sounds) if sounds else ""

    def _seen(self) -> str:
        """Return the scene, where it is clear, or how the picture looks."""
        word, probability = next(iter(self.asked.wants.scenes), ("", 0.0))
        if probability >= _CLEAR_SCENE:
            return scene_name(word)
        names = [WANTED_MOODS[mood] for mood in _leading(self._pull("content")[_MOODS])]
        moods = [tr(name) for name in names]
        return tr("looks {moods}").format(moods=", ".join(moods)) if moods else tr("the picture")

    def _pull(self, expert: str) -> Float32Array:
        """Return (26,) what an expert asks for more than is usual."""
        query = self.asked.query
        factor = query.experts[expert]
        share = factor.precision / query.wants.precision
        return np.asarray(share * (factor.mean - query.prior.mean), np.float32)

    def _dynamics(self) -> str:
        pull = self._pull("dynamics")
        is_lively = bool(pull[_ENERGETIC] > pull[_CALM])
        picture = pace_words(self.asked.descriptors, is_lively=is_lively)
        sounds = self._sounds("dynamics", without=_CALM if is_lively else _ENERGETIC)
        if not (picture and sounds):
            return ""
        bpm = self.track.profile.bpm
        if bpm and (bpm > _MIDDLE_BPM) == is_lively:
            sounds.append(tr("{bpm:.0f} BPM").format(bpm=bpm))
        return _pair(picture, sounds)

    def _user(self) -> str:
        sounds = self._sounds("user")
        if not sounds:
            return ""
        chosen = ", ".join(_chosen(self.asked.correction)) or tr("neutral")
        return _pair([tr("you chose {words}").format(words=chosen)], sounds)

    def _sounds(self, expert: str, without: int | None = None) -> list[str]:
        """Return the genre and moods that the track has, by what they add to an expert's part."""
        values = track_axes(self.track.profile)
        gains = np.where(values >= _HAS_FROM, self.axes[expert], 0.0)
        if without is not None:
            gains[without] = 0.0
        names = [AXES[axis] for axis in _leading(gains[_NAMED])]
        return [tr(name) for name in names]


def affect_words(valence: float, arousal: float) -> list[str]:
    """Return valence and arousal in words, translated; none for what is near the middle."""
    words = []
    if abs(valence) >= _NEUTRAL:
        words.append(tr("happy") if valence > 0 else tr("sad"))
    if abs(arousal) >= _NEUTRAL:
        words.append(tr("energetic") if arousal > 0 else tr("calm"))
    return words


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


def _shortened(title: str) -> str:
    """Return a title that leaves room for other words."""
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def _leading(values: Float32Array) -> list[int]:
    """Return the greatest two values above 0, the second only when it counts beside the first."""
    order = np.argsort(-values, kind="stable")[:_MAX_WORDS]
    least = max(_SECOND * float(values[order[0]]), 1e-6)
    return [int(place) for place in order if values[place] >= least]


def _chosen(correction: Correction) -> list[str]:
    affect = affect_words(correction.valence or 0.0, correction.arousal or 0.0)
    return list(dict.fromkeys([*(tr(mood) for mood in correction.moods), *affect]))


def _pair(picture: list[str], sound: list[str]) -> str:
    return f"{', '.join(picture)} ↔ {', '.join(sound)}"


def _between(value: float, low: float, high: float) -> float:
    """Return a value scaled so that `low` is -1 and `high` is 1, clipped to that range."""
    return _clipped((2 * value - low - high) / (high - low))


def _clipped(value: float) -> float:
    return max(-1.0, min(1.0, float(value)))
