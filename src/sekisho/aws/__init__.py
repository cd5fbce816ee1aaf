"""Typed calls to the sign-in service, the access portal and STS, of AWS and the center alike."""
