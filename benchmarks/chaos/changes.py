"""Edits, deletions, redactions, reactions and drafts: the last word that was kept is what is so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from benchmarks.chaos.findings import LOST, WRONG, Findings
from benchmarks.chaos.outcome import Deed, Kind, Outcome, Stored

EDITS = "edits, deletions and redactions that were asked for and kept"
REACTIONS = "reactions that were asked for and kept"
DRAFTS = "drafts that were kept"
STALE = "rows of which a later change was not told: their client was away"
MUTED = "reactions that the network left out or mixed up"
COUNTED = (EDITS, REACTIONS, DRAFTS, STALE, MUTED)

DELETED = "\0deleted"
"""What a message says that is gone."""


def check(outcome: Outcome, found: Findings) -> None:
    """What people asked for is so at the server, and what nobody asked for is not."""
    asked: dict[str, dict[Kind, list[Deed]]] = defaultdict(lambda: defaultdict(list))
    doubted = _in_doubt(outcome)
    for deed in outcome.done("edit", "delete", "redact", "react"):
        certain = deed.kept and deed.op not in doubted
        asked[deed.on][deed.kind].append(replace(deed, kept=certain))
    for stored in outcome.stored:
        _words(stored, asked[stored.id], found)
        if not stored.deleted:
            _reactions(outcome, stored, asked[stored.id]["react"], found)
    for user, told in outcome.shown.items():
        _drafts(outcome, user, told, found)


def _words(stored: Stored, asked: dict[Kind, list[Deed]], found: Findings) -> None:
    edits, deletions, masks = asked["edit"], asked["delete"], asked["redact"]
    found.counts[EDITS] += sum(one.kept for one in (*edits, *deletions, *masks))
    if stored.deleted:
        right = bool(deletions)
    elif stored.redacted:
        right = stored.body in {one.value for one in masks}
    else:
        right = stored.body in _last(stored.text, ((one.value, one.kept) for one in edits))
    if not stored.deleted:
        right = right and not any(one.kept for one in deletions)
    if not stored.deleted and not stored.redacted:
        right = right and not any(one.kept for one in masks)
    if not right:
        words = "is deleted" if stored.deleted else f"says {stored.body!r}"
        every = (*edits, *deletions, *masks)
        asks = ", ".join(f"{one.kind} {one.value} {'(kept)' if one.kept else ''}" for one in every)
        name = stored.text.partition(" ")[0]
        found.breaks(LOST, f"{name} {words} at the server; asked was: {asks or 'otherwise'}")


def _in_doubt(outcome: Outcome) -> set[str]:
    """Of which a client says that it is not confirmed, or whose user let it be: by op_id."""
    told = (one for shown in outcome.shown.values() for one in shown["operations"])
    return {one["op"] for one in told} | {one.on for one in outcome.done("discard")}


def _last(first: str, said: Iterable[tuple[str, bool]]) -> set[str]:
    """What may be so: the last that was kept, or what was asked for after it and killed."""
    allowed = {first}
    for value, kept in said:
        allowed = {value} if kept else allowed | {value}
    return allowed


def _reactions(outcome: Outcome, stored: Stored, asked: list[Deed], found: Findings) -> None:
    found.counts[REACTIONS] += sum(one.kept for one in asked)
    by: dict[tuple[str, str], list[Deed]] = defaultdict(list)
    for one in asked:
        by[one.value, one.user].append(one)
    for reaction, user in {*by, *stored.reactions}:
        there = "add" if (reaction, user) in stored.reactions else "remove"
        said = [(one.action, one.kept) for one in by[reaction, user]]
        if there in _last("remove", said) or any(not action for action, _ in said):
            continue
        name = stored.text.partition(" ")[0]
        if (user, ("reaction", stored.id, reaction, user)) in outcome.ledger.muddled:
            found.counts[MUTED] += 1
        else:
            words = f"{user} asked to {said[-1][0] if said else 'do nothing about'} {reaction}"
            found.breaks(LOST, f"{name}: {words}, and the server has it otherwise")


def _drafts(outcome: Outcome, user: str, told: dict[str, Any], found: Findings) -> None:
    """What stands in each composer is what was last typed there; sending it empties it."""
    typed: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for one in outcome.done("draft", "type"):
        if one.user == user:
            typed[one.on].append((one.value, one.kept or one.name in outcome.kept))
            found.counts[DRAFTS] += one.kept
    for scope, said in typed.items():
        room = told["rooms"].get(scope, {"drafts": {}})
        draft, allowed = room["drafts"].get("", ""), _last("", said)
        if draft not in allowed:
            words = f"{draft!r} stands in the composer, and {sorted(allowed)} was typed"
            found.breaks(LOST, f"{user} in {scope}: {words}")


def check_shown(outcome: Outcome, user: str, found: Findings) -> None:
    """Each client shows, and has on its disk, what the server has, as far as it was told."""
    stored = {one.id: one for one in outcome.stored}
    said: dict[str, set[str]] = defaultdict(set)
    for deed in outcome.done("edit", "redact"):
        said[deed.on].add(deed.value)
    for scope, room in outcome.shown[user]["rooms"].items():
        disk = {row["id"]: row for row in outcome.disks[user].get(scope, [])}
        rows = {row["id"]: row for row in room["rows"]}
        for one in [one for one in {**disk, **rows} if one in stored]:
            where = f"{user} in {scope}: {stored[one].text.partition(' ')[0]}"
            for row in [each[one] for each in (disk, rows) if one in each]:
                _shown(outcome, user, stored[one], row, said[one], where, found)
                _reacted(outcome, user, stored[one], row, where, found)
            if one in disk and one in rows and _essence(disk[one]) != _essence(rows[one]):
                found.breaks(WRONG, f"{where} is shown otherwise than it is on the disk")


def _essence(row: dict[str, Any]) -> tuple[object, ...]:
    given = {text: sorted(users) for text, users in row["reactions"].items() if users}
    return row["text"], row["redacted"], row["deleted"], given


def words_of(row: dict[str, Any]) -> str:
    """What a row says."""
    if row["deleted"]:
        return DELETED
    return str(row["text"] if row["redacted"] else row["body"])


def _shown(
    outcome: Outcome,
    user: str,
    stored: Stored,
    row: dict[str, Any],
    said: set[str],
    where: str,
    found: Findings,
) -> None:
    final = DELETED if stored.deleted else stored.body
    words, subject = words_of(row), ("body", stored.id)
    if words == final:
        return
    told = outcome.ledger.told.get((user, subject))
    muddled = (user, subject) in outcome.ledger.muddled
    value = "" if final == DELETED else final
    if words not in {stored.text, *said}:
        found.breaks(WRONG, f"{where} has other words")
    elif told is not None and told.proven and told.value == value and not muddled:
        found.breaks(WRONG, f"{where} is not shown as it is since a change that was told")
    elif _own_word(outcome, user, stored):
        found.breaks(WRONG, f"{where} is not shown as its author changed it")
    else:
        found.counts[STALE] += 1


def _own_word(outcome: Outcome, user: str, stored: Stored) -> bool:
    """What the server has is what this user asked for, and their client kept."""
    asked = [one for one in outcome.done("edit", "delete", "redact") if one.on == stored.id]
    last = asked[-1] if asked else None
    if last is None or last.user != user or not last.kept:
        return False
    return last.kind == "delete" if stored.deleted else last.value == stored.body


def _reacted(
    outcome: Outcome, user: str, stored: Stored, row: dict[str, Any], where: str, found: Findings
) -> None:
    if stored.deleted or row["deleted"]:
        return
    shown = {(text, who) for text, users in row["reactions"].items() for who in users}
    for reaction, who in shown ^ stored.reactions:
        subject = ("reaction", stored.id, reaction, who)
        there = "add" if (reaction, who) in stored.reactions else "remove"
        told = outcome.ledger.told.get((user, subject))
        muddled = (user, subject) in outcome.ledger.muddled
        if told is not None and told.proven and told.value == there and not muddled:
            found.breaks(WRONG, f"{where}: {reaction} of {who} is not shown as it was told")
        elif not any(
            one.on == stored.id and one.value == reaction and one.user == who
            for one in outcome.done("react")
        ):
            found.breaks(WRONG, f"{where}: {who} never gave {reaction}")
        else:
            found.counts[STALE] += 1
