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
    from wschat_tui.link.failure import Kind
    from wschat_tui.link.rules import Action

FIRST_DELAY = 0.5
"""Seconds before the second try, before jitter."""

FACTOR = 1.6
"""How much longer each wait is than the one before."""

LONGEST_DELAY = 60.0
"""Seconds: no wait of our own is longer."""

LONGEST_ASKED = 300.0
"""Seconds: no `Retry-After` is honoured beyond this."""

_SAID_SHOWN = 200
_TARGET_SHOWN = 100


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
    rule = _rule(failure)
    sentence = _sentence(rule, _what(rule, failure, where))
    match failure:
        case HttpStatus(status=status, retry_after=asked):
            wait = min(max(asked or 0.0, 0.0), LONGEST_ASKED)
            return Verdict(rule.action, rule.kind, sentence, status, wait)
        case Closed(code=code):
            return Verdict(rule.action, rule.kind, sentence, code)
        case NotOpened():
            return Verdict(rule.action, rule.kind, sentence)
        case _:
            assert_never(failure)


def told(failure: Failure, where: str) -> str:
    """What happened, and what helps: for a request that nobody repeats by itself."""
    rule = _rule(failure)
    what = _what(rule, failure, where)
    return f"{what}: {rule.mend}." if rule.mend else f"{what}."


def login_sentence(where: str) -> str:
    """What is said when neither the token nor its renewal was taken."""
    return f"{where} does not take your login any more; what you wrote is kept: log in again."


def _rule(failure: Failure) -> Rule:
    match failure:
        case HttpStatus(status=status):
            return STATUSES.get(status) or STATUS_CLASSES.get(status // 100, STATUS)
        case Closed(code=code, by_us=True):
            return OWN_CODES.get(code, OWN_CODE)
        case Closed(code=code):
            return CODES.get(code, CODE)
        case NotOpened(cause=cause):
            return CAUSES[cause]
        case _:
            assert_never(failure)


def _what(rule: Rule, failure: Failure, where: str) -> str:
    """What happened, with the server's own words, made harmless."""
    number = target = said = None
    match failure:
        case HttpStatus():
            number, target, said = failure.status, failure.target, failure.said
        case Closed():
            number, said = failure.code, failure.said
        case NotOpened():
            pass
        case _:
            assert_never(failure)
    named = clean(target or "", one_line=True, limit=_TARGET_SHOWN) or "another place"
    what = rule.what.format(where=where, status=number, target=named)
    words = clean(said or "", one_line=True, limit=_SAID_SHOWN).strip()
    return f"{what} (“{words}”)" if words else what


def _sentence(rule: Rule, what: str) -> str:
    match rule.action:
        case "retry":
            return f"{what}; what you wrote is kept, and the next try comes by itself."
        case "refresh":
            return f"{what}; what you wrote is kept, and the login is being renewed."
        case "stop":
            return f"{what}; what you wrote is kept: {rule.mend}, then retry now."
        case _:
            assert_never(rule.action)
