"""The picture: decoded in a process of its own, which shares finished frames with the window."""
