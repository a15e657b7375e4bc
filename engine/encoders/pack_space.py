"""The embedding space of a matching pack: which vectors can be compared with each other."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from engine.encoders.pack_manifest import PackManifest, is_bundled, load_manifest
from engine.errors import PackError

# The values of a manifest that change an embedding or a query.
_VALUES: Final = ("axes", "prior", "score", "taste", "genres")


def embedding_space(
    manifest: PackManifest, folder: Path, bundled_folder: Path, files: Sequence[str]
) -> str:
    """Return the name of a pack's space.

    A manifest can claim any space. Only the bundled pack and copies of it have the one that the
    bundled manifest names; the space of any other pack contains a hash of all that makes its
    embeddings, so that no pack can have the space of another.

    Args:
        manifest: of the pack.
        folder: of the pack.
        bundled_folder: of the bundled pack of its kind.
        files: what embeddings are made with, by name; each is in the manifest.

    Raises:
        ValueError: when it claims the bundled pack's space, and isn't a copy of it.
    """
    claimed = manifest.embedding_space or manifest.id
    if is_bundled(folder):
        return claimed
    weights = _weights(manifest, files)
    try:
        bundled = load_manifest(bundled_folder)
    except PackError:
        # Then nothing has its space.
        return f"{claimed}@{weights[:16]}"
    if claimed == bundled.embedding_space:
        if manifest.id == bundled.id and weights == _weights(bundled, files):
            return claimed
        raise ValueError(f"it claims the embedding space of {bundled.id}, and isn't that pack")
    return f"{claimed}@{weights[:16]}"


def _weights(manifest: PackManifest, files: Sequence[str]) -> str:
    """Return a hash of all that makes a pack's embeddings and queries."""
    values: dict[str, Any] = {
        "files": {name: manifest.files[name] for name in files},
        "versions": dict(manifest.feature_versions),
        "extra": {name: manifest.extra.get(name) for name in _VALUES},
    }
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
