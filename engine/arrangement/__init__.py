"""The music under a clip: where it starts, how it is cut, faded and levelled, how it is saved."""
