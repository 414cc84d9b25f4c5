"""What figures depend on besides the calls, printed beside them."""

from __future__ import annotations

from typing import Any

from callcenter.rules.policy import Policy


def config(policy: Policy, interval_min: int, center: str) -> dict[str, Any]:
    """The limits in seconds, the interval in minutes, and the version of the policy."""
    rules = policy.queue
    return {
        "tz": "Asia/Jakarta",
        "target_s": rules.target_s,
        "short_abandon_s": rules.short_abandon_s,
        "short_service_s": rules.short_service_s,
        "stale_s": rules.stale_s,
        "interval_min": interval_min,
        "center": center or None,
        "policy": policy.version,
    }
