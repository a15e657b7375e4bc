"""The music under the clip, with what is known of its tracks."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.session import Session
from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.editing import index_at, set_part
from engine.arrangement.gains import TARGETS_LUFS
from engine.arrangement.history import ArrangementHistory
from engine.arrangement.music_form import MusicForm, form_of
from engine.errors import SoundbedError
from engine.library.tracks import Track
from engine.settings import Settings
from engine.stories.analyse import ClipAnalysis

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Music:
    """The music under the clip, with what is known of its tracks.

    Attributes:
        arrangement: where the tracks play, and how loud.
        tracks: of the arrangement, each once, in the order of its items.
        features: of the tracks, by their files.
    """

    arrangement: Arrangement
    tracks: tuple[Track, ...]
    features: "Mapping[Path, MusicFeatures]"

    @property
    def forms(self) -> dict[Path, MusicForm]:
        """The forms of the tracks, by their files."""
        return {track.path: form_of(track, self.features[track.path]) for track in self.tracks}

    def index_at(self, time_s: float) -> int:
        """Return the item that plays at a time of the clip, or the closest one."""
        return index_at(self.arrangement, self.arrangement.clip.frame_at(time_s))

    def track_at(self, time_s: float) -> Track:
        """Return the track that plays at a time of the clip, or the closest one."""
        path = self.arrangement.items[self.index_at(time_s)].track.path
        return next(track for track in self.tracks if track.path == path)

    def plays(self, track: Track, time_s: float, scene: ClipPart | None) -> bool:
        """Return whether a track already plays where one of the list would.

        Args:
            track: of the list.
            time_s: of the playhead.
            scene: that the list is for; None for what plays at the playhead.
        """
        if scene is None:
            return self.track_at(time_s).path == track.path
        items = [item for item in self.arrangement.items if item.start_frame == scene.first_frame]
        return any(item.track.path == track.path for item in items)

    def with_arrangement(self, arrangement: Arrangement) -> "Music":
        """Return the music in another arrangement of the same tracks, or of some of them."""
        paths = {item.track.path for item in arrangement.items}
        tracks = tuple(track for track in self.tracks if track.path in paths)
        return replace(self, arrangement=arrangement, tracks=tracks)

    def in_part(self, part: ClipPart | None) -> "Music":
        """Return the music between an in and an out point."""
        if self.arrangement.part == part:
            return self
        return self.with_arrangement(set_part(self.arrangement, part, self.forms))

    def like(self, current: Arrangement | None, settings: Settings) -> "Music":
        """Return the music with the levels, points, markers and volume line of another arrangement.

        Args:
            current: the arrangement; None for the levels of the settings.
            settings: of a new mix.
        """
        levels = current or settings
        target_lufs = current.target_lufs if current else TARGETS_LUFS[settings.loudness]
        music = self if current is None else self.in_part(current.part)
        arrangement = replace(music.arrangement, target_lufs=target_lufs).with_gains(
            music_gain_db=levels.music_gain_db, clip_gain_db=levels.clip_gain_db
        )
        if current is not None:
            arrangement = replace(arrangement, markers=current.markers, volume=current.volume)
        return replace(music, arrangement=arrangement)


def paths_of(arrangement: Arrangement) -> list[Path]:
    """Return the files of an arrangement's items, in their order."""
    return [item.track.path for item in arrangement.items]


def look_up(session: Session, arrangement: Arrangement) -> Music:
    """Find the tracks of an arrangement and their features; called in a job."""
    tracks = session.tracks_of(arrangement)
    return Music(arrangement, tracks, {track.path: session.features(track) for track in tracks})


def load_saved(
    session: Session, clip: ClipAnalysis, best: Arrangement | None
) -> tuple[ArrangementHistory | None, Music | None]:
    """Return what is saved with a clip and its music; called in a job.

    Args:
        session: the engine.
        clip: the clip.
        best: the music of a clip without a saved arrangement; None for none.
    """
    history = None
    try:
        history = session.load_history(clip)
    except SoundbedError as error:
        # No reason to refuse the clip: the best track takes the place of what can't be read.
        _log.warning("%s", error)
    arrangement = history.current if history else best
    return history, look_up(session, arrangement) if arrangement else None


def same_cuts(one: Arrangement, other: Arrangement) -> bool:
    """Return whether two arrangements differ in nothing but what can be changed live, and gains."""
    return cuts_of(one) == cuts_of(other)


def cuts_of(
    arrangement: Arrangement,
) -> tuple[ClipReference, float | None, tuple[MusicItem, ...]]:
    """Return what the sound of an arrangement depends on, without levels that are measured.

    What can be changed live isn't in it: volume points, ducking and sliders.
    """
    return arrangement.clip, arrangement.target_lufs, _unmeasured(arrangement)


def is_edit(before: Arrangement, after: Arrangement) -> bool:
    """Return whether the music items differ, other than by the in and out points or by levels."""
    return before.part == after.part and _unmeasured(before) != _unmeasured(after)


def _unmeasured(arrangement: Arrangement) -> tuple[MusicItem, ...]:
    return tuple(replace(item, match_gain_db=0.0) for item in arrangement.items)
