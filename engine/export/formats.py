"""The table of export formats: a file of this package and a row here for each.

The options of `soundbed export` and the export menu of the window are made from it.
"""

from engine.export import credits, cue_sheet, sound_files, timelines, video
from engine.export.export_format import ExportFormat

FORMATS: tuple[ExportFormat, ...] = (
    video.FORMAT,
    sound_files.MUSIC,
    sound_files.MIX,
    sound_files.STEMS,
    timelines.FCP7,
    timelines.FCPXML,
    timelines.OTIO,
    cue_sheet.FORMAT,
    credits.FORMAT,
)
