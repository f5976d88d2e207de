"""What to do when there is no connection: try again, renew the token, or stop; and what to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from wschat_tui.link.failure import Closed, Failure, HttpStatus, NotOpened
from wschat_tui.link.rules import (
    CAUSES,
    CODE,
    CODES,
    OWN_CODE,
    OWN_CODES,
    STATUS,
    STATUS_CLASSES,
    STATUSES,
    Rule,
)
from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from wschat_tui.link.kinds import Kind
    from wschat_tui.link.rules import Action

FIRST_DELAY = 0.5
"""Seconds before the second try, before jitter."""

FACTOR = 1.6
"""How much longer each wait is than the one before."""

LONGEST_DELAY = 60.0
"""Seconds: no wait of our own is longer."""

LONGEST_ASKED = 300.0
"""Seconds: no `Retry-After` is honoured beyond this."""

_REASON_SHOWN = 200
_RETRIES = "what you wrote is kept, and the next try comes by itself"
_RENEWS = "what you wrote is kept, and the login is being renewed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do, and what to say."""

    action: Action
    """refresh: renew the token once, and try again; where that fails, ask for a login."""
    kind: Kind
    sentence: str
    code: int | None = None
    wait: float = 0.0
    """Seconds that the server asks for, at most `LONGEST_ASKED`."""


def delay(
    attempt: int,
    jitter01: float,
    first: float = FIRST_DELAY,
    factor: float = FACTOR,
    longest: float = LONGEST_DELAY,
) -> float:
    """Seconds to wait after the `attempt`-th failure in a row (from 1), half of them at random.

    `jitter01` is in [0, 1]: clients that were cut off together do not come back together.
    """
    full = longest
    # Past this many steps any first delay has reached the longest, and the power would overflow.
    if attempt <= 64:
        full = min(longest, first * factor ** (max(attempt, 1) - 1))
    return full * (0.5 + 0.5 * jitter01)


def verdict(failure: Failure, where: str) -> Verdict:
    """What to do about a failure. `where` is the server as `host:port`, for the sentence."""
    match failure:
        case HttpStatus():
            return _of_status(failure, where)
        case Closed():
            return _of_close(failure, where)
        case NotOpened(cause):
            rule = CAUSES[cause]
            return Verdict(rule.action, rule.kind, _sentence(rule, where))
        case _:
            assert_never(failure)


def login_sentence(where: str) -> str:
    """What is said when neither the token nor its renewal was taken."""
    return f"{where} does not take your login any more; what you wrote is kept: log in again."


def _of_status(failure: HttpStatus, where: str) -> Verdict:
    status = failure.status
    rule = STATUSES.get(status) or STATUS_CLASSES.get(status // 100, STATUS)
    wait = min(max(failure.retry_after or 0.0, 0.0), LONGEST_ASKED)
    target = clean(failure.target or "", one_line=True, limit=100) or "another place"
    return Verdict(
        rule.action, rule.kind, _sentence(rule, where, status=status, target=target), status, wait
    )


def _of_close(failure: Closed, where: str) -> Verdict:
    code = failure.code
    table, fallback = (OWN_CODES, OWN_CODE) if failure.by_us else (CODES, CODE)
    rule = table.get(code, fallback)
    said = clean(failure.reason, one_line=True, limit=_REASON_SHOWN).strip()
    return Verdict(rule.action, rule.kind, _sentence(rule, where, said=said, status=code), code)


def _sentence(
    rule: Rule, where: str, *, said: str = "", status: int | None = None, target: str = ""
) -> str:
    what = rule.what.format(where=where, status=status, target=target)
    if said:
        what += f" (“{said}”)"
    match rule.action:
        case "retry":
            return f"{what}; {_RETRIES}."
        case "refresh":
            return f"{what}; {_RENEWS}."
        case "stop":
            return f"{what}; what you wrote is kept: {rule.mend}, then retry now."
        case _:
            assert_never(rule.action)
