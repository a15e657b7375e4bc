"""Which clips a matching pack learnt from: a list of fingerprints in the pack.

A fingerprint is a short digest of a clip's bytes, or of its features where the file isn't known.
It tells nobody a name or a picture; who has the same clip can tell that the pack has seen it.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_manifest import load_manifest, read_file, reinstall
from engine.errors import PackError
from engine.translation import tr

FINGERPRINTS: Final = "fingerprints.txt"
_FIRST_LINE = "soundbed-fingerprints-1"
_IN_PART = "in part"
_N_DIGITS = 16
_LINE = re.compile(r"[0-9a-f]{16}")
# A million clips.
_MAX_BYTES = 17_000_100


@dataclass(frozen=True, slots=True)
class SeenClips:
    """The clips that a pack learnt from.

    Attributes:
        fingerprints: 16 hexadecimal digits each.
        is_complete: whether these are all; not so where a pack was trained further that didn't
            say what it had seen.
    """

    fingerprints: frozenset[str]
    is_complete: bool = True

    def has(self, *fingerprints: str) -> bool:
        """Return whether a clip with any of these fingerprints was seen."""
        return not self.fingerprints.isdisjoint(fingerprints)

    def to_bytes(self) -> bytes:
        """Return the list as a file of the pack; equal lists give equal bytes."""
        first = [_FIRST_LINE] if self.is_complete else [_FIRST_LINE, _IN_PART]
        return "".join(f"{line}\n" for line in (*first, *sorted(self.fingerprints))).encode("ascii")

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: when it is anything else.
        """
        if len(data) > _MAX_BYTES:
            raise ValueError("it is too long")
        first, *lines = data.decode("ascii").split("\n")
        if first != _FIRST_LINE:
            raise ValueError("it isn't a list of fingerprints of this version")
        if not lines or lines.pop() != "":
            raise ValueError("its end is missing")
        is_complete = lines[:1] != [_IN_PART]
        if not is_complete:
            del lines[0]
        for number, line in enumerate(lines):
            if not is_fingerprint(line):
                raise ValueError(f"fingerprint {number + 1} isn't {_N_DIGITS} digits")
            if number and line <= lines[number - 1]:
                raise ValueError(f"fingerprint {number + 1} isn't in order")
        return cls(frozenset(lines), is_complete)

    @classmethod
    def of_pack(cls, folder: Path) -> Self | None:
        """Return the clips that the pack in a folder has seen; None where it doesn't say.

        Raises:
            PackError: when the manifest or the list is damaged; it names the file.
        """
        manifest = load_manifest(folder)
        if FINGERPRINTS not in manifest.files:
            return None
        data = read_file(folder, manifest, FINGERPRINTS, _MAX_BYTES)
        try:
            return cls.parse(data)
        except ValueError as error:
            raise PackError(
                tr("the list of clips that the pack learnt from is damaged ({reason}).").format(
                    reason=error
                ),
                path=folder / FINGERPRINTS,
                remedy=reinstall(),
            ) from error


def together(parts: Collection[SeenClips | None]) -> SeenClips:
    """Return the clips of several lists; None stands for a list that isn't known."""
    known = [part for part in parts if part is not None]
    return SeenClips(
        frozenset[str]().union(*(part.fingerprints for part in known)),
        len(known) == len(parts) and all(part.is_complete for part in known),
    )


def is_fingerprint(text: str) -> bool:
    """Return whether a text, such as one from a file, can be a fingerprint."""
    return _LINE.fullmatch(text) is not None


def clip_fingerprint(content_hash: str) -> str:
    """Return the fingerprint of a clip by the digest of its bytes, see `content_hash`."""
    return _short(b"clip", content_hash.encode("ascii"))


def features_fingerprint(vector: npt.NDArray[np.float32], version: str) -> str:
    """Return the fingerprint of a clip, or of a part of one, by its features.

    Computers of the same kind give the same features to the bit; others may not.

    Args:
        vector: float32 (D_V,), `VideoFeatures.vector`.
        version: of the features.
    """
    return _short(b"features", version.encode() + b"\0" + vector.astype("<f4").tobytes())


def _short(kind: bytes, data: bytes) -> str:
    return hashlib.sha256(kind + b"\0" + data).hexdigest()[:_N_DIGITS]
