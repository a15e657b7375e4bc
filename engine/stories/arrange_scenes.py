"""STORY: a clip → an arrangement with a track of its own for each scene, or the tracks given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import Arrangement, clip_reference, reference_to
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.covering import intro_end_s
from engine.arrangement.gains import match_gain
from engine.arrangement.music_form import form_of
from engine.arrangement.sequence import Cue, in_sequence
from engine.errors import InputError
from engine.library.libraries import Libraries
from engine.music.key import fifths_apart
from engine.progress import Progress
from engine.stories.analyse import ClipAnalysis
from engine.stories.clip_parts import part_of
from engine.stories.duck import with_ducking
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendation, recommend
from engine.stories.scenes import scenes_of
from engine.translation import tr

if TYPE_CHECKING:
    from engine.library.tracks import Track
    from engine.media.probe import VideoInfo
    from engine.music.features import MusicFeatures
    from engine.video.scenes import Scene

# Music that changes more often than this is restless: a shorter scene shares its neighbour's.
SHORTEST_S = 20.0
# A track of a minute or two gets tiring after so long, even in varied order.
LONGEST_S = 300.0
# Beyond this, one track for a whole clip gets tiring, and the clip has scenes enough.
LONGEST_ALONE_S = 600.0
_N_CANDIDATES = 12
# What it costs a track, in ranks, that it has played before: each time, and under something else.
_AGAIN_COST = 1.0
_ELSEWHERE_COST = 4.0
# And that its key is further than a fifth from the one before, for each fifth: both sound at once
# in the crossfade.
_CLASH_COST = 0.5
# Scenes whose contents are at least so similar show the same thing again.
_SAME_THING = 0.9
_CLOSEST_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class PlacedTrack:
    """A track that the user chose, and from where on it plays.

    Attributes:
        track: the track.
        features: its measured features.
        at_s: in the clip.
    """

    track: "Track"
    features: "MusicFeatures"
    at_s: float


def arrange_scenes(
    clip: ClipAnalysis,
    options: RankingOptions,
    progress: Progress,
    libraries: Libraries | None = None,
) -> Arrangement:
    """Choose a track for each scene, and let them follow each other with crossfades.

    Scenes under 20 s share the music of the neighbour that is more like them; those over five
    minutes are divided. Neighbours get different tracks; one may return for a similar scene.

    Args:
        clip: the analysed clip.
        options: what the user asks for, the same for each scene.
        progress: may cancel.
        libraries: kept from one ranking to the next; None for new ones.

    Raises:
        InputError, LibraryError, PackError, Cancelled: as in `recommend`.
    """
    libraries = libraries or Libraries()
    spans = _music_spans(clip, options.part)
    wanted = replace(options, part=None, top=_N_CANDIDATES)
    ranked: list[tuple[Recommendation, ...]] = []
    for number, span in enumerate(spans):
        progress.step(tr("Choosing music for each scene"), number, len(spans))
        alone = clip.part(span.start_s, span.end_s)
        if alone.features.n_seen == 0:
            # A black scene gets what suits the whole clip.
            alone = replace(part_of(clip, options.part), info=alone.info)
        ranked.append(recommend(alone, wanted, progress, libraries).items)
    contents = np.stack([_content(clip, span) for span in spans])
    reference = clip_reference(clip.info)
    cues: list[Cue] = []
    for span, item in zip(spans, _choose(ranked, contents), strict=True):
        features = libraries.features(item.track)
        start_s = item.start_s
        if cues:
            # After another track an intro would be a hole.
            start_s = max(start_s, intro_end_s(form_of(item.track, features)))
        cues.append(_cue(item.track, features, reference.frame_at(span.start_s), start_s))
    items = in_sequence(reference, cues, options.part)
    return with_ducking(Arrangement(reference, items, part=options.part), clip.sound)


def arrange_tracks(
    info: "VideoInfo", placed: Sequence[PlacedTrack], part: ClipPart | None = None
) -> Arrangement:
    """Let the tracks that the user chose follow each other, with crossfades.

    Args:
        info: the clip.
        placed: in any order; never empty.
        part: of the clip, which gets the music; None for the whole clip.

    Raises:
        InputError: when one starts outside the part, or two start within a second.
    """
    clip = clip_reference(info)
    starts_s, ends_s = clip.part_s(part)
    ordered = sorted(placed, key=lambda one: one.at_s)
    times_s = [*(one.at_s for one in ordered), ends_s]
    if times_s[0] < starts_s or any(
        later_s - earlier_s < _CLOSEST_S for earlier_s, later_s in pairwise(times_s)
    ):
        raise InputError(
            tr("each track needs at least a second of the clip."),
            remedy=tr("Let them start further apart, and before the end."),
        )
    cues = [_cue(one.track, one.features, clip.frame_at(one.at_s)) for one in ordered]
    return Arrangement(clip, in_sequence(clip, cues, part), part=part)


def _cue(track: "Track", features: "MusicFeatures", frame: int, start_s: float = 0.0) -> Cue:
    gain_db = match_gain(features.loudness_lufs, features.true_peak_dbtp)
    return Cue(reference_to(track), form_of(track, features), frame, start_s, gain_db)


def _music_spans(clip: ClipAnalysis, part: ClipPart | None) -> "list[Scene]":
    """Return the parts of the clip that get a track each, by time and without gaps."""
    spans = list(scenes_of(clip, part))
    while len(spans) > 1:
        lengths_s = [span.end_s - span.start_s for span in spans]
        short = int(np.argmin(lengths_s))
        if lengths_s[short] >= SHORTEST_S:
            break
        likeness = [
            float(_content(clip, spans[short]) @ _content(clip, spans[other]))
            if 0 <= other < len(spans)
            else -np.inf
            for other in (short - 1, short + 1)
        ]
        first = short - 1 if likeness[0] >= likeness[1] else short
        joined = replace(spans[first], end_s=spans[first + 1].end_s)
        spans[first : first + 2] = [joined]
    return [part for span in spans for part in _divided(span, clip)]


def _divided(span: "Scene", clip: ClipAnalysis) -> "list[Scene]":
    """Return a span as equal parts, none over five minutes, at cuts where some are close."""
    length_s = span.end_s - span.start_s
    n_parts = int(np.ceil(length_s / LONGEST_S))
    edges_s = np.linspace(span.start_s, span.end_s, n_parts + 1)
    cuts_s = np.asarray(clip.features.descriptors.cuts_s, np.float64)
    for number in range(1, n_parts):
        close_s = cuts_s[np.abs(cuts_s - edges_s[number]) < SHORTEST_S]
        if len(close_s):
            edges_s[number] = close_s[np.abs(close_s - edges_s[number]).argmin()]
    return [
        replace(span, start_s=start_s, end_s=end_s) for start_s, end_s in pairwise(edges_s.tolist())
    ]


def _content(clip: ClipAnalysis, span: "Scene") -> npt.NDArray[np.float32]:
    """Return what a part of the clip shows, float32 (d,) of length 1."""
    content = clip.features.part(span.start_s, span.end_s, clip.info.duration_s).content
    length = max(float(np.linalg.norm(content)), 1e-6)
    return np.asarray(content / length, np.float32)


def _choose(
    ranked: Sequence[Sequence[Recommendation]], contents: npt.NDArray[np.float32]
) -> list[Recommendation]:
    """Return the track of each span: a good one, not its neighbour's, seldom one played before.

    Of tracks that are about as good, one that is in a key near that of the track before.

    Args:
        ranked: for each span, the best first.
        contents: (spans, d), of length 1.
    """
    chosen: list[Recommendation] = []
    for number, items in enumerate(ranked):
        likeness = contents[:number] @ contents[number]

        def cost(item: Recommendation, likeness: npt.NDArray[np.float32] = likeness) -> float:
            times = [n for n, other in enumerate(chosen) if other.track.path == item.track.path]
            if times and times[-1] == len(chosen) - 1:
                return np.inf
            clash = _clash(chosen[-1].track, item.track) if chosen else 0
            elsewhere = bool(times) and float(likeness[times].max()) < _SAME_THING
            cost_before = _AGAIN_COST * len(times) + _ELSEWHERE_COST * elsewhere
            return item.rank + cost_before + _CLASH_COST * clash

        chosen.append(min(items, key=cost))
    return chosen


def _clash(before: "Track", after: "Track") -> int:
    """Return by how many fifths two tracks are too far apart, 0 where a key is unknown."""
    apart = fifths_apart(before.profile.key, after.profile.key)
    return 0 if apart is None else max(apart - 1, 0)
