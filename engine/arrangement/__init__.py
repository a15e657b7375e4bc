"""How music lies under a clip: where it starts, how it is cut, faded and levelled, and saved."""
