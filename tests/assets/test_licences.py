"""The licences of the assets name all samples in the bundled music."""

import re
from fnmatch import fnmatch
from pathlib import Path

from composer import kits, struck

ROOT = Path(__file__).resolve().parents[2]
NOTICE = (ROOT / "assets/LICENSES.md").read_text(encoding="utf-8")


def test_every_sample_is_named() -> None:
    row = next(line for line in NOTICE.splitlines() if line.startswith("| single hits"))
    named = re.findall(r"`([a-z0-9_*]+)`", row.split("|")[1])
    strokes = [stroke for kit in kits.KITS.values() for stroke in kit.values()]
    used = {name for stroke in strokes for name in (stroke.sound, stroke.soft) if name}
    used = {name for name in used if not name.startswith(":")}
    source = Path(struck.__file__).read_text(encoding="utf-8")
    used |= set(re.findall(r'"((?:bd|drum|elec|misc|perc|sn|vinyl)_[a-z0-9_]+)"', source))
    assert len(used) > 20
    assert {name for name in used if not any(fnmatch(name, n) for n in named)} == set()
    # And no sample that isn't used.
    assert {n for n in named if not any(fnmatch(name, n) for name in used)} == set()
    assert not any("amen" in name for name in used)
