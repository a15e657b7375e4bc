"""What is prepared before it is chosen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.audio.ahead import Ahead, Candidate, prepared
from desktop.jobs import JobRunner
from desktop.music import cuts_of
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.segments import Segment
from engine.errors import MediaUnreadable
from engine.progress import silent
from tests.arrangements import arranged
from tests.desktop.fake_session import FakeSession

CLIP_S = 100.0


def candidate(arrangement: Arrangement) -> Candidate:
    return Candidate(cuts_of(arrangement), lambda: arrangement)


def track(number: int) -> Arrangement:
    return arranged(Segment(0.0, 0.0, CLIP_S), clip_s=CLIP_S, track=Path(f"/music/{number}.ogg"))


@pytest.fixture
def ahead(session: FakeSession, runner: JobRunner, tmp_path: Path) -> Iterator[Ahead]:
    ahead = Ahead(session, runner, tmp_path / "sound")
    ahead.clear(CLIP_S, with_clip=True)
    yield ahead
    ahead.clear(0.0, with_clip=False)


def test_candidates_are_prepared_around_the_playhead_in_their_order(
    qtbot: QtBot, ahead: Ahead, session: FakeSession
) -> None:
    tracks = [track(number) for number in range(9)]
    ahead.set_position(30.0)
    ahead.want([candidate(one) for one in tracks])
    qtbot.waitUntil(lambda: ahead.idle)
    assert session.filled == [(str(number), (28.0, 38.0), True) for number in range(9)]
    assert [name for name, _target, ahead_of in session.levelled if ahead_of] == list("012345678")
    found = ahead.find(cuts_of(tracks[8]))
    assert found is not None and not found.missing_s(28.0, 38.0)
    assert ahead.find(cuts_of(track(9))) is None


def test_the_level_is_measured_before_it_is_rendered(
    qtbot: QtBot, ahead: Ahead, session: FakeSession
) -> None:
    session.measured_db["0"] = -5.0
    ahead.want([candidate(track(0))])
    qtbot.waitUntil(lambda: ahead.idle)
    found = ahead.find(cuts_of(track(0)))
    assert found is not None
    assert [item.match_gain_db for item in found.arrangement.items] == [-5.0]


def test_follows_the_playhead(qtbot: QtBot, ahead: Ahead, session: FakeSession) -> None:
    ahead.want([candidate(track(0))])
    qtbot.waitUntil(lambda: ahead.idle)
    ahead.set_position(3.0)
    qtbot.waitUntil(lambda: ahead.idle)
    # There are still five seconds to play.
    assert session.filled == [("0", (0.0, 8.0), True)]
    ahead.set_position(50.0)
    assert ahead.find(cuts_of(track(0))) is None
    qtbot.waitUntil(lambda: ahead.idle)
    assert session.filled[1:] == [("0", (48.0, 58.0), True)]
    assert ahead.find(cuts_of(track(0))) is not None
    ahead.set_position(99.5)
    qtbot.waitUntil(lambda: ahead.idle)
    assert ahead.find(cuts_of(track(0))) is not None


def test_what_plays_comes_first_and_its_rest_last(
    qtbot: QtBot, ahead: Ahead, session: FakeSession, tmp_path: Path
) -> None:
    current = prepared(track(20), session.preview(track(20), tmp_path / "sound", True))
    ahead.set_position(60.0)
    ahead.set_current(current)
    ahead.want([candidate(track(0))])
    qtbot.waitUntil(lambda: ahead.idle)
    assert [(name, part) for name, part, _ in session.filled] == [
        ("20", (58.0, 68.0)),
        ("0", (58.0, 68.0)),
        ("20", (68.0, 128.0)),  # from the playhead on, up to the end
        ("20", (0.0, 60.0)),
    ]
    assert all(file.ready.all() for file in current.files)


def test_a_track_that_cannot_be_prepared_is_left_out(
    qtbot: QtBot, ahead: Ahead, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = session.fill_preview

    def broken(arrangement: Arrangement, *args: object, **kwargs: object) -> None:
        if arrangement.items[0].track.title == "0":
            raise MediaUnreadable("broken.", path="/music/0.ogg")
        fill(arrangement, *args, **kwargs)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(session, "fill_preview", broken)
    ahead.want([candidate(track(0)), candidate(track(1))])
    qtbot.waitUntil(lambda: ahead.idle)
    assert ahead.find(cuts_of(track(0))) is None
    assert ahead.find(cuts_of(track(1))) is not None


def test_another_clip_drops_what_was_prepared(qtbot: QtBot, ahead: Ahead) -> None:
    ahead.want([candidate(track(0))])
    qtbot.waitUntil(lambda: ahead.idle)
    ahead.clear(CLIP_S, with_clip=False)
    assert ahead.find(cuts_of(track(0))) is None
    assert ahead.idle


def test_another_target_is_another_arrangement(
    qtbot: QtBot, ahead: Ahead, session: FakeSession
) -> None:
    ahead.want([candidate(session.level(track(0), -14.0, silent()))])
    qtbot.waitUntil(lambda: ahead.idle)
    assert [target for _name, target, _ in session.levelled] == [-14.0, -14.0]


def test_what_plays_on_for_two_seconds_can_be_changed_to(
    qtbot: QtBot, ahead: Ahead, session: FakeSession
) -> None:
    ahead.want([candidate(track(0))])
    qtbot.waitUntil(lambda: ahead.idle)
    for position_s, is_found in ((5.5, True), (6.5, False)):
        # Before more is rendered; it is there up to 8 s.
        ahead.set_position(position_s)
        assert (ahead.find(cuts_of(track(0))) is not None) is is_found


def test_what_is_wanted_again_stays_and_what_is_not_is_dropped(
    qtbot: QtBot, ahead: Ahead, session: FakeSession
) -> None:
    ahead.want([candidate(track(number)) for number in range(4)])
    qtbot.waitUntil(lambda: ahead.idle)
    session.filled.clear()
    ahead.want([candidate(track(number)) for number in range(3, 6)])
    assert ahead.find(cuts_of(track(3))) is not None
    assert ahead.find(cuts_of(track(0))) is None
    qtbot.waitUntil(lambda: ahead.idle)
    assert [name for name, _part, _ in session.filled] == ["4", "5"]


def test_what_is_not_wanted_any_more_is_never_made(qtbot: QtBot, ahead: Ahead) -> None:
    made: list[int] = []

    def counted(number: int) -> Candidate:
        def make() -> Arrangement:
            made.append(number)
            return track(number)

        return Candidate(number, make)

    for first in range(0, 60, 3):
        # As in a playhead that runs through the pieces of a clip.
        ahead.want([counted(number) for number in range(first, first + 3)])
    qtbot.waitUntil(lambda: ahead.idle)
    assert made == [57, 58, 59]


def test_what_played_before_stays_prepared_and_follows_the_playhead(
    qtbot: QtBot, ahead: Ahead, session: FakeSession, tmp_path: Path
) -> None:
    played = [
        prepared(track(number), session.preview(track(number), tmp_path / "sound", True))
        for number in range(20, 27)
    ]
    for one in played:
        ahead.set_current(one)
        qtbot.waitUntil(lambda: ahead.idle)
    assert [ahead.find(cuts_of(one.arrangement)) for one in played] == [
        *(None, None),
        *played[2:6],
        None,
    ]
    assert not played[5].missing_s(0.0, 8.0)


def test_a_sound_that_was_deleted_is_made_again(
    qtbot: QtBot, ahead: Ahead, session: FakeSession
) -> None:
    ahead.want([candidate(track(0))])
    qtbot.waitUntil(lambda: ahead.idle)
    found = ahead.find(cuts_of(track(0)))
    assert found is not None
    for path in found.sound.files:
        path.unlink()
    assert ahead.find(cuts_of(track(0))) is None
    ahead.set_position(0.1)
    qtbot.waitUntil(lambda: ahead.find(cuts_of(track(0))) is not None)
