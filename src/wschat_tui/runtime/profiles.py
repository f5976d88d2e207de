"""Profiles and logins: the settings file and the vault, changed together."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from wschat_tui.link.address import Address, parse
from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.exchange import Exchange
from wschat_tui.link.login import Login
from wschat_tui.link.options import Options
from wschat_tui.link.tokens import claims
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.runtime.accounts import Hindrance
from wschat_tui.runtime.history import delete_history, history_of_profile, in_words, size_of
from wschat_tui.runtime.services import Outcome, ProfileInfo, Profiles
from wschat_tui.storage.settings.problems import SettingsError
from wschat_tui.storage.settings.settings import Profile, Settings, profile_name
from wschat_tui.storage.settings.write import (
    remove_profile,
    save_profile,
    set_default,
    set_value,
)
from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.tokens import check_token
from wschat_tui.storage.vault.vault import Unseen, account_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.accounts import Accounts
    from wschat_tui.runtime.clock import Clock
    from wschat_tui.runtime.services import LoginForm
    from wschat_tui.storage.settings.write import Value
    from wschat_tui.storage.vault.vault import Vault

_CODE_WANTED = re.compile(r"code|otp|2fa|mfa|factor", re.IGNORECASE)


class ProfileBook:
    """Lists, adds and removes accounts."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._file = accounts.places.settings_file

    async def listed(self) -> Profiles:
        """All profiles, and everything that is wrong with the settings file."""
        settings = await self._accounts.settings()
        if isinstance(settings, Hindrance):
            return Profiles((), (settings.sentence,))
        infos = [await self._info(settings, name) for name in settings.profiles]
        return Profiles(tuple(infos))

    async def login(self, form: LoginForm) -> Outcome:
        """Get tokens by password, or take the one given; then keep them and save the profile."""
        address = parse(form.server)
        if not isinstance(address, Address):
            return Outcome(False, address.sentence, "server")
        name = form.profile or suggested(address)
        try:
            profile_name(name)
        except ValueError as error:
            return Outcome(False, f"The profile's name {error}.", "profile")
        got = await self._tokens(form, address)
        if isinstance(got, Outcome):
            return got
        tokens, user = got
        try:
            profile = Profile(
                server=address.url,
                user=user or None,
                email=form.email or None,
                dialect="goconnect" if form.dialect == "goconnect" else "standard",
                insecure=form.insecure,
            )
        except ValidationError as error:
            return Outcome(False, f"This cannot be saved: {error.errors()[0]['msg']}.", "user")
        return await self._kept(name, profile, tokens)

    async def log_out(self, name: str, *, history: bool = False) -> Outcome:
        """Delete the tokens of a profile wherever this client may have put them.

        The profile stays, and its history, if it may. history: delete that too. It is not done,
        and says so, where a place was not looked into.
        """
        settings = await self._accounts.settings()
        if isinstance(settings, Hindrance):
            return Outcome(False, settings.sentence)
        profile = settings.profiles.get(name)
        if profile is None:
            return Outcome(False, f"There is no profile {name!r}; nothing was changed.")
        held = bool((await self._info(settings, name)).token_home)
        trouble = await self._deleted(name, profile)
        if trouble is not None:
            return Outcome(False, str(trouble))
        done = f"The tokens of {name!r} are deleted." if held else f"{name!r} had no tokens."
        done = " ".join((done, *await self._notes()))
        left = await self._left(name)
        if left:
            return Outcome(False, f"{done} {left}", profile=name)
        return await self._with_history(name, profile, done, delete=history)

    async def unseen_file(self) -> str:
        """Why the encrypted token file was not looked into; empty where it was, or is not there."""
        for other in await self._accounts.others():
            if isinstance(other, Unseen) and other.place == "file":
                return other.why
        return ""

    async def _left(self, name: str) -> str:
        """What was not looked into although there may be tokens in it, and how it can be."""
        unseen = await self.unseen_file()
        return unseen and (
            f"{unseen} Tokens of {name!r} may still be in it. Run `wschat logout --profile {name}"
            " --token-store file` in a terminal, which asks for the passphrase, or remove the"
            " file: all tokens in it are gone then."
        )

    async def _notes(self) -> list[str]:
        """What is out of reach from here, and what is not this client's to end."""
        notes = [
            other.why
            for other in await self._accounts.others()
            if isinstance(other, Unseen) and other.place == "keyring"
        ]
        given = self._accounts.given
        return [*notes, *([f"{given} is set here, and is yours to unset."] if given else [])]

    async def forget(self, name: str, *, history: bool = False) -> Outcome:
        """Delete the tokens of a profile and the profile itself. history: delete that too."""
        settings = await self._accounts.settings()
        done = await self.log_out(name, history=history)
        if not done.ok or isinstance(settings, Hindrance):
            return done
        removed = f"{name!r} is logged out and removed."
        written = await self._write(lambda: remove_profile(self._file, name), removed, name)
        told = done.sentence.partition(". ")[2]
        return replace(written, sentence=f"{written.sentence} {told}".strip())

    async def _with_history(
        self, name: str, profile: Profile, done: str, *, delete: bool
    ) -> Outcome:
        """What becomes of the history, told beside what was done."""
        file = history_of_profile(self._accounts.places, name, profile)
        size = await size_of(file)
        if not size:
            return Outcome(True, done, profile=name)
        if not delete:
            stays = f"Its history stays on this disk ({in_words(size)})."
            return Outcome(True, f"{done} {stays}", profile=name)
        try:
            await delete_history(file)
        except OSError as error:
            why = f"Its history could not be deleted ({error.strerror}); it is {file}."
            return Outcome(False, f"{done} {why}", profile=name)
        return Outcome(True, f"{done} Its history is deleted ({in_words(size)}).", profile=name)

    async def make_default(self, name: str) -> Outcome:
        """Open this profile when none is named."""
        sentence = f"{name!r} opens when no profile is named."
        return await self._write(lambda: set_default(self._file, name), sentence, name)

    async def keep_setting(self, key: str, value: Value) -> Outcome:
        """Write one setting."""
        return await self._write(lambda: set_value(self._file, key, value), f"{key} is {value}.")

    async def _info(self, settings: Settings, name: str) -> ProfileInfo:
        profile = settings.profiles[name]
        home = ""
        for vault in await self._vaults():
            if await vault.holds(profile.server, account_of(profile.user or "", name)):
                home = home or vault.where
        is_default = settings.default_name == name
        size = await size_of(history_of_profile(self._accounts.places, name, profile))
        return ProfileInfo(name, profile.server, profile.user or "", is_default, home, size)

    async def _tokens(self, form: LoginForm, address: Address) -> tuple[Tokens, str] | Outcome:
        if form.token:
            token = check_token(form.token)
            if isinstance(token, Trouble):
                return Outcome(False, str(token), "token")
            return Tokens(token), form.user or claims(token).user or ""
        settings = await self._accounts.settings()
        if isinstance(settings, Hindrance):
            return Outcome(False, settings.sentence)
        ca_file = self._accounts.choice.ca_file
        exchange = Exchange(Options(address.url, insecure=form.insecure, ca_file=ca_file))
        try:
            login = Login(exchange, self._clock.now)
            answer = await login.login(form.email, form.password, form.code or None)
        finally:
            await exchange.close()
        match answer:
            case Refused(code="redirect"):
                return Outcome(False, answer.message, "server")
            case Refused():
                field = "code" if _CODE_WANTED.search(answer.code) else "password"
                return Outcome(False, f"{address.where} refused the login: {answer.message}", field)
            case Unreachable():
                return Outcome(False, answer.sentence, "server")
            case Absent():
                sentence = f"{address.where} has no login by password; import a token instead."
                return Outcome(False, sentence, "server")
            case _:
                return answer.tokens, form.user or answer.user or ""

    async def _kept(self, name: str, profile: Profile, tokens: Tokens) -> Outcome:
        vault = await self._accounts.vault()
        if isinstance(vault, Trouble):
            return Outcome(False, str(vault))
        before = await self._accounts.settings()
        was = None if isinstance(before, Hindrance) else before.profiles.get(name)
        saved = await self._write(
            lambda: save_profile(self._file, name, profile), f"Profile {name!r} is saved.", name
        )
        if not saved.ok:
            return saved
        if was is not None and (was.server, was.user) != (profile.server, profile.user):
            # Nothing would name that account any more, so nobody could log it out.
            for one in await self._vaults():
                await one.delete(was.server, account_of(was.user or "", name))
        trouble = await vault.put(profile.server, account_of(profile.user or "", name), tokens)
        sentence = f"Logged in; the tokens are {vault.where}."
        doubt = trouble or vault.trouble
        return Outcome(True, f"{sentence} {doubt}" if doubt else sentence, profile=name)

    async def _deleted(self, name: str, profile: Profile) -> Trouble | None:
        vault = await self._accounts.vault()
        if isinstance(vault, Trouble):
            return vault
        account = account_of(profile.user or "", name)
        troubles = [await one.delete(profile.server, account) for one in await self._vaults()]
        return next((one for one in troubles if one is not None), None)

    async def _vaults(self) -> list[Vault]:
        """Every place that can be looked into, this run's first."""
        places = (await self._accounts.vault(), *await self._accounts.others())
        return [one for one in places if not isinstance(one, Trouble | Unseen)]

    async def _write(
        self, change: Callable[[], Settings], sentence: str, profile: str = ""
    ) -> Outcome:
        try:
            await asyncio.to_thread(change)
        except SettingsError as error:
            return Outcome(False, " ".join(str(problem) for problem in error.problems))
        return Outcome(True, sentence, profile=profile)


def suggested(address: Address) -> str:
    """A profile name made from the server's host."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", address.host).strip("-")[:40] or "server"
