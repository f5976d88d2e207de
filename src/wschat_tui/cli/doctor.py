"""`wschat doctor`: what this machine can do, each shortcoming with its mend."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from wschat_tui.cli.doctor_calls import findings as call_findings
from wschat_tui.cli.doctor_history import findings as history_findings
from wschat_tui.cli.exits import Exit
from wschat_tui.cli.finding import Finding
from wschat_tui.cli.opening import accounts_for
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import out
from wschat_tui.runtime.accounts import Account, Accounts, Hindrance
from wschat_tui.runtime.call_survey import survey
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.headless import headless, settled
from wschat_tui.storage.settings.calls import Calls
from wschat_tui.storage.vault.keyring_probe import describe

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

LIBRARIES = ("textual", "websockets", "pydantic", "keyring", "aiohttp", "rpds-py")
ANSWER = 10.0
"""Seconds to wait for the server."""

PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


def run(options: argparse.Namespace) -> int:
    """Print the report. What is lacking is told, and no reason to fail."""
    choice = choice_from(options)
    for finding in (*_machine(), *_terminal(os.environ)):
        out(str(finding))
    asked = bool(choice.server or choice.profile)
    for finding in asyncio.run(_rest(accounts_for(choice), asked=asked)):
        out(str(finding))
    return Exit.OK


def _machine() -> Iterator[Finding]:
    yield Finding("ok", "wschat", f"{version('wschat-tui')} on Python {platform.python_version()}")
    yield Finding("ok", "libraries", ", ".join(f"{one} {version(one)}" for one in LIBRARIES))


def _terminal(env: Mapping[str, str]) -> Iterator[Finding]:
    size = shutil.get_terminal_size()
    term = env.get("TERM", "")
    if not sys.stdout.isatty():
        yield Finding("note", "terminal", "stdout is no terminal here; the screen needs one")
    elif term in {"", "dumb"}:
        mend = "use a terminal that sets TERM, such as xterm-256color"
        yield Finding("lack", "terminal", f"TERM is {term or 'not set'}", mend)
    else:
        yield Finding("ok", "terminal", f"{term}, {size.columns}x{size.lines}")
    if sys.stdout.isatty() and (size.columns < 60 or size.lines < 20):
        mend = "make the window 60 columns by 20 lines or larger"
        yield Finding("lack", "size", f"{size.columns}x{size.lines} is small", mend)
    yield _colours(env)
    yield _letters()
    if env.get("TMUX"):
        mend = "tmux set -s set-clipboard on, so that copying reaches your clipboard"
        yield Finding("note", "tmux", "copying goes through tmux (OSC 52)", mend)
    if env.get("SSH_CONNECTION"):
        yield Finding("note", "ssh", "links open and copies land where the terminal allows it")


def _colours(env: Mapping[str, str]) -> Finding:
    if env.get("NO_COLOR"):
        return Finding("ok", "colours", "none, as NO_COLOR asks")
    if env.get("COLORTERM", "") in {"truecolor", "24bit"}:
        return Finding("ok", "colours", "16 million")
    return Finding("note", "colours", "256 or fewer", "set COLORTERM=truecolor if it can do more")


def _letters() -> Finding:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        return Finding("ok", "letters", "UTF-8")
    mend = "set LANG to a UTF-8 locale, such as C.UTF-8"
    return Finding("lack", "letters", f"stdout is {encoding or 'unknown'}, not UTF-8", mend)


async def _rest(accounts: Accounts, *, asked: bool) -> list[Finding]:
    findings = [await _keyring(), await _settings(accounts)]
    proxies = [f"{one}={'set'}" for one in PROXIES if os.environ.get(one)]
    if proxies:
        findings.append(Finding("note", "proxy", f"{', '.join(proxies)}; loopback goes direct"))
    account = await accounts.find()
    findings += await history_findings(accounts, account)
    findings += await _calls(accounts, account)
    if isinstance(account, Account):
        findings.append(await _server(account))
    elif asked:
        findings.append(Finding("lack", "server", account.sentence))
    return findings


async def _keyring() -> Finding:
    report = await describe()
    if report.usable:
        text = f"{report.title} ({report.backend}, priority {report.priority:g})"
        return Finding("ok", "keyring", text)
    text = f"{report.title}: {report.reason}; tokens stay in memory until you quit"
    return Finding("lack", "keyring", text, report.mend)


async def _settings(accounts: Accounts) -> Finding:
    file = accounts.places.settings_file
    settings = await accounts.settings()
    if isinstance(settings, Hindrance):
        return Finding("lack", "settings", settings.sentence, f"mend it in {file}")
    count = len(settings.profiles)
    exists = await asyncio.to_thread(file.exists)
    there = f"{count} profile{'' if count == 1 else 's'}" if exists else "no file yet"
    return Finding("ok", "settings", f"{file}: {there}")


async def _calls(accounts: Accounts, account: Account | Hindrance) -> list[Finding]:
    settings = await accounts.settings()
    calls = Calls() if isinstance(settings, Hindrance) else settings.calls
    calls = account.calls if isinstance(account, Account) else calls
    return list(call_findings(await survey(calls, SystemClock()), calls))


async def _server(account: Account) -> Finding:
    async with headless(account, SystemClock()) as client:
        try:
            async with asyncio.timeout(ANSWER):
                state = await client.until(lambda now: settled(now) or now.link.phase == "waiting")
        except TimeoutError:
            return Finding(
                "lack", "server", f"{account.profile.server} did not answer in {ANSWER:g} s"
            )
        if state.link.phase == "online":
            return Finding("ok", "server", f"{account.profile.server} lets you in")
        return Finding("lack", "server", str(state.link.sentence))
