"""The three ways to a token (CreateToken), one file each."""
