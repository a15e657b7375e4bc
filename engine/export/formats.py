"""The table of export formats: a file of this package and a row here for each.

The options of `soundbed export` and the export menu of the window are made from it.
"""

from engine.export import credits, music_wav, otio, video
from engine.export.export_format import ExportFormat

FORMATS: tuple[ExportFormat, ...] = (
    video.FORMAT,
    music_wav.FORMAT,
    otio.FORMAT,
    credits.FORMAT,
)
