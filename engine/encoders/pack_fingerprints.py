"""Which clips a matching pack learnt from: a list of fingerprints and sketches in the pack.

A fingerprint is a short digest of a clip's bytes; a sketch, of what its features are, also knows a
copy that was exported again (see `clip_sketches`). They tell nobody a name or a picture; who has
the same clip can tell that the pack has seen it.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.clip_sketches import SKETCH_BYTES, ClipSketches
from engine.encoders.pack_manifest import load_manifest, read_file, reinstall
from engine.errors import PackError
from engine.translation import tr

FINGERPRINTS: Final = "fingerprints.txt"
_FIRST_LINE = "soundbed-fingerprints-2"
# Lists without sketches, as packs had them before.
_FIRST_LINE_OF_OLD = "soundbed-fingerprints-1"
_IN_PART = "in part"
_N_DIGITS = 16
_LINE = re.compile(r"[0-9a-f]{16}")
_N_CHARACTERS = SKETCH_BYTES * 4 // 3
# 300,000 clips with their sketches.
_MAX_BYTES = 35_000_000


@dataclass(frozen=True, slots=True)
class SeenClips:
    """The clips that a pack learnt from.

    Attributes:
        fingerprints: 16 hexadecimal digits each, of files.
        sketches: packed, see `clip_sketches`.
        is_complete: whether these are all; not so where a pack was trained further that didn't
            say what it had seen.
    """

    fingerprints: frozenset[str] = frozenset()
    sketches: frozenset[bytes] = field(default=frozenset(), repr=False)
    is_complete: bool = True

    @property
    def n_clips(self) -> int:
        """How many clips these are: by their files, or by their sketches where none is known."""
        return len(self.fingerprints) or len(self.sketches)

    def has(self, fingerprint: str) -> bool:
        """Return whether the clip of a file was seen."""
        return fingerprint in self.fingerprints

    def know(self, clips: ClipSketches) -> npt.NDArray[np.bool_]:
        """Return which clips were seen, perhaps in another export of them, bool (n,)."""
        return clips.among(self.sketches)

    def to_bytes(self) -> bytes:
        """Return the list as a file of the pack; equal lists give equal bytes.

        What would make it too long to be read is left out, and the list then says so.
        """
        sketches = (base64.b64encode(one).decode("ascii") for one in self.sketches)
        lines = [*sorted(self.fingerprints), *sorted(sketches)]
        n_bytes, n_fitting = len(_FIRST_LINE) + len(_IN_PART) + 2, 0
        for line in lines:
            n_bytes += len(line) + 1
            n_fitting += n_bytes <= _MAX_BYTES
        is_complete = self.is_complete and n_fitting == len(lines)
        first = [_FIRST_LINE] if is_complete else [_FIRST_LINE, _IN_PART]
        return "".join(f"{line}\n" for line in (*first, *lines[:n_fitting])).encode("ascii")

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: when it is anything else.
        """
        if len(data) > _MAX_BYTES:
            raise ValueError("it is too long")
        first, *lines = data.decode("ascii").split("\n")
        if first not in (_FIRST_LINE, _FIRST_LINE_OF_OLD):
            raise ValueError("it isn't a list of fingerprints of this version")
        if not lines or lines.pop() != "":
            raise ValueError("its end is missing")
        is_complete = lines[:1] != [_IN_PART]
        if not is_complete:
            del lines[0]
        n_files = next(
            (number for number, line in enumerate(lines) if len(line) == _N_CHARACTERS), len(lines)
        )
        for number, line in enumerate(lines[:n_files]):
            if not is_fingerprint(line):
                raise ValueError(f"fingerprint {number + 1} isn't {_N_DIGITS} digits")
        for number, line in enumerate(lines):
            if number not in (0, n_files) and line <= lines[number - 1]:
                raise ValueError(f"fingerprint {number + 1} isn't in order")
        sketches = frozenset(
            _sketch(line, number) for number, line in enumerate(lines[n_files:], n_files + 1)
        )
        return cls(frozenset(lines[:n_files]), sketches, is_complete)

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
        frozenset[bytes]().union(*(part.sketches for part in known)),
        len(known) == len(parts) and all(part.is_complete for part in known),
    )


def is_fingerprint(text: str) -> bool:
    """Return whether a text, such as one from a file, can be a fingerprint."""
    return _LINE.fullmatch(text) is not None


def clip_fingerprint(content_hash: str) -> str:
    """Return the fingerprint of a clip by the digest of its bytes, see `content_hash`."""
    return hashlib.sha256(b"clip\0" + content_hash.encode("ascii")).hexdigest()[:_N_DIGITS]


def _sketch(line: str, number: int) -> bytes:
    try:
        found = base64.b64decode(line, validate=True)
    except binascii.Error as error:
        raise ValueError(f"fingerprint {number} isn't one") from error
    if len(found) != SKETCH_BYTES:
        raise ValueError(f"fingerprint {number} isn't {_N_CHARACTERS} characters")
    return found
