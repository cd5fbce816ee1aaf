"""One file a revision: what it changes, and nothing of what came after."""
