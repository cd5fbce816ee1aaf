"""What a login opens, and what it could open."""
