"""`wschat history`: every history on this disk; less of one, or none of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.opening import accounts_for
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import out, say
from wschat_tui.runtime import histories
from wschat_tui.runtime.accounts import Hindrance
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.history import in_words
from wschat_tui.storage.archive.fates import why
from wschat_tui.storage.archive.prune import prune_or_say
from wschat_tui.storage.trouble import Trouble

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from wschat_tui.runtime.accounts import Accounts
    from wschat_tui.runtime.choice import Choice
    from wschat_tui.storage.archive.listing import Listed
    from wschat_tui.storage.archive.prune import Pruned

_DAY = 86_400_000


def run(options: argparse.Namespace) -> int:
    """List, prune or delete."""
    choice = choice_from(options)
    try:
        return asyncio.run(_done(choice, options))
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        folder = accounts_for(choice).places.history_dir
        say(f"The histories in {folder} could not be read, as {why(error)}.")
        return Exit.REFUSED


async def _done(choice: Choice, options: argparse.Namespace) -> int:
    if options.what == "list":
        return await _list(choice)
    if options.what == "delete":
        return await _delete(choice, options.names)
    if options.older_than is None:
        say("How old is too old? Say it with --older-than, such as 90d, 12w, 6m or 2y.")
        return Exit.USAGE
    return await _prune(choice, options.names, options.older_than)


async def _list(choice: Choice) -> int:
    accounts = accounts_for(choice)
    found = await histories.listed(accounts)
    for one in found:
        out("\t".join(_columns(one)))
    if not found:
        say(f"No history is kept on this disk; it would be below {accounts.places.history_dir}.")
    return Exit.OK


def _columns(one: Listed) -> tuple[str, ...]:
    size, used = in_words(one.size), f"used {_moment(one.used)}"
    match one.condition:
        case "aside":
            return one.name, "-", "-", "-", size, used, f"broken, goes on {_day(one.goes_at)}"
        case "unreadable":
            return one.name, "-", "-", "-", size, used, "cannot be read"
        case _:
            whose = one.whose
            note = f"profile {whose.profile}" if whose.profile else "no profile"
            note += ", open now" if one.condition == "open" else ""
            count = f"{one.messages:,} message{'' if one.messages == 1 else 's'}"
            known = whose.user or "-", whose.server or "-"
            return one.name, *known, count, size, used, note


async def _delete(choice: Choice, names: Sequence[str]) -> int:
    if not names:
        say("Say which history is to be deleted; `wschat history` lists their names.")
        return Exit.USAGE
    meant = await _meant(accounts_for(choice), names)
    if meant is None:
        return Exit.USAGE
    code = Exit.OK
    for one in meant:
        try:
            size = await histories.delete(one)
        except OSError as error:
            say(f"{one.name} could not be deleted, as {why(error)}.")
            code = Exit.REFUSED
        else:
            say(f"{one.name} is deleted ({in_words(size)}).")
    return code


async def _prune(choice: Choice, names: Sequence[str], days: int) -> int:
    files = await _files(choice, names)
    if isinstance(files, int):
        return files
    now, code = SystemClock().now(), Exit.OK
    for file in files:
        before = f"{file.stem}: " if len(files) > 1 else ""
        pruned = await asyncio.to_thread(prune_or_say, file, now - days * _DAY, now)
        if isinstance(pruned, Trouble):
            say(f"{before}{pruned}")
            code = Exit.REFUSED
        else:
            say(f"{before}{_told(pruned, now - days * _DAY)}")
    await _tell_of_asides(choice, files)
    return code


async def _files(choice: Choice, names: Sequence[str]) -> list[Path] | int:
    """The histories that are named, else that of the account that is meant."""
    if names:
        return await files_named(choice, names)
    file = await history_meant(choice)
    if isinstance(file, int):
        return file
    if not await asyncio.to_thread(file.exists):
        say("Nothing is kept of this account on this disk; `wschat history` lists what is.")
        return Exit.OK
    return [file]


async def files_named(choice: Choice, names: Sequence[str]) -> list[Path] | int:
    """The histories of these names; else why is said, and the exit code."""
    meant = await _meant(accounts_for(choice), names)
    if meant is None:
        return Exit.USAGE
    aside = next((one for one in meant if one.condition == "aside"), None)
    if aside is not None:
        say(f"{aside.name} is broken, and no more is to be had of it; it can be deleted.")
        return Exit.USAGE
    return [one.file for one in meant]


async def _meant(accounts: Accounts, names: Sequence[str]) -> list[Listed] | None:
    """What is named; None, and a sentence, where one is not there. Nothing is done then."""
    found = await histories.listed(accounts)
    meant = [histories.named(found, name) for name in dict.fromkeys(names)]
    for name, one in zip(dict.fromkeys(names), meant, strict=True):
        if one is None:
            say(f"There is no history {name!r}, and nothing was done; `wschat history` lists them.")
            return None
    return [one for one in meant if one is not None]


async def _tell_of_asides(choice: Choice, files: Sequence[Path]) -> None:
    """What is old may be in a broken file, too."""
    for one in await histories.listed(accounts_for(choice)):
        if one.condition == "aside" and any(one.name.startswith(file.name) for file in files):
            gone = f"`wschat history delete {one.name}` removes it"
            say(f"A broken one of it lies beside it until {_day(one.goes_at)}; {gone}.")


async def history_meant(choice: Choice) -> Path | int:
    """The file of the account that the command line means; else why is said, and the exit code."""
    found = await accounts_for(choice).history()
    if isinstance(found, Hindrance):
        say(found.sentence)
        if await histories.listed(accounts_for(choice)):
            say("Histories are kept here; `wschat history` lists their names, which do as well.")
        return Exit.NO_LINK if found.kind == "login" else Exit.USAGE
    return found


def _told(pruned: Pruned, before: int) -> str:
    day = datetime.fromtimestamp(before / 1000, UTC).date().isoformat()
    if not pruned.messages:
        return f"Nothing here was said before {day}; the history has {in_words(pruned.after)}."
    messages = "1 message" if pruned.messages == 1 else f"{pruned.messages:,} messages"
    size = f"it had {in_words(pruned.before)} and has {in_words(pruned.after)} now"
    are = "is" if pruned.messages == 1 else "are"
    return f"{messages} from before {day} {are} gone from this disk; {size}."


def _moment(at: int) -> str:
    """In this machine's time zone."""
    return datetime.fromtimestamp(at // 1000).astimezone().strftime("%Y-%m-%d %H:%M")


def _day(at: int) -> str:
    return datetime.fromtimestamp(at // 1000).astimezone().date().isoformat()
