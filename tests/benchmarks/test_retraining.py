"""The draws and the table of the benchmark of retraining."""

from tests.benchmarks.retraining import Record, draw_sources, table

SOURCES = (
    *("micro clips 1",) * 50,
    *("micro clips 2",) * 20,
    *("micro clips 3",) * 15,
    *("micro clips 101",) * 40,
    *("music video 7",) * 30,
    *("oasis acorns",) * 90,
)


def tried(mean: float, *, published: bool) -> Record:
    return {
        "changes nothing": False,
        "published": published,
        "rank": 0.3 + mean,
        "change": {"mean": mean, "low": mean - 0.01, "high": mean + 0.01},
    }


def test_only_the_makers_that_are_asked_for_are_drawn() -> None:
    for seed in range(5):
        drawn = draw_sources(SOURCES, seed)
        assert set(drawn) <= {"micro clips 1", "micro clips 2", "micro clips 3"}
        assert sum(SOURCES.count(one) for one in drawn) >= 60
        assert sum(SOURCES.count(one) for one in drawn[:-1]) < 60
        others = draw_sources(SOURCES, seed, "others")
        assert sorted(others) == ["micro clips 101", "music video 7"]
    assert len({tuple(draw_sources(SOURCES, seed)) for seed in range(9)}) > 1


def test_worse_packs_that_would_be_published_are_counted() -> None:
    records = [
        {
            "draw": draw,
            "edits": 40,
            "rest": 30,
            "base": 0.3,
            "tuned": tried(change, published=True),
            "tuned on noise": tried(0.1, published=False),
            "from scratch": tried(0.05, published=draw == 0),
        }
        for draw, change in enumerate((-0.02, 0.01, 0.03))
    ]
    lines = table(records).splitlines()
    assert lines[-3] == (
        "tuned: 3 of 3 published; worse than the base on the rest 2, by more than .02 1"
    )
    assert lines[-2].startswith("tuned on noise: 0 of 3 published")
    assert lines[-1].endswith("rest 1, by more than .02 1")
    assert "| mean |  | 0.300 | 0.307 (+0.007 ± 0.021) |" in lines[-4]
