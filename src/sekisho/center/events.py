"""What the audit trail keeps: one explicit list, by the names that the log has."""

from enum import StrEnum

__all__ = ["KINDS", "Event"]


class Event(StrEnum):
    """What happened. The pages tell each in a sentence (`events` in their catalogues)."""

    SIGNED_IN = "session.started"
    SIGN_IN_FAILED = "sign_in.failed"
    LOCKED_OUT = "sign_in.locked_out"
    SESSION_ENDED = "session.ended"
    OTHERS_ENDED = "session.others_ended"
    ALL_ENDED = "session.all_ended"
    PROVED = "session.proved"

    FACTOR_ADDED = "factor.added"
    FACTOR_REMOVED = "factor.removed"
    FACTORS_RESET = "factor.reset"
    FACTOR_USED = "factor.used"
    FACTOR_FAILED = "factor.failed"
    FACTOR_LOCKED_OUT = "factor.locked_out"
    FACTOR_COPIED = "factor.copied"
    CODES_MADE = "factor.codes_made"

    DEVICE_STARTED = "device.started"
    DEVICE_APPROVED = "device.approved"
    DEVICE_DENIED = "device.denied"
    CONSENT_ALLOWED = "consent.allowed"
    CONSENT_DENIED = "consent.denied"
    TOKEN_ISSUED = "token.issued"
    TOKEN_REFRESHED = "token.refreshed"
    TOKEN_REUSED = "token.refresh_reused"
    CODE_REUSED = "token.code_reused"
    SIGN_IN_ENDED = "sign_in.ended"

    CREDENTIALS_ISSUED = "credentials.issued"
    ROLE_ASSUMED = "role.assumed"
    CONSOLE_TOKEN = "console.token"
    CREDENTIALS_REFUSED = "credentials.refused"

    ASSERTION_REFUSED = "assertion.refused"
    ASSERTION_REUSED = "assertion.reused"
    APPLICATION_REFUSED = "application.refused"
    APPLICATION_DENIED = "application.denied"

    USER_ADDED = "user.added"
    USER_INVITED = "user.invited"
    INVITATION_TAKEN = "user.invitation_taken"
    PASSWORD_CHANGED = "user.password_changed"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"

    ADMINISTERED = "administration.changed"
    ADMINISTRATION_REFUSED = "administration.refused"
    NETWORK_REFUSED = "administration.network_refused"
    SCIM_REFUSED = "scim.refused"
    DIRECTORY_APPLIED = "directory.applied"


KINDS = {
    "people": (
        Event.SIGNED_IN,
        Event.SIGN_IN_FAILED,
        Event.LOCKED_OUT,
        Event.SESSION_ENDED,
        Event.OTHERS_ENDED,
        Event.ALL_ENDED,
        Event.PROVED,
    ),
    "factors": (
        Event.FACTOR_ADDED,
        Event.FACTOR_REMOVED,
        Event.FACTORS_RESET,
        Event.FACTOR_USED,
        Event.FACTOR_FAILED,
        Event.FACTOR_LOCKED_OUT,
        Event.FACTOR_COPIED,
        Event.CODES_MADE,
    ),
    "tools": (
        Event.DEVICE_STARTED,
        Event.DEVICE_APPROVED,
        Event.DEVICE_DENIED,
        Event.CONSENT_ALLOWED,
        Event.CONSENT_DENIED,
        Event.TOKEN_ISSUED,
        Event.TOKEN_REFRESHED,
        Event.TOKEN_REUSED,
        Event.CODE_REUSED,
        Event.SIGN_IN_ENDED,
        Event.ASSERTION_REFUSED,
        Event.ASSERTION_REUSED,
        Event.APPLICATION_REFUSED,
        Event.APPLICATION_DENIED,
    ),
    "keys": (
        Event.CREDENTIALS_ISSUED,
        Event.ROLE_ASSUMED,
        Event.CONSOLE_TOKEN,
        Event.CREDENTIALS_REFUSED,
    ),
    "users": (
        Event.USER_ADDED,
        Event.USER_INVITED,
        Event.INVITATION_TAKEN,
        Event.PASSWORD_CHANGED,
        Event.USER_DISABLED,
        Event.USER_ENABLED,
    ),
    "administration": (
        Event.ADMINISTERED,
        Event.ADMINISTRATION_REFUSED,
        Event.NETWORK_REFUSED,
        Event.SCIM_REFUSED,
        Event.DIRECTORY_APPLIED,
    ),
}
"""Kind → its events, in the order in which they are offered to be looked for."""
