"""The table of export formats: a file of this package and a row here for each.

The options of `soundbed export` and the export menu of the window are made from it. Files are
written in the order of the rows, so that a format can refer to those above it.
"""

from engine.export import credits, otio, video, wav
from engine.export.contract import ExportFormat

FORMATS: tuple[ExportFormat, ...] = (
    video.FORMAT,
    wav.FORMAT,
    otio.FORMAT,
    credits.FORMAT,
)
