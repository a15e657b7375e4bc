"""The instruments of a score, by what plays its parts."""

import json

from composer.form import compose
from composer.genres import BRIEFS
from composer.instruments import instruments
from composer.score import Voice
from engine.encoders.instruments import INSTRUMENTS
from engine.paths import bundled_library_dir


def test_scores_json_names_the_instruments_of_every_score() -> None:
    entries = json.loads((bundled_library_dir() / "scores.json").read_text("utf-8"))["tracks"]
    written = {entry["file"].removesuffix(".opus"): entry["instruments"] for entry in entries}
    scores = {brief.slug: compose(brief) for brief in BRIEFS}
    assert written == {slug: instruments(score) for slug, score in scores.items()}
    # Parts are named by what they do, instruments by what plays them.
    assert written["classical-02"] == ["piano"]
    assert written["folk-01"] == ["bass", "guitar", "mandolin"]
    assert "drums" not in written["ambient-03"]
    assert {name for names in written.values() for name in names} <= set(INSTRUMENTS)
    voices = {part.voice for score in scores.values() for part in score.parts}
    assert Voice("synth", "riser") in voices
    assert written["ambient-02"] == ["piano"]
