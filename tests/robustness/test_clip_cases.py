"""The clips that users of other programs reported, each right in every part of Soundbed."""

import html
import re
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from engine.__main__ import main
from engine.progress import silent
from engine.stories.analyse import analyse_clip
from tests.robustness.clip_cases import RIGHT, faults
from tests.robustness.music_cases import FOLDERS

# What other cases are made from.
_SOURCES = ("base.mp4", "clk.wav", "cover.jpg")
# What isn't made by `make_cases.sh`, or only when long ones are wanted.
_OTHERS = {"made", "making.lock", "tree", "tree-elsewhere", "packs", "long"}


@pytest.mark.parametrize("name", RIGHT)
def test_the_clip_is_right(name: str, cases_folder: Path, tmp_path: Path) -> None:
    assert faults(cases_folder, name, tmp_path) == []


def test_each_file_of_the_cases_has_a_row(cases_folder: Path) -> None:
    rows = {(cases_folder / name).resolve() for name in (*RIGHT, *_SOURCES)}
    for folder, names in FOLDERS.items():
        rows |= {(cases_folder / folder / name).resolve() for name in names}
    files = {path.resolve() for path in cases_folder.rglob("*") if path.is_file()}
    assert {
        path for path in files if not _OTHERS & {*path.relative_to(cases_folder.resolve()).parts}
    } == rows


def test_a_cut_in_a_varying_rate_is_at_the_first_new_picture(cases_folder: Path) -> None:
    features = analyse_clip(cases_folder / "vfr_cut.mp4", silent()).features
    assert features.descriptors.cuts_s == pytest.approx([5.0333], abs=1 / 60)


def test_every_url_of_a_timeline_leads_to_a_file(cases_folder: Path, tmp_path: Path) -> None:
    (name,) = (name for name in RIGHT if "#" in name)
    folder = tmp_path / "out #1 100% ü&'q"
    folder.mkdir()
    written = [folder / f"a{suffix}" for suffix in (".xml", ".fcpxml", ".otio")]
    outs = zip(("--fcp7", "--fcpxml", "--otio"), map(str, written), strict=True)
    track = str(cases_folder / "tempo" / "groove70.wav")
    assert (
        main(["export", str(cases_folder / name), "--track", track, "--start", "0", *chain(*outs)])
        == 0
    )
    for path in written:
        urls = {html.unescape(url) for url in re.findall(r'file://[^"<]*', path.read_text())}
        leads_to = {Path(unquote(urlsplit(url).path)).resolve() for url in urls}
        assert (cases_folder / name).resolve() in leads_to
        assert len(leads_to) > 1 and all(each.is_file() for each in leads_to)
