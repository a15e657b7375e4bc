"""Scores as MIDI files; the same notes give the same bytes."""

import io
from collections.abc import Sequence

import mido

from composer.score import Part, Score

TICKS_PER_BEAT = 960
# The music starts this long after the start of the file, so that a first note may be early.
LEAD_IN_S = 0.1
_DRUM_CHANNEL = 9
_BANK = 0
_EXPRESSION = 11
# Shorter notes don't swell.
_SHORTEST_SWELL_S = 0.7


def midi_bytes(score: Score, parts: Sequence[Part] | None = None) -> bytes:
    """Return a Standard MIDI File (type 1) with one track for each part.

    Args:
        score: gives tempo, time signature and lead-in.
        parts: the parts to write, at most 15 that aren't drums; all of the score's when None.
    """
    chosen = score.parts if parts is None else tuple(parts)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    file.tracks.append(_conductor(score))
    channels = iter(c for c in range(16) if c != _DRUM_CHANNEL)
    for part in chosen:
        is_drums = part.voice.is_drums
        channel = _DRUM_CHANNEL if is_drums else next(channels)
        file.tracks.append(_track(score, part, channel))
    stream = io.BytesIO()
    file.save(file=stream)
    return stream.getvalue()


def _conductor(score: Score) -> mido.MidiTrack:
    numerator, denominator = (int(n) for n in score.tempo.time_signature.split("/"))
    # In 6/8 the beat is a dotted quarter; the grid of the file calls that beat a quarter.
    if score.tempo.time_signature == "6/8":
        numerator, denominator = 2, 4
    return mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name=score.about.title, time=0),
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.tempo.bpm), time=0),
            mido.MetaMessage(
                "time_signature", numerator=numerator, denominator=denominator, time=0
            ),
            mido.MetaMessage("end_of_track", time=0),
        ]
    )


def _track(score: Score, part: Part, channel: int) -> mido.MidiTrack:
    lead_in = LEAD_IN_S / score.tempo.beat_s
    events: list[tuple[int, float, int, int]] = []
    struck: dict[int, int] = {}
    for note in reversed(part.notes):
        start = max(0, round((note.start_beats + lead_in) * TICKS_PER_BEAT))
        if struck.get(note.pitch) == start:
            continue  # Two patterns may ask for one stroke, such as of a cymbal.
        end = start + max(1, round(note.duration_beats * TICKS_PER_BEAT))
        # A key that is struck again was released before: its release must not mute the new note.
        end = max(start + 1, min(end, struck.get(note.pitch, end)))
        struck[note.pitch] = start
        # Releases sort before onsets of the same tick, so that repeated notes are struck again.
        events += [(start, 1, note.pitch, note.velocity), (end, 0, note.pitch, 0)]
    # Of one tick: releases, then the expression that a new note begins with, then onsets.
    events += [(tick, 0.5, _EXPRESSION, value) for tick, value in _swells(score, part)]
    events.sort()
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=part.name, time=0)])
    track.append(
        mido.Message("control_change", channel=channel, control=_BANK, value=part.voice.bank)
    )
    track.append(
        mido.Message("program_change", channel=channel, program=part.voice.program, time=0)
    )
    now = 0
    for tick, order, number, value in events:
        after = tick - now
        if order == 0.5:
            track.append(
                mido.Message(
                    "control_change", channel=channel, control=number, value=value, time=after
                )
            )
        else:
            kind = "note_on" if order else "note_off"
            track.append(
                mido.Message(kind, channel=channel, note=number, velocity=value, time=after)
            )
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=TICKS_PER_BEAT))
    return track


def _swells(score: Score, part: Part) -> list[tuple[int, int]]:
    """Return (tick, expression 0..127): held notes swell for two fifths of their length, then fade.

    A channel has one expression for all of its notes, so notes that begin together share it,
    and the next onset starts a new curve.
    """
    if not part.expression:
        return []
    lead_in = LEAD_IN_S / score.tempo.beat_s
    onsets = sorted({note.start_beats for note in part.notes})
    curve = [(0, 127)]
    for place, onset in enumerate(onsets):
        following = onsets[place + 1] if place + 1 < len(onsets) else float("inf")
        end = min(
            max(n.start_beats + n.duration_beats for n in part.notes if n.start_beats == onset),
            following,
        )
        length = end - onset
        if length * score.tempo.beat_s < _SHORTEST_SWELL_S:
            curve.append((round((onset + lead_in) * TICKS_PER_BEAT), 127))
            continue
        for step in range(9):
            share = step / 8
            openness = min(share / 0.4, (1 - share) / 0.6)
            value = 127 * (1 - part.expression * (1 - openness))
            tick = round((onset + lead_in + share * length) * TICKS_PER_BEAT)
            if step == 8:
                tick -= 1  # The last value belongs to this note, not to the next one's onset.
            curve.append((tick, max(1, round(value))))
    return curve
