"""STORY: a clip → its scenes, each with its own ranked tracks."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.library.libraries import Libraries
from engine.progress import Progress
from engine.stories.analyse import ClipAnalysis
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
    from engine.video.scenes import find_scenes

    libraries = libraries or Libraries()
    scenes = find_scenes(clip.features, clip.info.duration_s)
    return tuple(
        SceneRecommendations(scene, recommend(scene_of(clip, scene), options, progress, libraries))
        for scene in scenes
    )


def scene_of(clip: ClipAnalysis, scene: "Scene") -> ClipAnalysis:
    """Return the analysis of one scene, as if it were a clip of its own."""
    return replace(
        clip,
        info=replace(clip.info, duration_s=scene.end_s - scene.start_s),
        features=clip.features.part(scene.start_s, scene.end_s, clip.info.duration_s),
        sound=clip.sound.part(scene.start_s, scene.end_s),
        filmstrip=tuple(
            replace(frame, time_s=frame.time_s - scene.start_s)
            for frame in clip.filmstrip
            if scene.start_s <= frame.time_s < scene.end_s
        ),
    )
