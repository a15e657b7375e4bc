"""Digests of data: whether two runs have the same."""

import hashlib
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def digest_of(*values: Any) -> str:
    """Return 16 hexadecimal digits that differ where the values do.

    Args:
        values: arrays, dataclasses and tuples of such, and what `repr` describes wholly.
    """
    digest = hashlib.sha256()
    for value in values:
        _add(value, digest)
    return digest.hexdigest()[:16]


def _add(value: Any, digest: "hashlib._Hash") -> None:
    if is_dataclass(value):
        for field in fields(value):
            digest.update(field.name.encode())
            _add(getattr(value, field.name), digest)
    elif isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode())
        if value.size:
            digest.update(np.ascontiguousarray(value).view(np.uint8).data)
    elif isinstance(value, tuple):
        digest.update(f"{len(value)} ".encode())
        for one in value:
            _add(one, digest)
    else:
        digest.update(f"{value!r} ".encode())
