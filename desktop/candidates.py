"""What the tracks of the list would make of the music, prepared before one of them is chosen."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.audio.ahead import N_AHEAD, Candidate
from desktop.audio.listening import Listening
from desktop.music import Music, cuts_of, look_up
from desktop.session import Session
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.editing import index_at, room_s
from engine.arrangement.in_part import music_around
from engine.stories.recommend import Recommendation

# A piece that begins so soon is prepared, too, when the one at the playhead is.
_SOON_S = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a track of the list would play.

    Attributes:
        music: under the clip, None before a track was chosen.
        target_lufs: the loudness of new music, None where tracks stay as they are.
        frame: of the clip, such as that of the playhead.
        part: of the clip, such as a scene, that the track is for alone; None for none.
    """

    music: Music | None
    target_lufs: float | None
    frame: int
    part: ClipPart | None = None

    @property
    def index(self) -> int | None:
        """The item that a track replaces, None where it replaces all music, or that of a part."""
        if self.music is None or self.part is not None or len(self.music.arrangement.items) == 1:
            return None
        return index_at(self.music.arrangement, self.frame)

    @property
    def slot(self) -> Hashable | None:
        """All that a track there depends on, None where it replaces all music."""
        if self.music is not None and self.part is not None:
            return _slot_of_part(self.music.arrangement, self.part)
        index = self.index
        if self.music is None or index is None:
            return None
        arrangement = self.music.arrangement
        item, items = arrangement.items[index], cuts_of(arrangement)[-1]
        return (
            arrangement.clip,
            arrangement.part,
            arrangement.target_lufs,
            (item.start_frame, round(room_s(arrangement, index), 6)),
            (item.fade_in_s, item.fade_out_s, item.gain_db, item.muted),
            (items[:index], items[index + 1 :]),
        )

    def after(self, time_s: float) -> "Place":
        """Return the place a time later in the clip."""
        if self.music is None:
            return self
        frame_rate = self.music.arrangement.clip.frame_rate
        return replace(self, frame=self.frame + round(time_s * frame_rate))


@dataclass(frozen=True, slots=True, eq=False)
class _Expected:
    """What the candidates were made from, the items that they replace included."""

    ranked: Sequence[Recommendation]
    music: Music | None
    target_lufs: float | None
    indices: tuple[int | None, ...]
    part: ClipPart | None = None

    def is_same(self, other: "_Expected") -> bool:
        return (
            self.ranked is other.ranked
            and self.music is other.music
            and (self.target_lufs, self.indices, self.part)
            == (other.target_lufs, other.indices, other.part)
        )


class Candidates:
    """Prepares what the first tracks of the list would make of the music at the playhead.

    Where several tracks share the clip, a track replaces the one at the playhead, so the
    candidates are others in each piece; those of a piece that begins soon follow.

    Args:
        session: the engine.
        listening: prepares the sound.
    """

    def __init__(self, session: Session, listening: Listening) -> None:
        self._session = session
        self._listening = listening
        self.clear()

    def clear(self) -> None:
        """Begin with another clip, without a list yet."""
        self._ranked: Sequence[Recommendation] = ()
        self._preferred: Sequence[Recommendation] = ()
        self._first: Sequence[Recommendation] = ()
        self._expected = _Expected((), None, None, ())

    def rank(self, ranked: Sequence[Recommendation], place: Place) -> None:
        """Follow another list."""
        self._ranked = ranked
        self._line_up(place)

    def prefer(self, preferred: Sequence[Recommendation], place: Place) -> None:
        """Prepare some tracks before those of the list, such as those that are compared."""
        self._preferred = preferred
        self._line_up(place)

    def _line_up(self, place: Place) -> None:
        items: dict[Path, Recommendation] = {}
        for item in (*self._preferred, *self._ranked[:N_AHEAD]):
            items.setdefault(item.track.path, item)
        self._first = list(items.values())[:N_AHEAD]
        self.follow(place)

    def follow(self, place: Place) -> None:
        """Follow the music and the playhead; cheap where both are what they were."""
        places = {each.index: each for each in (place, place.after(_SOON_S))}
        expected = _Expected(
            self._ranked, place.music, place.target_lufs, tuple(places), place.part
        )
        if not expected.is_same(self._expected):
            self._expected = expected
            found: list[Candidate] = []
            for each in places.values():
                slot = each.slot
                found += [self._candidate(item, each, slot) for item in self._first]
            self._listening.expect(found)

    def find(self, recommendation: Recommendation, place: Place) -> Candidate:
        """Return what a track of the list would make of the music."""
        return self._candidate(recommendation, place, place.slot)

    def _candidate(
        self, recommendation: Recommendation, place: Place, slot: Hashable | None
    ) -> Candidate:
        session, music, frame = self._session, place.music, place.frame
        if music is None or slot is None:
            return self._instead(recommendation.arrangement, place)
        current, track, part = music.arrangement, recommendation.track, place.part
        if part is not None:
            # The list may still be that of another part.
            is_placed = recommendation.arrangement.part == part
            start_s = recommendation.start_s if is_placed else 0.0
            return Candidate(
                (slot, track.path), lambda: session.put_in_part(current, part, track, start_s)
            )
        return Candidate((slot, track.path), lambda: session.put_track(current, frame, track))

    def _instead(self, arrangement: Arrangement, place: Place) -> Candidate:
        """Return the arrangement of a track of the list, between the in and out points."""
        session, music = self._session, place.music
        arrangement = replace(arrangement, target_lufs=place.target_lufs)
        part = arrangement.part if music is None else music.arrangement.part

        def make() -> Arrangement:
            # The list may still be that of another part.
            if arrangement.part == part:
                return arrangement
            return look_up(session, arrangement).in_part(part).arrangement

        return Candidate((part, cuts_of(arrangement)), make)


def _slot_of_part(arrangement: Arrangement, part: ClipPart) -> Hashable:
    """Return all that a track for a part of the clip depends on: the music around it."""
    around = music_around(replace(arrangement, items=cuts_of(arrangement)[-1]), part)
    return arrangement.clip, arrangement.part, part, arrangement.target_lufs, around
