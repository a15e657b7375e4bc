from engine.encoders.matching import BUNDLED_PACK
from engine.encoders.pack_manifest import load_manifest
from engine.paths import bundled_models_dir
from engine.ranking.scene_words import SCENE_NAMES, scene_name


def test_each_scene_of_the_bundled_pack_has_a_readable_name() -> None:
    words = load_manifest(bundled_models_dir() / BUNDLED_PACK).extra["scenes"]
    assert set(words) == set(SCENE_NAMES)
    names = [scene_name(word) for word in words]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 30 for name in names)


def test_the_words_of_another_pack_stay_as_they_are() -> None:
    assert scene_name("sea sunset") == "sea at sunset"
    assert scene_name("moon landing") == "moon landing"
