"""Rows S13, S14 and F25 of the threat and fault tables, and the keyring policy."""

import json

import pytest

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.redact import redact
from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.keyring_store import KeyringStore
from wschat_tui.storage.vault.stored import StoredVault
from wschat_tui.storage.worker import Worker

URL = "wss://chat.example.test/v1/ws"
ORIGIN = "wss://chat.example.test:443"
SERVICE = f"wschat-tui:{ORIGIN}"
ME = "alice@work"
OLD = Tokens("canary-old-access", "canary-old-refresh", 1)
NEW = Tokens("canary-new-access", "canary-new-refresh", 2)
KEPT = "The new token is kept in memory only, until you quit."


@pytest.fixture
def vault_on():
    def make(ring, seconds=5.0):
        return StoredVault(KeyringStore(ring, "Test Ring"), Worker("wschat-test", seconds))

    return make


async def test_a_pair_is_kept_read_and_deleted(rings, vault_on):
    ring = rings.Ring()
    vault = vault_on(ring)
    assert vault.trouble is None
    assert vault.where == "in the system keyring (Test Ring)"
    assert await vault.get(URL, ME) is None
    assert await vault.put(URL, ME, OLD) is None
    assert set(ring.kept) == {(SERVICE, ME)}
    assert await vault_on(ring).get(URL, ME) == OLD
    assert await vault.holds(URL, ME)
    assert not await vault.holds(URL, "bob@work")
    assert await vault.delete(URL, ME) is None
    assert ring.kept == {}
    assert await vault.get(URL, ME) is None
    assert await vault.delete(URL, ME) is None


async def test_a_pair_is_given_to_its_origin_and_account_alone(rings, vault_on):
    """S15."""
    vault = vault_on(rings.Ring())
    await vault.put(URL, ME, OLD)
    assert await vault.get("WSS://Chat.Example.test:443/other", ME) == OLD
    for elsewhere in ("ws://chat.example.test", "wss://chat.example.test:444", "wss://evil.test"):
        assert await vault.get(elsewhere, ME) is None
    assert await vault.get(URL, "bob@work") is None
    assert await vault.get(URL, "alice@home") is None


async def test_a_keyring_that_answers_for_another_is_not_believed(rings, vault_on):
    ring = rings.Ring()
    await vault_on(ring).put("wss://evil.test", ME, OLD)
    ring.kept[SERVICE, ME] = ring.kept["wschat-tui:wss://evil.test:443", ME]
    found = await vault_on(ring).get(URL, ME)
    assert found == Trouble(
        "The keyring entry of alice@work holds something that wschat did not write.",
        "Log in again to replace it.",
    )


async def test_what_is_stored_is_read_back(rings, vault_on):
    ring = rings.Ring()
    await vault_on(ring).put(URL, ME, OLD)
    stored = ring.calls.index(("set", ME))
    assert ring.calls[stored + 1] == ("get", ME)


async def test_a_keyring_that_forgets_is_found_out_and_memory_serves(rings, vault_on):
    vault = vault_on(rings.ForgetfulRing())
    trouble = await vault.put(URL, ME, NEW)
    assert trouble == Trouble(
        f"The system keyring did not give back what it was given. {KEPT}",
        "Run `wschat doctor` to see which keyring it is.",
    )
    assert await vault.get(URL, ME) == NEW
    assert vault.where == "in memory only, until you quit"
    assert await vault.delete(URL, ME) is None
    assert await vault.get(URL, ME) is None


async def test_what_memory_held_is_dropped_once_the_keyring_takes_it(rings, vault_on, monkeypatch):
    ring = rings.Ring()
    vault = vault_on(ring)
    with monkeypatch.context() as patch:
        patch.setattr(ring, "set_password", lambda *_: None)
        assert await vault.put(URL, ME, OLD) is not None
    assert await vault.put(URL, ME, NEW) is None
    assert vault.where == "in the system keyring (Test Ring)"
    assert await vault.get(URL, ME) == NEW


async def test_a_locked_keyring_is_a_sentence(rings, vault_on):
    vault = vault_on(rings.LockedRing())
    found = await vault.get(URL, ME)
    assert isinstance(found, Trouble)
    assert found.what == "The system keyring was of no use: it is locked."
    assert found.mend.startswith("Unlock it and try again.")
    kept = await vault.put(URL, ME, NEW)
    assert kept.what == f"The system keyring was of no use: it is locked. {KEPT}"
    gone = await vault.delete(URL, ME)
    assert (
        gone.what == "The system keyring was of no use: it is locked. The token may still be there."
    )


async def test_what_a_backend_says_is_one_clean_line_without_the_token(rings, vault_on):
    """S13."""
    trouble = await vault_on(rings.OddRing()).put(URL, ME, NEW)
    assert "NamelessFault: cannot store" in trouble.what
    assert "canary" not in str(trouble)
    assert str(trouble).isprintable()


async def test_a_slow_keyring_is_given_up_and_its_dialog_not_doubled(rings, vault_on):
    ring = rings.SlowRing()
    vault = vault_on(ring, 0.05)
    found = await vault.get(URL, ME)
    assert found.what == (
        "The system keyring was of no use: it gave no answer within 0.05 s, "
        "and may be waiting in an unlock dialog."
    )
    assert (await vault.put(URL, ME, NEW)).what.endswith(KEPT)
    assert await vault.get(URL, ME) == NEW
    assert len(ring.threads) == 1
    assert ring.threads[0].daemon
    ring.release.set()
    ring.threads[0].join()
    assert await vault.put(URL, ME, NEW) is None
    assert vault.where == "in the system keyring (Test Ring)"


@pytest.mark.parametrize("text", ["hunter2", "{}", json.dumps({"access": "x"})])
async def test_an_entry_of_somebody_else_is_named_and_can_be_replaced(rings, vault_on, text):
    ring = rings.Ring()
    ring.kept[SERVICE, ME] = text
    vault = vault_on(ring)
    assert (await vault.get(URL, ME)).mend == "Log in again to replace it."
    assert await vault.put(URL, ME, NEW) is None
    assert await vault.get(URL, ME) == NEW


async def test_a_pair_that_cannot_be_sent_is_not_kept(rings, vault_on):
    ring = rings.Ring()
    vault = vault_on(ring)
    trouble = await vault.put(URL, ME, Tokens("canary\r\nx"))
    assert trouble.what.startswith("The token has spaces, control characters")
    assert ring.calls == []
    assert await vault.get(URL, ME) is None


async def test_tokens_that_pass_through_are_hidden_from_logs(rings, vault_on):
    """S13."""
    ring = rings.Ring()
    await vault_on(ring).put(URL, ME, OLD)
    assert "canary" not in redact("said canary-old-access and canary-old-refresh")
    ring.kept = {key: text.replace("old", "found") for key, text in ring.kept.items()}
    await vault_on(ring).get(URL, ME)
    assert "canary" not in redact("canary-found-access")


async def test_a_keyring_that_does_not_let_go_is_a_sentence(rings, vault_on):
    ring = rings.StickyRing()
    vault = vault_on(ring)
    await vault.put(URL, ME, OLD)
    trouble = await vault.delete(URL, ME)
    assert trouble == Trouble(
        "The system keyring did not let go of the token. The token may still be there.",
        "Remove it there by hand.",
    )
    assert ring.calls.count(("delete", ME)) < 10


async def test_a_swap_puts_the_new_pair_in_place_of_the_old(rings, vault_on):
    """F25."""
    ring = rings.Ring()
    vault = vault_on(ring)
    await vault.put(URL, ME, OLD)
    assert await vault.swap(URL, ME, NEW) is None
    assert set(ring.kept) == {(SERVICE, ME)}
    assert await vault.get(URL, ME) == NEW


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", range(12))
async def test_a_swap_killed_at_any_step_leaves_a_whole_pair(rings, vault_on, step):
    """F25: a backend may delete before it writes, so the old entry is not written over first."""
    ring = rings.Ring()
    store = KeyringStore(ring, "Test Ring")
    store.write(ORIGIN, ME, OLD)
    calls, before = 0, ring.calls.copy()

    def counted(work):
        def call(*args):
            nonlocal calls
            calls += 1
            if calls > step:
                if work is set_password:
                    ring.kept.pop(args[:2], None)
                raise Killed
            return work(*args)

        return call

    get_password, set_password, delete_password = (
        ring.get_password,
        ring.set_password,
        ring.delete_password,
    )
    ring.get_password = counted(get_password)
    ring.set_password = counted(set_password)
    ring.delete_password = counted(delete_password)
    try:
        store.swap(ORIGIN, ME, NEW)
        survived = True
    except Killed:
        survived = False
    ring.get_password, ring.set_password, ring.delete_password = (
        get_password,
        set_password,
        delete_password,
    )
    found = await vault_on(ring).get(URL, ME)
    new_is_safe = survived or step >= 2
    assert found == (NEW if new_is_safe or step == 1 else OLD)
    assert set(ring.kept) == {(SERVICE, ME)}
    assert len(before) < len(ring.calls)


async def test_a_cut_short_swap_is_read_even_if_it_cannot_be_finished(rings, vault_on):
    """F25."""
    ring = rings.Ring()
    await vault_on(ring).put(URL, ME, NEW)
    ring.kept[SERVICE, f"{ME}#next"] = ring.kept.pop((SERVICE, ME))

    def refuse(*_):
        raise RuntimeError("read-only")

    ring.set_password = refuse
    assert await vault_on(ring).get(URL, ME) == NEW


async def test_a_half_written_new_pair_does_not_count(rings, vault_on):
    """F25."""
    ring = rings.Ring()
    await vault_on(ring).put(URL, ME, OLD)
    ring.kept[SERVICE, f"{ME}#next"] = '{"access": "canary'
    assert await vault_on(ring).get(URL, ME) == OLD


async def test_a_login_and_a_logout_clear_what_a_swap_left(rings, vault_on):
    ring = rings.Ring()
    for action in ("put", "delete"):
        await vault_on(ring).put(URL, ME, OLD)
        ring.kept[SERVICE, f"{ME}#next"] = ring.kept[SERVICE, ME]
        if action == "put":
            await vault_on(ring).put(URL, ME, NEW)
            assert await vault_on(ring).get(URL, ME) == NEW
        else:
            await vault_on(ring).delete(URL, ME)
            assert ring.kept == {}


async def test_a_failed_swap_keeps_the_old_pair_and_uses_the_new_from_memory(rings, vault_on):
    """F25."""
    ring = rings.Ring()
    vault = vault_on(ring)
    await vault.put(URL, ME, OLD)
    ring.set_password = lambda *_: None
    trouble = await vault.swap(URL, ME, NEW)
    assert trouble.what.endswith(KEPT)
    assert await vault.get(URL, ME) == NEW
    assert await vault_on(ring).get(URL, ME) == OLD
