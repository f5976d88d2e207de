"""The command line: each verb is a file of its own, loaded when it is asked for."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wschat_tui import __version__
from wschat_tui.cli.call_options import add_answer, add_call
from wschat_tui.cli.exits import Exit
from wschat_tui.cli.speech import mute, say
from wschat_tui.storage.cores import forbid_cores

if TYPE_CHECKING:
    from collections.abc import Sequence

VERBS = {
    "chat": "open the screen (what `wschat` alone does)",
    "demo": "open the screen on a bundled server with lively people in it",
    "send": "post a message, wait until the server has it, and print its id",
    "tail": "print what happens, one line an event",
    "call": "call somebody, print figures each second, and fail where no media flowed",
    "answer": "take calls as they come, and print their figures",
    "export": "write what is kept on this disk to stdout, as JSON, text or HTML",
    "history": "list what is kept on this disk, remove what is old of it, or all",
    "login": "log in to a server and keep the tokens",
    "logout": "forget the tokens of a profile",
    "profiles": "list the profiles",
    "doctor": "say what this terminal, keyring and network can do, with the mend",
}

SWITCHES = {
    "--audio",
    "--auto",
    "--delete-history",
    "--forget",
    "--help",
    "--insecure",
    "--json",
    "--no-history",
    "--once",
    "--relay-only",
    "--screen",
    "--token-stdin",
    "--video",
    "-h",
}
"""Options that take no value: what follows one of them may be the verb."""

EPILOG = """\
exit codes: 0 done, 1 the server or the other side refused, 2 wrong usage,
3 no connection or login, 4 no answer in time, 5 a call without the media that was wanted,
6 not possible with this installation, 130 interrupted

The token comes from WSCHAT_TOKEN, a file named by WSCHAT_TOKEN_FILE, --token-stdin,
or the system keyring, where `wschat login` puts it. It is never an argument.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb; the exit code is one of `Exit`."""
    forbid_cores()
    parser = _parser()
    options = parser.parse_args(_with_verb(list(sys.argv[1:] if argv is None else argv)))
    verb = importlib.import_module(f"wschat_tui.cli.{options.verb}")
    try:
        return int(verb.run(options))
    except KeyboardInterrupt:
        say("Interrupted.")
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        mute()
        return int(Exit.OK)
    except Exception as fault:  # noqa: BLE001  whatever it is, the person gets a sentence
        from wschat_tui.cli.fault import report
        from wschat_tui.storage.paths import find

        return report(fault, find(options.home, os.environ))


def _with_verb(arguments: list[str]) -> list[str]:
    """The verb first, wherever it stands; options without a verb are those of `chat`."""
    if arguments and arguments[0] in {"-h", "--help", "--version"}:
        return arguments
    at = 0
    while at < len(arguments) and arguments[at].startswith("-"):
        at += 1 if arguments[at] in SWITCHES or "=" in arguments[at] else 2
    verb, rest = arguments[at : at + 1] or ["chat"], [*arguments[:at], *arguments[at + 1 :]]
    return [*verb, *(_words_first(rest) if verb[0] in _WORDY else rest)]


_WORDY = frozenset({"export", "history"})


def _words_first(arguments: list[str]) -> list[str]:
    """Words before options: argparse takes no more of them after the first option."""
    words: list[str] = []
    options: list[str] = []
    left = list(arguments)
    while left:
        one = left.pop(0)
        if not one.startswith("-"):
            words.append(one)
            continue
        options.append(one)
        if one not in SWITCHES and "=" not in one and left:
            options.append(left.pop(0))
    return [*words, *options]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wschat",
        description="Chat from the terminal.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"wschat {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, sentence in VERBS.items():
        verb = verbs.add_parser(name, help=sentence, description=sentence.capitalize() + ".")
        _common(verb)
        _ADDED.get(name, _nothing)(verb)
    return parser


def _common(verb: argparse.ArgumentParser) -> None:
    where = verb.add_argument_group("which server, as whom")
    where.add_argument("--server", metavar="URL", help="such as wss://chat.example.org")
    where.add_argument("--user", metavar="ID", help="your user id, where the server does not tell")
    where.add_argument("--profile", metavar="P", help="a profile of the settings")
    where.add_argument("--home", metavar="DIR", type=Path, help="keep all files below DIR")
    where.add_argument("--dialect", choices=("standard", "goconnect"), help="how the server writes")
    where.add_argument("--ca-file", metavar="PEM", type=Path, help="trust these certificates")
    where.add_argument(
        "--insecure", action="store_true", help="send the token unencrypted to other machines too"
    )
    where.add_argument("--token-stdin", action="store_true", help="read the token from stdin")
    where.add_argument(
        "--token-store",
        choices=("auto", "file", "memory"),
        default="auto",
        help="auto: the keyring, else memory; file: encrypted, asks for a passphrase",
    )


def _nothing(_verb: argparse.ArgumentParser) -> None:
    """A verb without arguments of its own."""


def _screen(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--no-history",
        action="store_true",
        help="neither read nor write messages, drafts and the queue on this disk",
    )


def _send(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("scope", metavar="SCOPE", help="host, network:team, dm:bob, or any room")
    verb.add_argument("body", metavar="BODY", help="what to say; - reads it from stdin")
    verb.add_argument("--parent", metavar="ID", help="reply in the thread of this message")
    verb.add_argument("--timeout", metavar="S", type=_seconds, default=10.0, help="default: 10")


def _tail(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--room", metavar="R", action="append", default=[], help="join and show R")
    verb.add_argument("--json", action="store_true", help="print the envelopes as received")


def _login(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--email", metavar="ADDRESS", help="asked for where it is not given")
    verb.add_argument(
        "--code", metavar="CODE", help="the one-time code, where the server wants one"
    )


def _logout(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--forget", action="store_true", help="delete the profile as well")
    verb.add_argument(
        "--delete-history", action="store_true", help="delete what was kept on this disk as well"
    )


def _profiles(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--default", metavar="P", help="open P where no profile is named")


def _export(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        help="a history, as `wschat history` lists it; without one, of the account that is meant",
    )
    verb.add_argument("--room", metavar="R", help="this room alone, by its name or scope")
    verb.add_argument("--format", choices=("json", "text", "html"), required=True)


def _history(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "what",
        nargs="?",
        default="list",
        choices=("list", "prune", "delete"),
        help="list (what `wschat history` alone does): every history here, a line each;"
        " prune: remove what is old; delete: remove all of it, also broken files moved aside",
    )
    verb.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="a history, as it is listed; without one, prune takes the account that is meant",
    )
    verb.add_argument(
        "--older-than",
        metavar="AGE",
        type=_days,
        help="with prune: what was said before: 90d, 12w, 6m (of 30 days), 2y (of 365)",
    )


def _days(text: str) -> int:
    number, unit = text[:-1], text[-1:]
    days = {"d": 1, "w": 7, "m": 30, "y": 365}.get(unit, 0)
    if not (days and number.isascii() and number.isdigit() and 0 < int(number) * days <= 36_500):
        raise argparse.ArgumentTypeError("must be an age such as 90d, 12w, 6m or 2y")
    return int(number) * days


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError("must be a number of seconds above 0 and up to 3600")
    return value


_ADDED = {
    "chat": _screen,
    "demo": _screen,
    "send": _send,
    "tail": _tail,
    "call": add_call,
    "answer": add_answer,
    "export": _export,
    "history": _history,
    "login": _login,
    "logout": _logout,
    "profiles": _profiles,
}
