"""Second factors: what a person shows, besides the password, to sign in."""
