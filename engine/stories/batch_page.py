"""The page that reports a batch: one file that any browser shows, without the network."""

import base64
from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from engine.encoders.fit_levels import fit_word
from engine.errors import display_path
from engine.stories.batch_record import BatchEntry
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.media.frames import Frame

_STYLE = """
:root { color-scheme: light dark; --back: #f3f4f5; --card: #fff; --text: #1a1d21;
  --quiet: #5a636d; --line: #d6dade; --accent: #0a735f; --soft: #d8efe9; --problem: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --back: #121316; --card: #191b1f; --text: #eceef0; --quiet: #9ba2ab;
    --line: #2e3238; --accent: #45d0b0; --soft: #1d3a35; --problem: #f2857c; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 64rem;
  padding: 2rem 1.25rem; background: var(--back); color: var(--text); }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .4rem; overflow-wrap: anywhere; }
p { margin: .25rem 0; } a { color: var(--accent); overflow-wrap: anywhere; }
.quiet { color: var(--quiet); } .problem { color: var(--problem); }
.music { font-size: 1.05rem; font-weight: 600; }
.fit { font-size: .85rem; font-weight: 400; margin-left: .4rem; padding: .1rem .6rem;
  border-radius: 1rem; background: var(--soft); }
article { display: grid; grid-template-columns: 18rem 1fr; gap: 1.25rem; margin: 1rem 0;
  padding: 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
article.alone { display: block; }
img, video { display: block; width: 100%; max-height: 16rem; border-radius: 6px;
  background: #000; object-fit: contain; }
audio { width: 100%; margin-top: .5rem; }
nav a { display: inline-block; margin-right: .9rem; }
@media (max-width: 44rem) { article { grid-template-columns: 1fr; } }
"""

# What browsers play; others are links alone.
_VIDEO = frozenset({".mp4", ".m4v", ".mov", ".webm"})
_SOUND = frozenset({".wav"})


def page_of(folder: Path, entries: Sequence[BatchEntry]) -> str:
    """Return the page as HTML.

    Args:
        folder: of the clips.
        entries: in the order of the page; files are linked relative to it.
    """
    failed = [number for number, entry in enumerate(entries) if entry.problem is not None]
    summary = _text(trn("{n} clip", "{n} clips", len(entries)).format(n=len(entries)))
    if failed:
        without = trn("{n} without music", "{n} without music", len(failed)).format(n=len(failed))
        summary += f', <a class="problem" href="#clip{failed[0]}">{_text(without)}</a>'
    title = tr("Music for {folder}").format(folder=display_path(folder.name))
    articles = "\n".join(_article(number, entry) for number, entry in enumerate(entries))
    return (
        "<!doctype html>\n"
        f'<html><head><meta charset="utf-8"><title>{_text(title)}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style></head>\n"
        f'<body><h1>{_text(title)}</h1><p class="quiet">{summary}</p>\n'
        f"{articles}\n</body></html>\n"
    )


def thumbnail(filmstrip: "Sequence[Frame]") -> str:
    """Return the middle frame as a JPEG in base64, "" without frames."""
    from engine.media.stills import jpeg

    if not filmstrip:
        return ""
    return base64.b64encode(jpeg(filmstrip[len(filmstrip) // 2].pixels)).decode("ascii")


def _article(number: int, entry: BatchEntry) -> str:
    lines = [f"<h2>{_text(display_path(Path(entry.name)))}</h2>"]
    if entry.problem is not None:
        problem = entry.problem[:1].upper() + entry.problem[1:]
        lines.append(f'<p class="problem">{_text(problem)}</p>')
    else:
        fit = f'<span class="fit">{_text(fit_word(entry.fit))}</span>' if entry.fit else ""
        lines.append(f'<p class="music">{_text(", ".join(entry.tracks))}{fit}</p>')
        lines.append(f"<p>{_text('; '.join(entry.reasons))}</p>")
        links = [f'<a href="{_link(file)}">{_text(Path(file).name)}</a>' for file in entry.files]
        lines.append(f"<nav>{''.join(links)}</nav>")
    lines += [f'<p class="quiet">{_text(note)}</p>' for note in entry.notes]
    player, text = _player(entry), "".join(lines)
    if not player:
        return f'<article id="clip{number}" class="alone">{text}</article>'
    return f'<article id="clip{number}"><div>{player}</div><div>{text}</div></article>'


def _player(entry: BatchEntry) -> str:
    """Return what shows a clip: its video, or its picture with its sound below; "" for nothing."""
    poster = f"data:image/jpeg;base64,{escape(entry.picture)}" if entry.picture else ""
    video = _first(entry.files, _VIDEO)
    if video:
        # It is loaded when it is played: a page may show hundreds.
        shown = f' poster="{poster}"' if poster else ""
        return f'<video controls preload="none"{shown} src="{_link(video)}"></video>'
    picture = f'<img src="{poster}" alt="">' if poster else ""
    # The mix comes after the music alone.
    sound = _first(entry.files[::-1], _SOUND)
    if not sound:
        return picture
    return f'{picture}<audio controls preload="none" src="{_link(sound)}"></audio>'


def _first(files: Sequence[str], suffixes: Collection[str]) -> str:
    return next((file for file in files if Path(file).suffix.lower() in suffixes), "")


def _link(file: str) -> str:
    return quote(file.encode("utf-8", "surrogateescape"))


def _text(text: str) -> str:
    # Names of files and tags need not be UTF-8, the page must be.
    return escape(text.encode("utf-8", "replace").decode("utf-8"))
