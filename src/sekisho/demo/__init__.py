"""The story, replayed for real."""
