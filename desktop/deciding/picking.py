"""Picking tracks for a clip."""

from collections.abc import Sequence

from desktop.workspace import Workspace
from engine.library.picks import AddPick, Pick
from engine.library.tracks import Track
from engine.stories.analyse import ClipAnalysis


def pick_playing(workspace: Workspace) -> Track | None:
    """Make the track at the playhead, or the one chosen for it, the user's pick; return it."""
    clip, track = workspace.clip, workspace.chosen_track
    if clip is None or track is None:
        return None
    pick(workspace, clip, track)
    return track


def pick(workspace: Workspace, clip: ClipAnalysis, track: Track) -> None:
    """Make a track the user's pick for a clip."""
    workspace.changes.do(_pick(clip, track))


def count_as_picks(workspace: Workspace, clip: ClipAnalysis, tracks: Sequence[Track]) -> None:
    """Count exported tracks as picked for a clip, if the user wants that."""
    for track in tracks if workspace.settings.exports_are_picks else ():
        workspace.changes.do_silently(_pick(clip, track))


def _pick(clip: ClipAnalysis, track: Track) -> AddPick:
    return AddPick(Pick.of(clip.content_hash, track, clip.opened_path))
