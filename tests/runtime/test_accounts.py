"""Which account is meant: settings, command line and vault brought together."""

import asyncio
import base64
import json

import pytest

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.runtime.accounts import Account, Accounts, Hindrance
from wschat_tui.runtime.choice import Choice
from wschat_tui.storage.paths import below
from wschat_tui.storage.settings.settings import Profile
from wschat_tui.storage.settings.write import save_profile

SERVER = "wss://chat.example.test"


@pytest.fixture
def accounts(tmp_path):
    """Accounts of an empty home, with options and variables."""

    def make(choice=None, **env):
        return Accounts(below(tmp_path), env, choice or Choice(token_store="memory"))

    return make


@pytest.fixture
def saved(tmp_path):
    """Save a profile."""

    async def save(name, **fields):
        profile = Profile(server=SERVER, **fields)
        await asyncio.to_thread(save_profile, below(tmp_path).settings_file, name, profile)

    return save


def jwt(**claims):
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"h.{body}.s"


async def test_nothing_known_says_how_to_begin(accounts):
    found = await accounts().find()
    assert isinstance(found, Hindrance)
    assert "wschat demo" in found.sentence


async def test_the_only_profile_is_opened_with_its_token(accounts, saved):
    await saved("work", user="alice", rooms=("network:team",))
    every = accounts()
    vault = await every.vault()
    await vault.put(SERVER, "alice@work", Tokens("secret", "again"))
    found = await every.find()
    assert isinstance(found, Account)
    assert (found.name, found.user, found.keeper) == ("work", "alice", "alice@work")
    assert found.options.url == f"{SERVER}/v1/ws"


async def test_the_command_line_wins_over_the_profile(accounts, saved, tmp_path):
    await saved("work", user="alice", rooms=("network:team",))
    choice = Choice(
        server="localhost:1", user="bob", profile="work", dialect="goconnect", insecure=True,
        ca_file=tmp_path / "ca.pem", rooms=("host", "network:team"), token="t",
    )  # fmt: skip
    found = await accounts(choice).find()
    assert found.user == "bob"
    assert found.profile.server == "ws://localhost:1/v1/ws"
    assert (found.profile.dialect, found.profile.insecure) == ("goconnect", True)
    assert found.profile.rooms == ("network:team", "host")
    assert found.profile.ca_file == tmp_path / "ca.pem"


async def test_the_token_tells_who_it_is_for(accounts):
    found = await accounts(Choice(server=SERVER), WSCHAT_TOKEN=jwt(sub="carol")).find()
    assert found.user == "carol"
    assert found.keeper == "@"
    assert "WSCHAT_TOKEN" in found.vault.where


async def test_a_renewed_pair_is_kept_under_the_same_name(accounts):
    found = await accounts(Choice(server=SERVER), WSCHAT_TOKEN=jwt(sub="carol")).find()
    await found.keep(Tokens("new", "pair", 5))
    assert await found.vault.get(SERVER, "@") == Tokens("new", "pair", 5)


@pytest.mark.parametrize(
    ("choice", "env", "kind", "word"),
    [
        (Choice(profile="nobody"), {}, "usage", "There is no profile 'nobody'"),
        (Choice(server="ftp://x"), {}, "usage", "is not reached by"),
        (Choice(server=SERVER, token_store="memory"), {}, "login", "No token was given"),
        (Choice(server=SERVER), {"WSCHAT_TOKEN": "a b"}, "login", "WSCHAT_TOKEN"),
        (Choice(server=SERVER), {"WSCHAT_TOKEN_FILE": "/no/such"}, "login", "cannot be read"),
    ],
)
async def test_every_hindrance_is_a_sentence(accounts, choice, env, kind, word):
    found = await accounts(choice, **env).find()
    assert isinstance(found, Hindrance)
    assert found.kind == kind
    assert word in found.sentence


async def test_a_profile_without_a_token_says_how_to_log_in(accounts, saved):
    await saved("work", user="alice")
    found = await accounts().find()
    assert found.kind == "login"
    assert "wschat login --profile work" in found.sentence


async def test_no_token_shows_in_a_repr(accounts):
    every = accounts(Choice(server=SERVER, token="canary-token"))
    found = await every.find()
    assert "canary" not in repr(found) + repr(every.choice)


async def test_the_profile_of_the_server_that_is_named_is_meant(accounts, saved):
    await saved("work", user="alice")
    await saved("other", user="bob")
    every = accounts(Choice(server=SERVER, user="bob", token_store="memory"))
    await (await every.vault()).put(SERVER, "bob@other", Tokens("secret"))
    assert (await every.find()).name == "other"


async def test_a_token_from_outside_belongs_to_no_profile(accounts, saved):
    await saved("work", user="alice")
    found = await accounts(Choice(server=SERVER), WSCHAT_TOKEN="t").find()
    assert (found.name, found.user) == ("", "")
