"""The world's own rules, where no request shows them."""

from mock_server.records import Message
from mock_server.world import World, first_world


def filled(count):
    world = World()
    for seq in range(1, count + 1):
        world.post(Message(f"m{seq}", seq, "host", "alice", "x", seq * 10))
    return world


def test_pages_go_back_from_a_place():
    world = filled(5)
    assert [m.id for m in world.before("host", world.next_seq(), 2)] == ["m5", "m4"]
    assert [m.id for m in world.before("host", 4, 9)] == ["m3", "m2", "m1"]
    assert world.before("host", 1, 9) == []
    assert world.before("elsewhere", 9, 9) == []


def test_a_time_has_a_place():
    world = filled(3)
    assert [world.place_at("host", at) for at in (5, 10, 11, 30, 31)] == [1, 1, 2, 3, 4]
    assert world.place_at("elsewhere", 5) == 4


def test_the_first_world_has_the_accounts_and_networks_of_every_server():
    world = first_world()
    assert {user.id: user.role for user in world.users.values()} == {
        "alice": "member",
        "bob": "member",
        "carol": "member",
        "dave": "member",
        "mia": "moderator",
        "root": "admin",
    }
    assert world.members["lobby"] == world.members["team"] == list(world.users)
    assert set(world.members["vault"]) == {"root", "mia"}
    assert world.users["alice"].name == "Alice"
    assert world.drain() == []
