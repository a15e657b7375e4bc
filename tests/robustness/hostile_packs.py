"""Matching packs that mean harm, or are merely wrong, made from a tiny pack or the bundled one.

Each is the good pack with another network, file or manifest. The kinds are those of public reports
on other programs; each kind has several members.
"""

import json
import math
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.encoders.matching import MUSIC
from engine.encoders.pack_manifest import MANIFEST_NAME, sha256_of
from tests.robustness.hostile_networks import Bytes, hostile_networks, to_bytes


@dataclass(frozen=True)
class HostilePack:
    """What is wrong with a pack.

    Attributes:
        reason: what the message says, as a regular expression.
        music: another music network.
        manifest: other entries of the manifest, or its whole text.
        extra: other entries of the manifest's extra.
        change: changes the folder in another way; called with it last.
    """

    reason: str
    music: Bytes | None = None
    manifest: Mapping[str, Any] | bytes = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    change: Callable[[Path], object] | None = None

    def write(self, good: Path, folder: Path) -> Path:
        """Write the pack into a new folder, made from a good one, and return the folder."""
        shutil.copytree(good, folder)
        path = folder / MANIFEST_NAME
        values = json.loads(path.read_text("utf-8"))
        if self.music is not None:
            data = to_bytes(self.music)
            (folder / MUSIC).write_bytes(data)
            values["files"][MUSIC] = sha256_of(data)
            values |= {"id": folder.name, "embedding_space": f"x-{folder.name}"}
        if isinstance(self.manifest, bytes):
            path.write_bytes(self.manifest)
        else:
            values["extra"] |= self.extra
            path.write_text(json.dumps({**values, **self.manifest}), encoding="utf-8")
        if self.change is not None:
            self.change(folder)
        return folder


def _link(name: str, target: Path) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return change


def manifest_packs(good: Path, bundled_space: str) -> dict[str, HostilePack]:
    """Return packs with manifests and folders that mean harm."""
    text = (good / MANIFEST_NAME).read_bytes()
    values = json.loads(text)
    taste = values["extra"]["taste"]
    start = text.rstrip()[:-1].rstrip()

    def with_entry(entry: bytes) -> bytes:
        return start + b"," + entry + b"}"

    outside = {**values["files"], "../video.onnx": values["files"][MUSIC]}
    weights = [{**taste, "log_weight": number} for number in (math.nan, math.inf, -math.inf)]
    prior = values["extra"]["prior"]
    return {
        "nan_taste": HostilePack("damaged|finite", extra={"taste": weights[0]}),
        "infinite_taste": HostilePack("damaged|finite", extra={"taste": weights[1]}),
        "huge_number": HostilePack("damaged", manifest=with_entry(b'"sources":{"a":1e999}')),
        "nan_prior": HostilePack(
            "damaged|finite", extra={"prior": {**prior, "mean": [math.nan] * len(prior["mean"])}}
        ),
        "another_space": HostilePack(
            "claims the embedding space",
            manifest={"id": "another", "embedding_space": bundled_space},
        ),
        "many_keys": HostilePack(
            "too many values|too large",
            manifest=with_entry(b",".join(b'"%x":0' % n for n in range(10**6))),
        ),
        "many_lists": HostilePack(
            "too many values|too large", manifest=with_entry(b'"x":[' + b"[]," * 10**6 + b"0]")
        ),
        "gigabyte_manifest": HostilePack(
            "too large", change=lambda folder: os.truncate(folder / MANIFEST_NAME, 2**30)
        ),
        "deep": HostilePack("damaged", manifest=with_entry(b'"x":' + b"[" * 90_000)),
        "deep_objects": HostilePack("damaged", manifest=with_entry(b'"x":' + b'{"a":' * 90_000)),
        "long_number": HostilePack("damaged", manifest=with_entry(b'"x":' + b"9" * 10**6)),
        "long_name": HostilePack("damaged", manifest={"id": "x" * 10**5}),
        "control_signs": HostilePack("damaged", manifest={"id": "\x1b[31mred"}),
        "key_twice": HostilePack("twice", manifest=with_entry(b'"id":"another"')),
        "parent_name": HostilePack("plain file name", manifest={"files": outside}),
        "absolute_name": HostilePack(
            "plain file name", manifest={"files": {**values["files"], "/etc/passwd": "0" * 64}}
        ),
        "link": HostilePack("is a link", change=_link(MUSIC, good / MUSIC)),
        "link_to_manifest": HostilePack(
            "is a link", change=_link(MANIFEST_NAME, good / MANIFEST_NAME)
        ),
        "device": HostilePack("is missing", change=_link(MUSIC, Path("/dev/zero"))),
        "terabyte": HostilePack(
            "too large", change=lambda folder: os.truncate(folder / MUSIC, 2**40)
        ),
        "not_json": HostilePack("damaged", manifest=bytes(1000)),
        "not_text": HostilePack("damaged", manifest=with_entry(b'"x":"\xff\xfe"')),
    }


def hostile_packs(good: Path, bundled_space: str) -> dict[str, HostilePack]:
    """Return all hostile packs by name.

    Args:
        good: folder of a good pack that they are made from.
        bundled_space: the embedding space of the bundled pack.
    """
    values = json.loads((good / MANIFEST_NAME).read_text("utf-8"))
    networks = hostile_networks(values["inputs"][MUSIC]["features"][1])
    return {
        **{name: HostilePack(reason, network) for name, (reason, network) in networks.items()},
        **manifest_packs(good, bundled_space),
    }
