"""Tiny matching packs that this version of Soundbed can use."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.encoders.pack_fingerprints import FINGERPRINTS, SeenClips
from engine.music.vector import VECTOR_LENGTH, VERSION
from engine.paths import user_models_dir
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from tests.tiny_matching import SCORE, TinyPack

WHY = "it ranks own music .05 lower than soundbed-2."


def current_pack(
    name: str,
    *,
    inside: Path | None = None,
    seen: frozenset[str] = frozenset(),
    files: Mapping[str, bytes] | None = None,
    extra: Mapping[str, Any] | None = None,
    score: float = 1.0,
) -> Path:
    """Write a pack that ranks by the first number of the music's features; return its folder.

    Args:
        name: of the pack and of its folder.
        inside: where the folder goes; None for the user's folder of model packs.
        seen: fingerprints of clips that it has learnt from.
        files: other contents of files.
        extra: other entries of the manifest's extra.
        score: weight of the learned axes: negative isn't allowed, 0 makes all tracks equal.
    """
    pack = TinyPack(
        VECTOR_LENGTH,
        files={FINGERPRINTS: SeenClips(seen).to_bytes(), **(files or {})},
        extra={"score": {**SCORE, "learned": score}, **(extra or {})},
        fields={
            "id": name,
            "embedding_space": f"{name}:1",
            "feature_versions": {"video": VIDEO_FEATURES_VERSION, "music": VERSION},
        },
    )
    return pack.write((inside or user_models_dir()) / name)
