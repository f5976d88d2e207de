"""When acts are due: waits, typing, loops that rest and slow down, answers that fit."""

from itertools import pairwise

import pytest

from mock_server.director import Director, Occasion, Typing
from mock_server.scenario import Scenario, load

LOBBY = "network:lobby"


def director(seed=1, **parts):
    return Director(Scenario.model_validate({"about": "a test", **parts}), seed)


def say(body="x", **more):
    return {"who": "bob", "do": "say", "to": LOBBY, "body": body, **more}


def script(cues):
    """What is due, as (time, what)."""
    return [
        (
            round(cue.at, 3),
            f"typing {cue.doing.typing}" if isinstance(cue.doing, Typing) else cue.doing.body,
        )
        for cue in cues
    ]


def test_acts_follow_one_another_from_the_beginning_on():
    played = director(act=[say("a", wait=1), say("b", wait=2, typing=3), say("c", wait=1)])
    assert played.next_at() is None
    played.begin(10, {})
    assert played.next_at() == 11
    assert played.due(10.9) == []
    assert script(played.due(99)) == [
        (11, "a"),
        (13, "typing True"),
        (16, "typing False"),
        (16, "b"),
        (17, "c"),
    ]
    assert played.next_at() is None


def test_an_act_meanwhile_is_not_waited_for():
    played = director(act=[say("slow", wait=1, typing=5, meanwhile=True), say("quick", wait=1)])
    played.begin(0, {})
    assert [body for _, body in script(played.due(99))] == [
        "typing True",
        "quick",
        "typing False",
        "slow",
    ]


def test_typing_may_come_to_nothing():
    played = director(act=[{"who": "bob", "do": "type", "to": LOBBY, "typing": 2}, say("x")])
    played.begin(0, {})
    assert script(played.due(9)) == [(0, "typing True"), (2, "typing False"), (2, "x")]


def test_waits_may_vary_and_a_seed_repeats_them():
    def times(seed):
        played = director(seed, act=[say(wait=[1, 9]) for _ in range(5)])
        played.begin(0, {})
        return [at for at, _ in script(played.due(99))]

    assert times(1) == times(1)
    assert times(1) != times(2)
    assert len(set(times(None))) == 5


def loop(*bodies, again=(), **more):
    takes = [{"acts": [say(body)], "again": body in again} for body in bodies]
    return {"start": 1, "every": [2, 2], "take": takes, **more}


def test_a_loop_plays_its_takes_once_and_then_those_that_may_come_again():
    played = director(loop=[loop("a", "b", "c", again="c")])
    played.watched = 1
    played.begin(0, {})
    bodies = [body for _, body in script(played.due(11))]
    assert bodies == ["a", "b", "c", "c", "c", "c"]
    assert [at for at, _ in script(played.due(16))] == [13, 15]


def test_a_loop_without_more_to_say_ends():
    played = director(loop=[loop("a")])
    played.watched = 1
    played.begin(0, {})
    assert len(played.due(99)) == 1
    assert played.next_at() is None


def test_a_loop_waits_while_nobody_watches():
    played = director(loop=[loop("a", again="a")])
    played.begin(0, {})
    assert played.due(10) == []
    played.watched = 1
    assert script(played.due(13)) == [(11, "a"), (13, "a")]


def test_a_loop_calms_down_to_its_slowest():
    played = director(loop=[loop("a", again="a", slower=2, at_most=7)])
    played.watched = 1
    played.begin(0, {})
    assert [at for at, _ in script(played.due(25))] == [1, 3, 7, 14, 21]


def test_plays_are_counted():
    played = director(loop=[loop("build $n", again=["build $n"])])
    played.watched = 1
    played.begin(0, {"me": "alice"})
    assert [dict(cue.bindings) for cue in played.due(4)] == [
        {"me": "alice", "n": "401"},
        {"me": "alice", "n": "402"},
    ]


def rule(event="say", who="bob", body="answer", **more):
    return {"event": event, "who": who, "take": [{"acts": [say(body)]}], **more}


def answers(played, at=0.0, **more):
    occasion = {"event": "say", "who": "bob", "me": "alice", "scope": LOBBY, "body": "Hello there"}
    given = played.happen(Occasion(**{**occasion, **more}), at)
    assert given == bool(played._cues)
    return [body for _, body in script(played.due(at + 9))]


@pytest.mark.parametrize(
    ("fits", "parts"),
    [
        (True, {}),
        (True, {"who": "*"}),
        (False, {"who": "carol"}),
        (False, {"event": "direct"}),
        (True, {"scope": LOBBY}),
        (False, {"scope": "host"}),
        (True, {"words": ["nope", "HELLO"]}),
        (False, {"words": ["hell", "here"]}),
        (True, {"words": ["hello there"]}),
        (False, {"words": ["?"]}),
    ],
)
def test_an_answer_fits_or_not(fits, parts):
    assert answers(director(on=[rule(**parts)])) == (["answer"] if fits else [])


def test_a_sign_is_found_beside_a_word():
    assert answers(director(on=[rule(words=["?"])]), body="shall we?") == ["answer"]


def test_the_first_answer_that_fits_and_is_rested_is_given():
    played = director(on=[rule(body="first", cooldown=5), rule(body="second")])
    assert [answers(played, at=at) for at in (0, 1, 5)] == [["first"], ["second"], ["first"]]


def test_answers_are_varied_and_come_again():
    takes = [{"acts": [say(body)]} for body in "abc"]
    played = director(on=[{"event": "say", "who": "*", "take": takes}])
    given = [answers(played)[0] for _ in range(6)]
    assert sorted(given[:3]) == sorted(given[3:]) == ["a", "b", "c"]


def test_an_answer_knows_what_it_answers():
    played = director(on=[rule()])
    played.happen(Occasion("say", "bob", "alice", LOBBY, "x", {"it": "m1"}), 0)
    (cue,) = played.due(0)
    assert cue.bindings == {"it": "m1", "who": "bob", "scope": LOBBY}


def test_who_talks_to_the_bots_does_not_change_the_script():
    def times(*, talks):
        played = director(
            act=[say(wait=[1, 9]) for _ in range(3)],
            loop=[{**loop("a", "b", "c", again="abc"), "every": [1, 9]}],
            on=[{"event": "say", "who": "*", "take": [{"acts": [say("!", wait=[0, 1])]}]}],
        )
        played.watched = 1
        played.begin(0, {})
        for at in range(0, 30, 3) if talks else ():
            played.happen(Occasion("say", "bob", "alice"), at)
        return [cue for cue in script(played.due(40)) if cue[1] != "!"]

    assert times(talks=True) == times(talks=False)


def test_the_demo_is_alive_at_once_and_calm_later():
    played = Director(load("demo"), seed=1)
    played.watched = 1
    played.begin(0, {"me": "alice", "Me": "Alice"})
    at = [cue.at for cue in played.due(3 * 3600)]
    assert at[0] < 1
    assert sum(time < 2 for time in at) >= 2
    visible = sorted({round(time) for time in at if time < 110})
    assert max(later - sooner for sooner, later in pairwise(visible)) <= 8
    assert sum(time < 110 for time in at) > 5 * sum(7000 < time < 7110 for time in at)
    assert sum(time > 2 * 3600 for time in at) >= 10
