"""The links of a message: http and https alone, and their host as it really is."""

from urllib.parse import urlsplit

from wschat_tui.state.model import Message
from wschat_tui.ui.inline import parse


def links_in(message: Message) -> list[str]:
    """The links of a message's body, and then of its attachments."""
    if message.deleted or message.redacted:
        return []
    spans = (span for paragraph in parse(message.body) for span in paragraph.spans)
    written = (span.data for span in spans if span.style == "link")
    files = (one.url for one in message.attachments)
    return [url for url in dict.fromkeys((*written, *files)) if host_of(url)]


def host_of(url: str) -> str:
    """The host of a link, in punycode, so that a lookalike shows itself (SECURITY.md, rule R4).

    Empty where it is no http or https link.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"}:
        return ""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode("ascii")
