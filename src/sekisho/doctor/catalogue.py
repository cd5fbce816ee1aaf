"""The list of all checks, in the order in which they are told. A new check is added here."""

from sekisho.doctor.check import Check
from sekisho.doctor.checks import (
    agent,
    aws_cli,
    browser,
    certificates,
    clock,
    config,
    endpoints,
    environment,
    keyring,
    modes,
    proxy,
    refresh_tokens,
    registrations,
    role_credentials,
    tokens,
)

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    config.CHECK,
    environment.CHECK,
    modes.CHECK,
    tokens.CHECK,
    role_credentials.CHECK,
    refresh_tokens.CHECK,
    registrations.CHECK,
    endpoints.CHECK,
    clock.CHECK,
    certificates.CHECK,
    proxy.CHECK,
    browser.CHECK,
    keyring.CHECK,
    agent.CHECK,
    aws_cli.CHECK,
)
