"""The contact sheet of a track: its waveform over the form, its spectrogram and its chord chart."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import soundfile
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from composer.score import Score, Section
from engine.files import replacing

_N_COLUMNS = 1200
_BARS_PER_ROW = 8
_FFT_SAMPLES = 4096
_LOWEST_HZ = 30.0
_N_BANDS = 160
_FLOOR_DB = -70.0
# One colour for each section name, pale enough for black text.
_SECTION_COLOURS = (
    "#cfe3f7", "#fbe3c4", "#d6efd0", "#f6d3d8", "#e3d8f3", "#f3f0b8", "#cdeeea", "#e6dccf",
)  # fmt: skip


def draw_sheet(score: Score, entry: dict[str, Any], audio: Path, path: Path) -> None:
    """Draw the contact sheet of a finished track.

    Args:
        score: for the chords.
        entry: what scores.json says of the track.
        audio: the finished file.
        path: where the PNG goes.
    """
    sound, rate_hz = soundfile.read(audio, dtype="float32", always_2d=True)
    colours = _colours(score)
    n_rows = _n_chart_rows(score)
    with mpl.rc_context({"font.size": 8, "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(13, 6.4 + 0.34 * n_rows), layout="constrained")
        wave, spectrum, chart = figure.subplots(3, 1, height_ratios=[2.4, 2.6, 0.42 * n_rows + 0.2])
        # The empty line leaves space for the section names above the frame.
        figure.suptitle(_title(entry) + "\n", fontsize=11)
        _draw_wave(wave, sound, rate_hz, entry, colours)
        _draw_spectrogram(spectrum, sound.mean(axis=1), rate_hz)
        _draw_chart(chart, score, colours)
        with replacing(path) as beside:
            figure.savefig(beside, format="png", dpi=100, metadata={"Software": None})


def _title(entry: dict[str, Any]) -> str:
    # A dollar would start a formula.
    title = str(entry["title"]).replace("$", r"\$")
    return (
        f"{Path(entry['file']).stem} – {title}: {', '.join(entry['moods'])}; "
        f"{entry['bpm']:g} BPM, {entry['key']} {entry['mode']}, {entry['time_signature']}; "
        f"{entry['duration_s']:.0f} s, {entry['loudness_lufs']:.1f} LUFS, "
        f"{entry['true_peak_dbtp']:.1f} dBTP"
    )


def _draw_wave(
    axes: Axes,
    sound: npt.NDArray[np.float32],
    rate_hz: int,
    entry: dict[str, Any],
    colours: dict[str, str],
) -> None:
    duration_s = len(sound) / rate_hz
    sections = entry["sections"]
    ends_s = [section["start_s"] for section in sections[1:]] + [duration_s]
    for section, end_s in zip(sections, ends_s, strict=True):
        axes.axvspan(section["start_s"], end_s, color=colours[section["name"]], linewidth=0)
        label = axes.text(section["start_s"] + 0.2, 1.07, section["name"], va="bottom")
        # A long name of a short section must not make the axes narrower.
        label.set_in_layout(False)
    columns = np.array_split(sound.mean(axis=1), _N_COLUMNS)
    times_s = np.linspace(0, duration_s, _N_COLUMNS)
    low, high = [c.min() for c in columns], [c.max() for c in columns]
    axes.fill_between(times_s, low, high, color="#30475e", linewidth=0)
    energy = entry.get("energy_per_bar")
    if energy:
        axes.step(
            entry["bars_s"][: len(energy)], energy, where="post", color="#c0392b", label="energy"
        )
    for place_s in entry.get("loop_s", ()):
        axes.axvline(place_s, color="#1b7a3d", linestyle="--", label="loop point")
    handles, labels = axes.get_legend_handles_labels()
    legend = dict(zip(labels, handles, strict=True))
    if legend:
        axes.legend(legend.values(), legend.keys(), loc="lower right", framealpha=0.9)
    axes.set(xlim=(0, duration_s), ylim=(-1.05, 1.05), ylabel="level")


def _draw_spectrogram(axes: Axes, mono: npt.NDArray[np.float32], rate_hz: int) -> None:
    hop = max(1, len(mono) // _N_COLUMNS)
    frames = np.lib.stride_tricks.sliding_window_view(mono, _FFT_SAMPLES)[::hop]
    edges_hz = np.geomspace(_LOWEST_HZ, rate_hz / 2.2, _N_BANDS + 1)
    bins = np.unique(np.round(edges_hz * _FFT_SAMPLES / rate_hz).astype(int))
    window = np.hanning(_FFT_SAMPLES).astype(np.float32)
    power = np.concatenate(
        [
            np.add.reduceat(np.abs(np.fft.rfft(part * window, axis=1)) ** 2, bins, axis=1)[:, :-1]
            for part in np.array_split(frames, max(1, len(frames) // 100))
        ]
    )
    level_db = 10 * np.log10(np.maximum(power / power.max(), 1e-12))
    axes.pcolormesh(
        np.linspace(0, len(mono) / rate_hz, len(level_db) + 1),
        bins * rate_hz / _FFT_SAMPLES,
        level_db.T,
        vmin=_FLOOR_DB,
        vmax=0,
        cmap="magma",
        rasterized=True,
    )
    axes.set(yscale="log", ylabel="Hz", xlabel="seconds")
    axes.set_ylim(bins[0] * rate_hz / _FFT_SAMPLES, bins[-1] * rate_hz / _FFT_SAMPLES)


def _draw_chart(axes: Axes, score: Score, colours: dict[str, str]) -> None:
    axes.set(xlim=(-1.6, _BARS_PER_ROW), ylim=(_n_chart_rows(score) + 0.05, -0.05))
    axes.axis("off")
    row = 0
    for section in score.sections:
        axes.text(-1.55, row + 0.5, section.name, va="center", weight="bold")
        for bar, symbols in enumerate(_bars(section)):
            column = bar % _BARS_PER_ROW
            place = (column, row + bar // _BARS_PER_ROW)
            axes.add_patch(
                mpl.patches.Rectangle(
                    place, 1, 1, facecolor=colours[section.name], edgecolor="#666666"
                )
            )
            axes.text(place[0] + 0.5, place[1] + 0.5, symbols, ha="center", va="center")
        row += _n_rows(section)


def _bars(section: Section) -> list[str]:
    """The symbols of the chords that begin in each bar; a dash where one continues."""
    bars: list[list[str]] = [[] for _ in range(section.n_bars)]
    for span in section.chords:
        bar = int((span.start_beats - section.start_beats + 1e-6) // section.beats_per_bar)
        bars[bar].append(span.chord.symbol)
    return ["  ".join(symbols) or "–" for symbols in bars]


def _n_rows(section: Section) -> int:
    return -(-section.n_bars // _BARS_PER_ROW)


def _n_chart_rows(score: Score) -> int:
    return sum(_n_rows(section) for section in score.sections)


def _colours(score: Score) -> dict[str, str]:
    names = dict.fromkeys(section.name for section in score.sections)
    return {name: _SECTION_COLOURS[n % len(_SECTION_COLOURS)] for n, name in enumerate(names)}
