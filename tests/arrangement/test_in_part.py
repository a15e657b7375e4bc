"""A track for a scene: it fills the scene, crossfades at its edges, and the rest stays."""

from fractions import Fraction
from pathlib import Path

import pytest

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.covering import cover
from engine.arrangement.in_part import CROSSFADE_S, music_around, put_in_part
from engine.arrangement.music_form import MusicForm
from tests.arrangement.test_editing import FORMS

RATE = Fraction(25)
CLIP = ClipReference(Path("/c.mp4"), 100.0, RATE)
LONG, OTHER, THIRD = (TrackReference(Path(f"/m/{name}.ogg")) for name in ("long", "other", "third"))
SCENE = ClipPart(1000, 1500)


def whole(form: MusicForm) -> Arrangement:
    return Arrangement(CLIP, (MusicItem(LONG, cover(100.0, form, 0.0)),), part=ClipPart(0, 2500))


def span_s(arrangement: Arrangement, index: int) -> tuple[float, float]:
    item = arrangement.items[index]
    starts_s = arrangement.start_s(item)
    return starts_s, starts_s + item.duration_s


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_scene_in_the_middle_gets_its_own_track_and_the_rest_plays_on(form: MusicForm) -> None:
    before = whole(form)
    changed = put_in_part(before, SCENE, OTHER, FORMS["bars"])

    assert [item.track for item in changed.items] == [LONG, OTHER, LONG]
    assert span_s(changed, 0) == pytest.approx((0.0, 40.0 + CROSSFADE_S))
    assert changed.items[1].start_frame == SCENE.first_frame
    assert span_s(changed, 1)[1] == pytest.approx(60.0 + CROSSFADE_S, abs=1.0)
    assert changed.items[2].start_frame == SCENE.end_frame
    assert span_s(changed, 2)[1] == pytest.approx(span_s(before, 0)[1])
    fades = [(item.fade_in_s, item.fade_out_s) for item in changed.items]
    assert fades == [(0.0, CROSSFADE_S), (CROSSFADE_S, CROSSFADE_S), (CROSSFADE_S, 0.0)]
    assert changed.part == before.part


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_another_track_in_the_same_scene_leaves_the_rest_as_the_first_did(form: MusicForm) -> None:
    before = whole(form)
    first = put_in_part(before, SCENE, OTHER, FORMS["bars"])
    second = put_in_part(first, SCENE, THIRD, FORMS["marks"])

    assert music_around(first, SCENE) == music_around(before, SCENE)
    assert (second.items[0], second.items[2]) == (first.items[0], first.items[2])
    assert second.items[1].track == THIRD


def test_the_next_scene_keeps_the_track_of_the_scene_before() -> None:
    first = put_in_part(whole(FORMS["marks"]), SCENE, OTHER, FORMS["bars"])
    second = put_in_part(first, ClipPart(1500, 2000), THIRD, FORMS["bars"])

    assert [item.track for item in second.items] == [LONG, OTHER, THIRD, LONG]
    assert second.items[:2] == first.items[:2]


def test_the_first_and_the_last_scene_have_no_fade_at_the_clips_ends() -> None:
    first = put_in_part(whole(FORMS["bars"]), ClipPart(0, 500), OTHER, FORMS["bars"])
    last = put_in_part(first, ClipPart(2000, 2500), THIRD, FORMS["bars"])

    assert [item.track for item in last.items] == [OTHER, LONG, THIRD]
    assert last.items[0].fade_in_s == 0.0
    assert last.items[-1].fade_out_s == 0.0
    assert span_s(last, 2)[1] <= 100.0 + 1e-6


def test_a_scene_that_is_the_whole_clip_replaces_all_music() -> None:
    changed = put_in_part(whole(FORMS["bars"]), ClipPart(0, 2500), OTHER, FORMS["neither"])

    assert [item.track for item in changed.items] == [OTHER]


def test_pieces_inside_a_scene_are_replaced() -> None:
    pieces = put_in_part(whole(FORMS["bars"]), ClipPart(1100, 1300), THIRD, FORMS["bars"])
    changed = put_in_part(pieces, SCENE, OTHER, FORMS["bars"])

    assert [item.track for item in changed.items] == [LONG, OTHER, LONG]
