"""The film orchestra as layers: strings, brass, choirs, large drums, transition sounds."""

from composer.closings import Closing, Crash, Hold, Rest, Root
from composer.comping import Bass, Broken, Comp, Pad, Riff
from composer.effects import LowPass, LowShelf, Peak
from composer.form import Layer, Pattern
from composer.genres import palette as p
from composer.genres.palette import hits, strip, synth
from composer.rhythm import Feel, drums
from composer.score import Strip
from composer.transitions import Bed, Fall, Rise

STAGE = Feel(8, 0, 5)
FREE = Feel(14, 8, 7)

CHURCH_ORGAN = 19
BAGPIPE = 109
WOODBLOCK = 115

WAR_DRUMS = {
    "tom_low": "X.....x.X...x...|X.....x.X.x.x.x.",
    "tom_mid": "...x..........x.|..xx......x...xx",
    "tom_high": "....o..o....o..o",
}
WAR_FILLS = (
    {"tom_low": "X.x.X.x.X.x.XxXX", "tom_mid": "..x...x...x...xx", "tom_high": "....o..o.oooxxxx"},
    {"tom_low": "X...X...X.X.XXXX", "tom_mid": "..xx..xx..xxxxxx", "tom_high": "................"},
)
GALLOP = {
    "tom_low": "X..xx...X..xx.x.|X..xx...X.xxX.xx",
    "tom_mid": "....x..x....x..x",
    "tom_high": "..o...o...o...o.",
}


def strings(
    name: str,
    section: str,
    pattern: Pattern,
    channel: Strip,
    closing: Closing = Hold(62),
    bowing: str = "fast",
    expression: float = 0.3,
) -> Layer:
    """A string section of MuseScore General; plucked notes don't swell."""
    return Layer(name, p.strings(section, bowing), pattern, channel, closing, STAGE,
                 expression=0.0 if bowing == "pizzicato" else expression)  # fmt: skip


def player(
    name: str,
    program: int,
    pattern: Pattern,
    channel: Strip,
    closing: Closing = Hold(62),
    feel: Feel = STAGE,
    expression: float = 0.35,
) -> Layer:
    """A player or a section of MuseScore General."""
    return Layer(name, p.musescore(program), pattern, channel, closing, feel, expression=expression)


def ostinato(
    order: str, section: str = "violas", centre: int = 58, steps: int = 16, gain_db: float = 4.0,
    pan: float = -0.2,
) -> Layer:  # fmt: skip
    """Fast short notes over the chord, as in trailers."""
    return strings("ostinato", section, Broken(order, steps, centre, 3, 78, 0.6),
                   strip(gain_db, pan, 0.4), Hold(centre + 2), expression=0)  # fmt: skip


def choir(centre: int = 64, n_voices: int = 4, gain_db: float = 0.0, velocity: int = 86) -> Layer:
    """A choir on open vowels."""
    return player("choir", p.CHOIR, Pad(centre, n_voices, velocity), strip(gain_db, 0, 0.5),
                  Hold(centre))  # fmt: skip


def low(grid: str, degrees: str, gain_db: float = 3.0, centre: int = 36) -> Layer:
    """Double basses on the root, with less of their lowest octave."""
    return Layer("low", p.strings("basses"), Bass(grid, degrees, centre),
                 strip(gain_db, 0.25, 0.35, LowShelf(frequency_hz=70, gain_db=-4),
                       Peak(frequency_hz=230, gain_db=5, q=0.6)), Root(centre), STAGE,
                 expression=0.15)  # fmt: skip


def brass(grid: str, centre: int = 54, gain_db: float = -4.0) -> Layer:
    """Chords of the whole brass."""
    return player("brass", p.BRASS, Comp(grid, centre, 4, 0, 0, 0.85), strip(gain_db, 0.3, 0.4),
                  Hold(centre), expression=0.15)  # fmt: skip


def war_drums(
    grids: dict[str, str] | None = None, *, every: int = 4, gain_db: float = -5.0,
    crash: bool = True, fills: tuple[dict[str, str], ...] = WAR_FILLS, closing: Closing = Crash(),
) -> Layer:  # fmt: skip
    """An ensemble of large drums."""
    return Layer("drums", hits("cinematic"), drums(grids or WAR_DRUMS, fills, every, crash),
                 strip(gain_db, 0, 0.35, LowShelf(frequency_hz=65, gain_db=-4),
                       Peak(frequency_hz=200, gain_db=3, q=0.7)), closing,
                 STAGE)  # fmt: skip


def taiko(grid: str, gain_db: float = 2.0) -> Layer:
    """Drums of the soundfont, deeper and further away than the war drums."""
    return player("taiko", p.TAIKO, Riff(grid, "0", 45, True, short=0.9),
                  strip(gain_db, -0.15, 0.5), Root(45), expression=0)  # fmt: skip


def snare(pattern: Pattern, gain_db: float) -> Layer:
    """Snare and bass drum of the orchestra, as in a march."""
    return Layer("snare", p.kit(p.ORCHESTRA_KIT), pattern, strip(gain_db, 0, 0.35), Crash(), STAGE)


def timpani(grid: str, degrees: str, gain_db: float, centre: int) -> Layer:
    """Timpani; they end on the root near `centre`."""
    return player("timpani", p.TIMPANI, Bass(grid, degrees, 41), strip(gain_db, 0.1, 0.45),
                  Root(centre), expression=0)  # fmt: skip


def transition(name: str, patch: str, n_bars: int, gain_db: float, *, falls: bool = False) -> Layer:
    """A riser into the next section, or an impact at the start of one."""
    pattern = Fall(n_bars) if falls else Rise(n_bars)
    return Layer(name, synth(patch), pattern, strip(gain_db, 0, 0.3), Rest())


def bed(name: str, patch: str, gain_db: float, centre: int = 36, lowpass_hz: float = 8000) -> Layer:
    """A sustained tone or noise below everything."""
    return Layer(name, synth(patch), Bed(centre), strip(gain_db, 0, 0.3, LowPass(lowpass_hz)),
                 Rest())  # fmt: skip


def pulse(
    grid: str, patch: str = "saw_bass", gain_db: float = -12.0, lowpass_hz: float = 700,
    centre: int = 32, degrees: str = "1",
) -> Layer:  # fmt: skip
    """A synthesiser pulse on the root."""
    return Layer("pulse", synth(patch), Bass(grid, degrees, centre, 0.7),
                 strip(gain_db, 0, 0.15, LowPass(lowpass_hz)), Root(centre), STAGE)  # fmt: skip
