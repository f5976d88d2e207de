"""The links of a message: http and https alone, and their host as it really is."""

import re
from urllib.parse import urlsplit

from wschat_tui.state.model import Message

_LINK = re.compile(r"https?://[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
_TRAILING = ".,;:!?*_~…"
_PAIRS = {")": "(", "]": "["}


def links_in(message: Message) -> list[str]:
    """The links of a message's body and of its attachments, in order."""
    if message.deleted or message.redacted:
        return []
    found = [_trimmed(match[0]) for match in _LINK.finditer(message.body)]
    files = (one.url for one in message.attachments if _LINK.fullmatch(one.url))
    return list(dict.fromkeys((*found, *files)))


def host_of(url: str) -> str:
    """The host of a link, in punycode, so that a lookalike shows itself (SECURITY.md, rule R4)."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode("ascii")


def _trimmed(link: str) -> str:
    while link:
        last = link[-1]
        unpaired = last in _PAIRS and link.count(last) > link.count(_PAIRS[last])
        if last not in _TRAILING and not unpaired:
            break
        link = link[:-1]
    return link
