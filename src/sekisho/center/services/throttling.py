"""Telling a caller in a hurry to wait, in the words of the service that they called (§7.14)."""

from sekisho.center import audit
from sekisho.center.limits import Bucket
from sekisho.center.lockouts import machine
from sekisho.center.protocol.call import Call
from sekisho.center.protocol.fault import Fault

__all__ = ["refuse_haste"]


def refuse_haste(call: Call, bucket: Bucket, error: str, *, whose: str | None = None) -> None:
    """Count one call against `bucket`: that of the calling machine, or of the person `whose`.

    Raises the `Fault` that the service calls `error`, with the seconds to wait, once it is empty.
    """
    center = call.center
    if not center.settings.limits:
        return
    who = f"machine {machine(call.address)}" if whose is None else f"person {whose}"
    seconds = center.rates.take(bucket, who, center.clock.now().timestamp())
    if seconds is not None:
        audit.record("limited", bucket=bucket.name)
        raise Fault(error, f"Too many requests; wait {seconds} seconds", retry_after=seconds)
