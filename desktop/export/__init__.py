"""Taking the result away: video, WAV, timeline, credits."""
