"""STORY: a clip → its scenes, each with its own ranked tracks."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.arrangement.arrangement import clip_reference
from engine.arrangement.clip_part import ClipPart
from engine.library.libraries import Libraries
from engine.progress import Progress
from engine.stories.analyse import ClipAnalysis
from engine.stories.clip_parts import part_of
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations, recommend

if TYPE_CHECKING:
    from engine.video.scenes import Scene


@dataclass(frozen=True, slots=True)
class SceneRecommendations:
    """The ranked list for one scene.

    Attributes:
        scene: where it is in the clip.
        ranked: the list, with each track placed under the scene alone.
    """

    scene: "Scene"
    ranked: Recommendations


def recommend_scenes(
    clip: ClipAnalysis,
    options: RankingOptions,
    progress: Progress,
    libraries: Libraries | None = None,
) -> tuple[SceneRecommendations, ...]:
    """Find the scenes of a clip and rank tracks for each, as for a clip of its own.

    Args:
        clip: the analysed clip.
        options: what the user asks for, the same for each scene.
        progress: may cancel.
        libraries: kept from one ranking to the next; None for new ones.

    Raises:
        InputError, LibraryError, PackError, Cancelled: as in `recommend`.
    """
    libraries = libraries or Libraries()
    for_each = replace(options, part=None)
    ranked = []
    for scene in scenes_of(clip, options.part):
        alone = clip.part(scene.start_s, scene.end_s)
        ranked.append(SceneRecommendations(scene, recommend(alone, for_each, progress, libraries)))
    return tuple(ranked)


def scenes_of(clip: ClipAnalysis, part: ClipPart | None) -> "tuple[Scene, ...]":
    """Return the scenes of a part of a clip, at their times in the clip.

    Raises:
        InputError: when the part is after the clip's end.
    """
    from engine.video.scenes import Scene, find_scenes

    shown = part_of(clip, part)
    late_s = clip_reference(clip.info).part_s(part)[0]
    found = find_scenes(shown.features, shown.info.duration_s)
    return tuple(Scene(scene.start_s + late_s, scene.end_s + late_s) for scene in found)


def scene_parts(clip: ClipAnalysis, part: ClipPart | None) -> tuple[ClipPart, ...]:
    """Return the scenes of a part of a clip in whole frames, one after the other.

    Args:
        clip: the analysed clip.
        part: of the clip; None for all of it.

    Raises:
        InputError: when the part is after the clip's end.
    """
    reference = clip_reference(clip.info)
    first, end = (0, reference.n_frames) if part is None else (part.first_frame, part.end_frame)
    starts = [first, *(reference.frame_at(scene.start_s) for scene in scenes_of(clip, part)[1:])]
    ends = [*starts[1:], min(end, reference.n_frames)]
    return tuple(ClipPart(*frames) for frames in zip(starts, ends, strict=True))
