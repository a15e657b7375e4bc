"""Where tracks were placed under clips lately, so that ranking again doesn't place them again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary

from engine.arrangement.placing import Placement
from engine.library.libraries import Libraries
from engine.library.tracks import Track

if TYPE_CHECKING:
    from engine.arrangement.clip_part import ClipPart
    from engine.media.probe import VideoInfo
    from engine.video.descriptors import VideoDescriptors

# More than any window shows; about a kilobyte each.
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class PlacedUnder:
    """What placements under a clip depend on besides the track.

    Attributes:
        info: the clip.
        part: of the clip, which gets the music; None for the whole clip.
        picture: the motion and cuts of the part, as bytes.
    """

    info: "VideoInfo"
    part: "ClipPart | None"
    picture: tuple[bytes, bytes]

    @classmethod
    def of(
        cls, info: "VideoInfo", part: "ClipPart | None", descriptors: "VideoDescriptors"
    ) -> Self:
        """Return it for a clip, with the descriptors of the part."""
        picture = descriptors.motion_curve.tobytes(), descriptors.cuts_s.tobytes()
        return cls(info, part, picture)


class Placements:
    """The latest placements; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known = OrderedDict[Hashable, tuple[PlacedUnder, Track, Placement]]()

    def get(self, clip: PlacedUnder, track: Track, place: Callable[[], Placement]) -> Placement:
        """Return the placement of a track, placed anew when it or its analysis has changed.

        Args:
            clip: what it is placed under.
            track: as it is now.
            place: places it.
        """
        key = clip.part, clip.picture, track.file.origin, track.file.id
        with self._lock:
            known = self._known.get(key)
            if known is not None and known[:2] == (clip, track):
                self._known.move_to_end(key)
                return known[2]
        placement = place()
        with self._lock:
            self._known[key] = clip, track, placement
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return placement


def placements_of(libraries: Libraries) -> Placements:
    """Return the placements of a session, which end with its libraries."""
    with _lock:
        return _of_sessions.setdefault(libraries, Placements())


_lock = threading.Lock()
_of_sessions: WeakKeyDictionary[Libraries, Placements] = WeakKeyDictionary()
