"""What happened before the server started, laid into the world as if it had."""

import re
from datetime import datetime, timedelta, tzinfo

from mock_server import access
from mock_server.drawings import png
from mock_server.ids import Ids
from mock_server.records import Mark, Message, Upload, User
from mock_server.scenario import BrokenScenario, Past, Scenario
from mock_server.world import World

EDITED_AFTER = 120_000
"""Milliseconds between a message of the past and its edit."""

_AT = re.compile(r"(\d+)d (\d\d):(\d\d)")
_AGO = re.compile(r"(?=.)(?:(\d+)h)? ?(?:(\d+)m)?")


def people(world: World, scenario: Scenario) -> None:
    """Give the scenario's own people their accounts and memberships."""
    for person in scenario.people:
        world.users[person.id] = User(person.id, person.name, person.role)
        for network in person.networks:
            if network not in world.networks:
                raise BrokenScenario(f"{person.id} is in the network {network}, which is none.")
            world.admit(network, person.id)
    who_said = (item.who for item in scenario.past)
    who_answers = (item.who for item in scenario.telephones)
    who_draws = (item.who for item in scenario.drawings)
    for name in (*scenario.present, *who_said, *who_answers, *who_draws):
        if name not in world.users:
            raise BrokenScenario(f"The scenario names {name}, whom it does not introduce.")


def happened(world: World, scenario: Scenario, now: int, zone: tzinfo, ids: Ids) -> dict[str, str]:
    """Add the scenario's messages and files; gives the message id of each label."""
    for drawing in scenario.drawings:
        content = png(drawing.subject, drawing.size)
        file = f"{drawing.name}.png"
        world.keep(Upload(drawing.name, drawing.who, file, "image/png", content))
    labels: dict[str, str] = {}
    dated = [(moment(item.when, now, zone), item) for item in scenario.past]
    for at, item in sorted(dated, key=lambda pair: pair[0]):
        message = _said(world, item, at, labels, ids)
        if item.label is not None:
            labels[item.label] = message.id
        _done_to(world, item, message)
    return labels


def moment(when: str, now: int, zone: tzinfo) -> int:
    """The instant that `1d 16:42` or `2h 5m` names, seen from `now`, in milliseconds."""
    if at := _AT.fullmatch(when):
        days, hour, minute = map(int, at.groups())
        today = datetime.fromtimestamp(now / 1000, zone)
        day = (today - timedelta(days=days)).replace(hour=hour, minute=minute, second=0)
        return min(now, int(day.timestamp()) * 1000)
    if ago := _AGO.fullmatch(when):
        hours, minutes = (int(part or 0) for part in ago.groups())
        return now - (hours * 60 + minutes) * 60_000
    raise BrokenScenario(f"'{when}' is no time; write '1d 16:42' or '2h 5m'.")


def _said(world: World, item: Past, at: int, labels: dict[str, str], ids: Ids) -> Message:
    if item.reply_to is not None and item.reply_to not in labels:
        raise BrokenScenario(f"Nothing before '{item.body}' is labelled '{item.reply_to}'.")
    message = Message(
        id=ids.new("msg", item.who, at),
        seq=world.next_seq(),
        scope=access.named(item.to, item.who),
        user_id=item.who,
        body=item.body,
        created_at=at,
        parent_id=item.reply_to and labels[item.reply_to],
        attachments=item.attachments,
    )
    world.post(message)
    return message


def _done_to(world: World, item: Past, message: Message) -> None:
    for reaction, users in item.reactions.items():
        for user_id in users:
            world.react(message.id, reaction, user_id)
    for user_id in item.read_by:
        world.mark(Mark(message.scope, user_id, message.id, message.created_at + EDITED_AFTER))
    if item.edited is not None:
        world.edit(message, item.edited, message.created_at + EDITED_AFTER)
    if item.redacted is not None:
        world.redact(message, item.redacted)
    if item.deleted:
        world.bury(message, message.created_at + EDITED_AFTER)
