"""A copy of the bundled matching pack, which ranks real clips."""

import shutil
from dataclasses import replace
from pathlib import Path

from engine.encoders.pack_manifest import load_manifest, save_manifest
from engine.paths import user_models_dir
from engine.stories.known_packs import bundled_pack


def copied_pack(name: str) -> Path:
    """Write a pack that ranks as the bundled one does, in a space of its own; return its folder."""
    folder = user_models_dir() / name
    shutil.copytree(bundled_pack(), folder)
    manifest = load_manifest(folder)
    save_manifest(folder, replace(manifest, id=name, embedding_space=f"{name}:1"))
    return folder
