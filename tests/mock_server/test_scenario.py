"""Scenario files: what they may say, what they lay into the past, and that the bundled ones hold."""

from datetime import UTC, timedelta, timezone

import pytest

from mock_server import past
from mock_server.clock import SEEDED_START, rfc3339
from mock_server.ids import SeededIds
from mock_server.scenario import BrokenScenario, Scenario, bundled, load
from mock_server.world import first_world

HOUR = 3_600_000


def scenario(**parts):
    return Scenario.model_validate({"about": "a test", **parts})


def laid(*messages, now=SEEDED_START):
    world = first_world()
    labels = past.happened(world, scenario(past=messages), now, UTC, SeededIds(1))
    return world, labels


def said(when, who="bob", to="network:lobby", body="x", **more):
    return {"when": when, "who": who, "to": to, "body": body, **more}


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_scenario_can_be_read_and_laid(name):
    world, found = first_world(), load(name)
    past.people(world, found)
    past.happened(world, found, SEEDED_START, UTC, SeededIds(1))
    assert found.about
    assert len(world.messages) == len(found.past)


def test_the_bundled_ones_are_these():
    assert bundled() == ["crowd", "demo", "quiet", "screens"]


def test_the_past_of_the_demo_spans_yesterday_and_today():
    world = first_world()
    past.happened(world, load("demo"), SEEDED_START, UTC, SeededIds(1))
    days = {rfc3339(message.created_at)[:10] for message in world.messages.values()}
    assert days == {"2026-01-04", "2026-01-05"}


@pytest.mark.parametrize(
    ("when", "at"),
    [
        ("0m", 0),
        ("5m", -HOUR // 12),
        ("2h", -2 * HOUR),
        ("2h 30m", -2 * HOUR - HOUR // 2),
        ("1d 10:00", -24 * HOUR),
        ("0d 09:30", -HOUR // 2),
        ("0d 23:00", 0),
    ],
)
def test_a_moment_is_so_long_ago_or_a_time_of_a_day(when, at):
    assert past.moment(when, SEEDED_START, UTC) == SEEDED_START + at


def test_a_time_of_a_day_is_meant_where_the_server_stands():
    zone = timezone(timedelta(hours=3))
    assert past.moment("1d 10:00", SEEDED_START, zone) == SEEDED_START - 27 * HOUR


@pytest.mark.parametrize("when", ["", "soon", "5", "1d", "1d 25:00h"])
def test_anything_else_is_no_time(when):
    with pytest.raises(BrokenScenario, match="is no time"):
        past.moment(when, SEEDED_START, UTC)


def test_the_past_is_laid_in_its_order_whatever_the_files():
    world, labels = laid(
        said("5m", body="later", reply_to="first"), said("1h", body="sooner", label="first")
    )
    first, second = world.timeline("network:lobby")
    assert (first.body, second.body) == ("sooner", "later")
    assert second.parent_id == first.id == labels["first"]


def test_all_that_can_have_happened_to_a_message():
    world, _ = laid(
        said("9m", reactions={"👍": ["alice", "mia"]}, read_by=["carol"]),
        said("8m", edited="y"),
        said("7m", redacted="***"),
        said("6m", deleted=True),
        said("5m", who="bob", to="dm:alice", attachments=["https://x.test/a"]),
    )
    plain, edited, redacted, deleted = world.timeline("network:lobby")
    assert world.reactions[plain.id] == {"👍": ["alice", "mia"]}
    assert world.marks["network:lobby", "carol"].message_id == plain.id
    assert (edited.body, edited.edited_at) == ("y", edited.created_at + past.EDITED_AFTER)
    assert (redacted.body, redacted.redacted) == ("***", True)
    assert (deleted.body, deleted.deleted_at) == ("", deleted.created_at + past.EDITED_AFTER)
    (direct,) = world.timeline("dm:alice:bob")
    assert direct.attachments == ("https://x.test/a",)


def test_a_reply_needs_something_to_reply_to():
    with pytest.raises(BrokenScenario, match="Nothing before 'x' is labelled 'nope'"):
        laid(said("5m", reply_to="nope"))


def test_people_of_a_scenario_get_accounts():
    world = first_world()
    guest = {"id": "guest", "name": "Guest", "role": "moderator", "networks": ["team"]}
    past.people(world, scenario(people=[guest], present=["guest"]))
    assert world.users["guest"].role == "moderator"
    assert "guest" in world.members["team"]
    assert "guest" not in world.members["lobby"]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (
            {"people": [{"id": "x", "name": "X", "networks": ["nope"]}]},
            "network nope, which is none",
        ),
        ({"present": ["eve"]}, "names eve, whom it does not introduce"),
        ({"past": [said("5m", who="eve")]}, "names eve, whom it does not introduce"),
    ],
)
def test_people_and_networks_must_be_known(parts, reason):
    with pytest.raises(BrokenScenario, match=reason):
        past.people(first_world(), scenario(**parts))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"about = 'x'\nabuot = 'y'\n", "is wrong at abuot: Extra inputs are not permitted"),
        (b"about = 'x'\n[[act]]\nwho = 'bob'\ndo = 'dance'\n", "is wrong at act.0:"),
        (b"about = \n", "is not TOML"),
        (b"about = '\xff'", "is not UTF-8 text"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_a_broken_file_is_named_with_the_reason(tmp_path, text, reason):
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(BrokenScenario) as told:
        load(str(path))
    assert str(told.value).startswith(f"The scenario {path} ")
    assert reason in str(told.value)
    assert "bundled ones are crowd, demo, quiet, screens" in str(told.value)


def test_a_file_of_ones_own_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("about = 'mine'")
    assert load(str(path)).about == "mine"
