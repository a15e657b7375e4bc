"""What the user asks for besides filters: words, music to be like, and a mood."""
