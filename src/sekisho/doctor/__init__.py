"""What this machine and its caches are like."""
