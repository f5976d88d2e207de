"""Whether this machine has a keyring that is safe to use, and if not, why and what to do.

The keyring library picks a backend by priority alone. That includes one that writes plain text
and one that forgets everything, so the choice is judged here by class before a token goes near it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wschat_tui.storage.redact import redact
from wschat_tui.storage.worker import Late, Worker

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SECONDS = 10.0
_LEAST_PRIORITY = 1
_PROBE = "wschat-tui:probe"

_ASK_FOR_FILE = "Or keep tokens in an encrypted file: wschat --token-store=file."
_UNLOCK = "Unlock it and try again. " + _ASK_FOR_FILE
_NO_KEYRING = (
    "Install and unlock a Secret Service (gnome-keyring, KWallet or KeePassXC). " + _ASK_FOR_FILE
)
_UNSET = "Unset PYTHON_KEYRING_BACKEND or mend keyringrc.cfg. " + _ASK_FOR_FILE

# Backends that never hold a token: how the name of the class begins, the reason, the mend.
_REFUSED: tuple[tuple[str, str, str], ...] = (
    ("keyring.backends.fail.", "no system keyring was found", _NO_KEYRING),
    ("keyring.backends.null.", "the keyring is switched off: it forgets what it is given", _UNSET),
    ("keyrings.alt.", "it keeps secrets in plain text or behind weak encryption", _NO_KEYRING),
    (
        "keyrings.cryptfile.",
        "it asks for its passphrase on the terminal, which the chat screen uses",
        _NO_KEYRING,
    ),
)
_PLAIN_TEXT = ("plaintext", "it keeps secrets in plain text", _NO_KEYRING)

_TITLES: tuple[tuple[str, str], ...] = (
    ("keyring.backends.SecretService.", "Secret Service"),
    ("keyring.backends.libsecret.", "Secret Service"),
    ("keyring.backends.kwallet.", "KWallet"),
    ("keyring.backends.macOS.", "macOS Keychain"),
    ("keyring.backends.Windows.", "Windows Credential Locker"),
)

# What an error of the library means, by the name of its class.
_FAULTS: dict[str, tuple[str, str]] = {
    "KeyringLocked": ("it is locked", _UNLOCK),
    "InitError": ("it could not be opened, as nothing here can ask for its password", _UNLOCK),
    "NoKeyringError": ("no system keyring was found", _NO_KEYRING),
    "ImportError": ("the backend that is configured is not installed", _UNSET),
}


@dataclass(frozen=True, slots=True)
class KeyringReport:
    """What `wschat doctor` says of the keyring.

    backend: its class with its module. title: its everyday name. priority: None when it has none.
    usable: whether tokens go there. reason, mend: why not, and what to do (empty when usable).
    """

    backend: str
    title: str
    priority: float | None
    usable: bool
    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class Found:
    """A judged choice: `ring` is the backend to talk to, None when there is none to trust."""

    report: KeyringReport
    ring: KeyringBackend | None


def find_keyring() -> Found:
    """Load the keyring library and judge what it chose; blocks, so call it in a thread.

    Of several chained backends the first that may be trusted is taken, and the others never see a
    token.
    """
    try:
        judged = [_judge(ring) for ring in _chosen()]
    except Exception as error:  # noqa: BLE001  a backend is a stranger's code and fails in its own way
        reason, mend = explain(error)
        return Found(KeyringReport("none", "none", None, False, reason, mend), None)
    return next((found for found in judged if found.ring is not None), judged[0])


async def describe(seconds: float = SECONDS) -> KeyringReport:
    """The report for `wschat doctor`; it also reads from the keyring, to see that it answers."""
    report = await Worker("wschat-keyring-probe", seconds).call(_try_out)
    if isinstance(report, Late):
        reason, mend = late(report)
        return KeyringReport("unknown", "unknown", None, False, reason, mend)
    return report


def explain(error: Exception) -> tuple[str, str]:
    """Reason and mend for what a backend raised, in one line that holds no secret."""
    for kind in type(error).__mro__:
        if kind.__name__ in _FAULTS:
            return _FAULTS[kind.__name__]
    words = "".join(char if char.isprintable() else " " for char in redact(str(error)))
    said = " ".join(f"{type(error).__name__}: {words}".split())
    return f"it failed ({said.rstrip(': ')})", _UNSET


def late(answer: Late) -> tuple[str, str]:
    """Reason and mend for a keyring that did not answer."""
    reason = (
        f"it gave no answer within {answer.seconds:g} s, and may be waiting in an unlock dialog"
    )
    return reason, _UNLOCK


def _chosen() -> list[KeyringBackend]:
    """What the library would use, with a chain taken apart."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    ring = keyring.get_keyring()
    links = list(ring.backends) if isinstance(ring, ChainerBackend) else []
    return links or [ring]


def _judge(ring: KeyringBackend) -> Found:
    names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(ring).__mro__]
    title = next((title for start, title in _TITLES if names[0].startswith(start)), ring.name)
    report = KeyringReport(names[0], title, None, True, "", "")
    for name in names:
        for reason, mend in _refusals(name):
            return Found(replace(report, usable=False, reason=reason, mend=mend), None)
    return _weigh(ring, report)


def _refusals(name: str) -> list[tuple[str, str]]:
    """Why a class of this name may not hold tokens, most telling reason first."""
    word, reason, mend = _PLAIN_TEXT
    plain = [(reason, mend)] if word in name.lower() else []
    return plain + [(why, how) for start, why, how in _REFUSED if name.startswith(start)]


def _weigh(ring: KeyringBackend, report: KeyringReport) -> Found:
    """Ask for the backend's priority: below 1 its own authors do not recommend it."""
    try:
        priority = float(ring.priority)
    except Exception as error:  # noqa: BLE001  a backend is a stranger's code and fails in its own way
        reason, mend = explain(error)
        return Found(replace(report, usable=False, reason=reason, mend=mend), None)
    if priority < _LEAST_PRIORITY:
        reason = f"its priority is {priority:g}, and below {_LEAST_PRIORITY} none is recommended"
        return Found(
            replace(report, priority=priority, usable=False, reason=reason, mend=_NO_KEYRING), None
        )
    return Found(replace(report, priority=priority), ring)


def _try_out() -> KeyringReport:
    found = find_keyring()
    if found.ring is None:
        return found.report
    try:
        found.ring.get_password(_PROBE, _PROBE)
    except Exception as error:  # noqa: BLE001  a backend is a stranger's code and fails in its own way
        reason, mend = explain(error)
        return replace(found.report, usable=False, reason=reason, mend=mend)
    return found.report
