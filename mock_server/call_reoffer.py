"""A later offer that a browser takes: the numbers agreed on first stay what they are.

aiortc numbers codecs and header extensions anew in each offer. Where the other side's numbers were
agreed on, since it offered first, a browser refuses to have them changed (RFC 8843, 9.1).
"""

import re
from collections.abc import Iterator

AGREED = ("a=rtpmap:", "a=fmtp:", "a=rtcp-fb:", "a=extmap:")
DYNAMIC = range(96, 128)
"""The payload types that are free to be given (RFC 3551)."""


def kept(offer: str, before: str) -> str:
    """The offer with the numbers of the description of ours that holds now."""
    head, sections = _split(offer)
    known = {_mid(section): section for section in _split(before)[1]}
    extensions = dict(re.findall(r"(?m)^a=extmap:(\d+)\S* (\S+)$", "".join(known.values())))
    numbers = {uri: int(number) for number, uri in extensions.items()}
    formats = {number for section in known.values() for number in _formats(section)}
    changed = [
        _as_before(section, known[_mid(section)])
        if _mid(section) in known
        else _numbered(section, numbers, formats)
        for section in sections
    ]
    return "".join([head, *changed]).replace("\n", "\r\n")


def _split(sdp: str) -> tuple[str, list[str]]:
    head, *sections = re.split(r"(?m)^(?=m=)", sdp.replace("\r\n", "\n"))
    return head, sections


def _mid(section: str) -> str:
    found = re.search(r"(?m)^a=mid:(.*)$", section)
    return found[1] if found else ""


def _formats(section: str) -> list[int]:
    return [int(word) for word in section.split("\n", 1)[0].split()[3:] if word.isdigit()]


def _as_before(section: str, before: str) -> str:
    """A section that was agreed on, with its codecs and extensions as they were."""
    lines = [line for line in section.split("\n") if not line.startswith(AGREED)]
    agreed = [line for line in before.split("\n") if line.startswith(AGREED)]
    words = lines[0].split()[:3] + before.split("\n", 1)[0].split()[3:]
    return "\n".join([" ".join(words), *lines[1:-1], *agreed, ""])


def _numbered(section: str, numbers: dict[str, int], formats: set[int]) -> str:
    """A new section: known extensions keep their numbers, all else gets free ones."""
    free = _free(formats)
    renamed = {n: next(free) if n in DYNAMIC else n for n in _formats(section)}
    formats.update(renamed.values())

    def extension(found: re.Match[str]) -> str:
        uri = found[2]
        numbers.setdefault(uri, min(set(range(1, 15)) - set(numbers.values())))
        return f"a=extmap:{numbers[uri]} {uri}"

    def number(found: re.Match[str]) -> str:
        return f"{found[1]}{renamed.get(int(found[2]), found[2])}"

    first, rest = section.split("\n", 1)
    words = first.split()
    first = " ".join([*words[:3], *(str(renamed[int(w)]) if w.isdigit() else w for w in words[3:])])
    rest = re.sub(r"(?m)^a=extmap:(\d+) (\S+)$", extension, rest)
    rest = re.sub(r"(?m)^(a=(?:rtpmap|fmtp|rtcp-fb):)(\d+)", number, rest)
    rest = re.sub(r"(apt=)(\d+)", number, rest)
    return f"{first}\n{rest}"


def _free(formats: set[int]) -> Iterator[int]:
    return iter([number for number in DYNAMIC if number not in formats])
