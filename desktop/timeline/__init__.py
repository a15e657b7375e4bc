"""The timeline: the clip and the music under it, where the user cuts and moves."""
