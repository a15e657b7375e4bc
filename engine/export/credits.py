"""The lines that name the music, to be pasted below a video."""

from engine.arrangement.plan import MixPlan
from engine.translation import tr


def credits_text(plan: MixPlan) -> str:
    """Return title, artist, licence and link, one a line, as far as they are known."""
    title = plan.title or plan.track_path.stem
    lines = [
        tr("Music: “{title}” by {artist}").format(title=title, artist=plan.artist)
        if plan.artist
        else tr("Music: “{title}”").format(title=title)
    ]
    if plan.licence:
        lines.append(tr("Licence: {licence}").format(licence=plan.licence))
    else:
        lines.append(tr("Licence: unknown; make sure that you may use this music"))
    if plan.link:
        lines.append(plan.link)
    return "\n".join(_one_line(line) for line in lines) + "\n"


def _one_line(text: str) -> str:
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else " " for c in encodable).strip()
