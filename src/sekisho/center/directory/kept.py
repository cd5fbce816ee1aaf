"""What administrators tell the instance that is kept as it was told, by kind."""

from enum import StrEnum

__all__ = ["Kept"]


class Kept(StrEnum):
    """What is kept; each kind has keys of its own."""

    APPLICATION = "application"
    """By its ARN."""
    APPLICATION_ASSIGNMENT = "application-assignment"
    """By application, principal and the principal's type, with blanks between them."""
    ACCESS_SCOPE = "access-scope"
    """By application and scope."""
    AUTHENTICATION_METHOD = "authentication-method"
    """By application and type."""
    GRANT = "grant"
    """By application and grant type."""
    ATTRIBUTES = "attributes"
    NETWORKS = "networks"
    """By the identity store's id."""
    REGION = "region"
    TOKEN_ISSUER = "token-issuer"
    """By its ARN."""
