"""Drum kits: the sound of each drum and its level, pitch and place in the kit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stroke:
    """One drum of a kit.

    Attributes:
        sound: a sample of sonic-pi-samples, or one of `composer.struck` with a colon before it.
        gain_db: level in the kit.
        speed: playback rate; above 1 is higher and shorter.
        pan: -1 (left) to 1 (right).
        soft: the sound of a gentle stroke, where the drum has one.
    """

    sound: str
    gain_db: float = 0.0
    speed: float = 1.0
    pan: float = 0.0
    soft: str = ""


Kit = dict[str, Stroke]

ACOUSTIC: Kit = {
    "kick": Stroke("drum_bass_hard", 2, 1.0, 0, "drum_bass_soft"),
    "snare": Stroke("drum_snare_hard", 0, 1.0, 0.05, "drum_snare_soft"),
    "stick": Stroke("perc_snap2", -4, 1.0, 0.1),
    "clap": Stroke(":clap", -4),
    "hat": Stroke("drum_cymbal_closed", -5, 1.0, -0.35),
    "pedal": Stroke("drum_cymbal_pedal", -6, 1.0, -0.35),
    "open": Stroke("drum_cymbal_open", -9, 1.0, -0.35),
    "crash": Stroke("drum_splash_hard", -5, 0.82, 0.4),
    "ride": Stroke("drum_cymbal_soft", -8, 1.1, 0.45),
    "bell": Stroke("drum_cymbal_hard", -9, 1.25, 0.45),
    "splash": Stroke("drum_splash_soft", -5, 1.0, 0.3),
    "tom_low": Stroke("drum_tom_lo_hard", -1, 1.0, 0.4, "drum_tom_lo_soft"),
    "tom_mid": Stroke("drum_tom_mid_hard", -1, 1.0, 0.1, "drum_tom_mid_soft"),
    "tom_high": Stroke("drum_tom_hi_hard", -1, 1.0, -0.3, "drum_tom_hi_soft"),
    "cowbell": Stroke("drum_cowbell", -9, 1.0, 0.2),
    "conga_high": Stroke(":conga", -6, 1.3, 0.4),
    "conga_low": Stroke(":conga", -5, 0.95, 0.35),
    "shaker": Stroke(":shaker", -10, 1.0, 0.35),
    "tambourine": Stroke(":shaker", -8, 1.3, 0.35),
}
_SCRATCHES: Kit = {
    "scratch": Stroke("vinyl_scratch", -5, 1.1, 0.15),
    "scratch_pull": Stroke("vinyl_scratch", -7, 0.8, -0.1),
    "backspin": Stroke("vinyl_backspin", -6),
    "rewind": Stroke("vinyl_rewind", -8),
}
KITS: dict[str, Kit] = {
    "acoustic": ACOUSTIC,
    "metal": {
        **ACOUSTIC,
        "kick": Stroke(":metal_kick", 3),
        "snare": Stroke(":metal_snare", 2),
        "hat": Stroke("drum_cymbal_closed", -6, 1.0, -0.4),
        "crash": Stroke("drum_splash_hard", -4, 0.78, 0.5),
        "ride": Stroke("drum_cymbal_hard", -9, 1.0, 0.5),
    },
    "boom bap": {
        **ACOUSTIC,
        **_SCRATCHES,
        "kick": Stroke(":fat_kick", 3),
        "snare": Stroke(":cracked_snare", 1, 1.0, 0.03, "drum_snare_soft"),
        "hat": Stroke("drum_cymbal_closed", -9, 0.94, -0.2),
        "open": Stroke("drum_cymbal_open", -13, 0.94, -0.2),
    },
    "dusty": {
        **ACOUSTIC,
        **_SCRATCHES,
        "kick": Stroke(":dusty_kick", 3),
        "snare": Stroke(":dusty_snare", 1, 1.0, 0.02, "drum_snare_soft"),
        "stick": Stroke(":rim", -3, 0.9, 0.1),
        "hat": Stroke("drum_cymbal_pedal", -8, 0.9, -0.15),
        "open": Stroke("drum_cymbal_open", -14, 0.88, -0.15),
        "crash": Stroke("drum_splash_soft", -8, 0.8, 0.2),
    },
    "breaks": {
        **ACOUSTIC,
        **_SCRATCHES,
        "kick": Stroke(":punchy_kick", 3),
        "snare": Stroke(":funky_snare", 2, 0.97, 0.03, "drum_snare_soft"),
        "hat": Stroke("drum_cymbal_closed", -8, 1.04, -0.25),
        "open": Stroke("drum_cymbal_open", -11, 1.02, -0.25),
    },
    "trap": {
        **ACOUSTIC,
        **_SCRATCHES,
        "kick": Stroke(":trap_kick", 3),
        "snare": Stroke(":trap_snare", 1),
        "clap": Stroke(":clap", -3),
        "hat": Stroke(":hat", -12, 1.15, -0.15),
        "open": Stroke(":open_hat", -14, 1.0, 0.2),
        "stick": Stroke("perc_snap", -5, 1.0, 0.3),
        "crash": Stroke("elec_cymbal", -9, 0.8),
    },
    "lo-fi": {
        **ACOUSTIC,
        "kick": Stroke(":soft_kick", 2),
        "snare": Stroke(":brush_tap", 0, 0.95, 0.04),
        "clap": Stroke("perc_snap2", -6, 0.95, 0.1),
        "stick": Stroke(":rim", -5, 0.85, 0.12),
        "hat": Stroke("drum_cymbal_pedal", -10, 0.92, -0.2),
        "open": Stroke("drum_cymbal_soft", -13, 0.9, -0.2),
        "shaker": Stroke(":brush", -9, 1.1, 0.3),
        "crash": Stroke("drum_splash_soft", -9, 0.85, 0.2),
    },
    "brushes": {
        **ACOUSTIC,
        "kick": Stroke("drum_bass_soft", 0, 0.95),
        "snare": Stroke(":brush_tap", 0, 1.0, 0.08, ":brush"),
        "clap": Stroke(":brush", -4, 0.9, -0.1),
        "stick": Stroke(":rim", -6, 1.0, 0.1),
        "hat": Stroke("drum_cymbal_pedal", -9, 1.05, -0.3),
        "ride": Stroke("drum_cymbal_soft", -10, 1.1, 0.35),
        "crash": Stroke("drum_splash_soft", -8, 0.9, 0.3),
    },
    "funk": {
        **ACOUSTIC,
        "kick": Stroke("drum_bass_hard", 2, 1.12, 0, "drum_bass_soft"),
        "snare": Stroke(":funky_snare", 2, 1.0, 0.04, "drum_snare_soft"),
        "hat": Stroke("drum_cymbal_closed", -7, 1.08, -0.3, "drum_cymbal_pedal"),
        "open": Stroke("drum_cymbal_open", -10, 1.06, -0.3),
    },
    "disco": {
        **ACOUSTIC,
        "kick": Stroke(":punchy_kick", 2, 1.05),
        "snare": Stroke(":cracked_snare", 0, 1.08, 0.04, "drum_snare_soft"),
        "hat": Stroke("drum_cymbal_closed", -7, 1.0, -0.3),
        "open": Stroke("drum_cymbal_open", -8, 1.0, -0.3),
    },
    "one drop": {
        **ACOUSTIC,
        "kick": Stroke("drum_bass_hard", 3, 0.9, 0, "drum_bass_soft"),
        "snare": Stroke("drum_snare_hard", 0, 1.12, 0.05, "drum_snare_soft"),
        "stick": Stroke(":rim", 0, 1.0, 0.08),
        "hat": Stroke("drum_cymbal_closed", -8, 1.0, -0.3, "drum_cymbal_pedal"),
        "tom_high": Stroke(":timbale", -4, 1.25, -0.3),
        "tom_mid": Stroke(":timbale", -4, 0.95, 0.1),
        "tom_low": Stroke("drum_tom_mid_hard", -2, 0.9, 0.35, "drum_tom_mid_soft"),
    },
    "dub": {
        **ACOUSTIC,
        "kick": Stroke(":dusty_kick", 3, 0.9),
        "snare": Stroke("drum_snare_hard", 0, 1.05, 0.05, "drum_snare_soft"),
        "stick": Stroke(":rim", 1, 0.9, 0.08),
        "hat": Stroke("drum_cymbal_pedal", -8, 0.95, -0.3),
        "tom_high": Stroke(":timbale", -4, 1.1, -0.3),
        "tom_mid": Stroke(":timbale", -4, 0.85, 0.1),
        "tom_low": Stroke("drum_tom_lo_hard", -2, 0.9, 0.35, "drum_tom_lo_soft"),
    },
    "house": {
        **ACOUSTIC,
        "kick": Stroke("bd_haus", 3),
        "snare": Stroke("elec_hi_snare", -6),
        "clap": Stroke(":clap", -2),
        "hat": Stroke(":hat", -12, 1.0, -0.2),
        "open": Stroke(":open_hat", -9, 1.0, 0.15),
        "crash": Stroke("elec_cymbal", -8, 0.8),
    },
    "techno": {
        **ACOUSTIC,
        "kick": Stroke("bd_tek", 3),
        "snare": Stroke("elec_filt_snare", -5),
        "clap": Stroke(":clap", -4, 0.9),
        "hat": Stroke(":hat", -11, 0.9, -0.2),
        "open": Stroke(":open_hat", -8, 0.9, 0.1),
        "stick": Stroke("elec_wood", -8, 1.0, 0.4),
        "crash": Stroke("elec_cymbal", -8, 0.7),
    },
    "gated": {
        **ACOUSTIC,
        "kick": Stroke("bd_klub", 2),
        "snare": Stroke(":gated_snare", 1),
        "tom_low": Stroke("elec_fuzz_tom", -2, 0.7, 0.4),
        "tom_mid": Stroke("elec_fuzz_tom", -2, 0.9, 0.0),
        "tom_high": Stroke("elec_fuzz_tom", -2, 1.1, -0.4),
        "hat": Stroke(":hat", -11, 1.0, -0.2),
        "open": Stroke(":open_hat", -10, 1.0, 0.15),
    },
    "chip": {
        **ACOUSTIC,
        "kick": Stroke(":chip_kick"),
        "snare": Stroke(":chip_noise", -4),
        "hat": Stroke(":chip_noise", -14, 2.2),
        "crash": Stroke(":chip_noise", -6, 0.4),
    },
    "cinematic": {
        **ACOUSTIC,
        "kick": Stroke("bd_boom", 3, 0.8),
        "tom_low": Stroke(":taiko", 3, 0.8, -0.15),
        "tom_mid": Stroke(":taiko", 1, 1.05, 0.2),
        "tom_high": Stroke(":taiko", -1, 1.4, 0.35),
        "crash": Stroke("drum_splash_hard", -6, 0.62, 0.2),
        "splash": Stroke("misc_cineboom"),
    },
}
