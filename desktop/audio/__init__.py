"""The sound: mixed and played in a process of its own, which no work of the window can hold up."""
