"""The table of export formats: a file of this package and a row here for each.

The options of `soundbed export` and the export menu of the window are made from it. Files are
written in the order of the rows, so that a format can refer to those above it.
"""

from engine.export import credits, music_wav, otio, video
from engine.export.export_format import ExportFormat

FORMATS: tuple[ExportFormat, ...] = (
    video.FORMAT,
    music_wav.FORMAT,
    otio.FORMAT,
    credits.FORMAT,
)
