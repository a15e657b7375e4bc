"""The page that reports a batch: one file that any browser shows, without the network."""

import base64
from collections.abc import Sequence
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
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } .quiet { opacity: .72; }
article { display: grid; grid-template-columns: 12rem 1fr; gap: 1rem; padding: 1rem 0;
  border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
article img { width: 100%; border-radius: 6px; }
h2 { font-size: 1.05rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
p { margin: .2rem 0; } .problem { color: #c0392b; }
@media (max-width: 40rem) { article { grid-template-columns: 1fr; } }
"""


def page_of(folder: Path, entries: Sequence[BatchEntry]) -> str:
    """Return the page as HTML.

    Args:
        folder: of the clips.
        entries: in the order of the page; files are linked relative to it.
    """
    n_failed = sum(entry.problem is not None for entry in entries)
    summary = trn("{n} clip", "{n} clips", len(entries)).format(n=len(entries))
    if n_failed:
        summary += ", " + trn("{n} without music", "{n} without music", n_failed).format(n=n_failed)
    title = tr("Music for {folder}").format(folder=display_path(folder.name))
    articles = "\n".join(_article(entry) for entry in entries)
    return (
        "<!doctype html>\n"
        f'<html><head><meta charset="utf-8"><title>{_text(title)}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style></head>\n"
        f'<body><h1>{_text(title)}</h1><p class="quiet">{_text(summary)}</p>\n'
        f"{articles}\n</body></html>\n"
    )


def thumbnail(filmstrip: "Sequence[Frame]") -> str:
    """Return the middle frame as a JPEG in base64, "" without frames."""
    from engine.media.stills import jpeg

    if not filmstrip:
        return ""
    return base64.b64encode(jpeg(filmstrip[len(filmstrip) // 2].pixels)).decode("ascii")


def _article(entry: BatchEntry) -> str:
    image = ""
    if entry.picture:
        image = f'<img src="data:image/jpeg;base64,{escape(entry.picture)}" alt="">'
    lines = [f"<h2>{_text(display_path(Path(entry.name)))}</h2>"]
    if entry.problem is not None:
        lines.append(
            f'<p class="problem">{_text(entry.problem[:1].upper() + entry.problem[1:])}</p>'
        )
    else:
        music = ", ".join(entry.tracks)
        fit = f" ({fit_word(entry.fit)})" if entry.fit else ""
        lines.append(f"<p><b>{_text(music)}</b>{_text(fit)}</p>")
        lines.append(f"<p>{_text('; '.join(entry.reasons))}</p>")
        links = [f'<a href="{_link(file)}">{_text(Path(file).name)}</a>' for file in entry.files]
        lines.append(f"<p>{' · '.join(links)}</p>")
    lines += [f'<p class="quiet">{_text(note)}</p>' for note in entry.notes]
    return f"<article><div>{image}</div><div>{''.join(lines)}</div></article>"


def _link(file: str) -> str:
    return quote(file.encode("utf-8", "surrogateescape"))


def _text(text: str) -> str:
    # Names of files and tags need not be UTF-8, the page must be.
    return escape(text.encode("utf-8", "replace").decode("utf-8"))
