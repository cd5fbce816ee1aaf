"""The ways to a token (CreateToken, CreateTokenWithIAM), one file each."""
