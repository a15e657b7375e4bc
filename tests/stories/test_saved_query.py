"""What is asked for in a clip's list, as text."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.library.clip_queries import SaveClipQuery
from engine.library.library import Library
from engine.ranking.affect_area import AffectArea
from engine.ranking.query import Correction
from engine.ranking.references import Reference
from engine.ranking.sort_keys import Sort
from engine.stories.ranking_options import RankingOptions
from engine.stories.saved_query import SavedQuery

WHOLE = RankingOptions(
    {"genre": ("jazz", "folk"), "bpm": (60.0, 90.0), "no-vocals": True},
    text="calm piano",
    without="drums",
    search="中文 <b>",
    sort=Sort("tempo", is_reversed=True),
    correction=Correction(0.5, None, ("calm",)),
    references=(
        Reference("First Light", "abc"),
        Reference("song", path=Path("/music/b\udcff.mp3"), is_wanted=False),
    ),
    area=AffectArea((-0.5, 0.5), (0.0, 1.0)),
)


def read(**fields: Any) -> SavedQuery:
    return SavedQuery.from_json(json.dumps(fields))


def test_a_query_is_read_as_it_was_written() -> None:
    query = SavedQuery.of(WHOLE)
    assert SavedQuery.from_json(query.to_json()) == query
    assert query.put_into(RankingOptions(taste=0.5, top=7)) == RankingOptions(
        **{
            name: getattr(WHOLE, name)
            for name in ("filters", "text", "without", "search", "sort", "correction",
                         "references", "area")
        },
        taste=0.5,
        top=7,
    )  # fmt: skip
    assert SavedQuery().to_json() == "{}"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "1", '"x"', "[" * 100_000, "x" * 2_000_000]
)
def test_text_that_is_no_query_asks_for_nothing(text: str) -> None:
    assert SavedQuery.from_json(text) == SavedQuery()


@pytest.mark.parametrize(
    "fields",
    [
        {"sort": {"by": "colour"}},
        {"sort": "title"},
        {"correction": {"valence": 7}},
        {"correction": {"moods": ["grumpy"]}},
        {"area": {"valence": [1, -1], "arousal": [0, 0]}},
        {"references": [{"title": 5}]},
        {"references": [{"title": "x", "path": ""}]},
        {"text": ["calm"]},
        {"search": "x" * 20_000},
        {"filters": ["genre"]},
        {"filters": {"genre": "jazz", "bpm": [90, 60], "no-vocals": 1, "colour": True}},
        {"filters": {"bpm": [float("nan"), 60]}},
    ],
)
def test_what_is_invalid_is_left_out_alone(fields: dict[str, Any]) -> None:
    assert read(**{"without": "drums", **fields}) == SavedQuery(without="drums")


def test_what_a_newer_version_wrote_is_left_out() -> None:
    query = read(search="x", colours=["red"], filters={"no-vocals": True, "smell": ["sweet"]})
    assert query == SavedQuery({"no-vocals": True}, search="x")


def test_a_clip_keeps_its_last_query(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    assert library.clip_queries.get("c1") is None
    assert library.apply(SaveClipQuery("c1", '{"search": "a"}')) is None
    library.apply(SaveClipQuery("c1", "{}"))
    library.apply(SaveClipQuery("c2", '{"search": "b"}'))
    assert library.clip_queries.get("c1") == "{}"
    assert library.clip_queries.get("c2") == '{"search": "b"}'
