"""The loop: what is fed together turns together, and words go to whoever listens."""

from wschat_tui.runtime.session import Session
from wschat_tui.state.effects import GiveBack, Notify, Recall
from wschat_tui.state.inputs import (
    AttentionChanged,
    HistoryFailed,
    LeaveAsked,
    LinkUp,
    RetryAsked,
    SessionOpened,
    Typed,
)

OPENED = SessionOpened("alice", "work", "example.test", "standard", "in memory", ())


class Runner:
    """Writes down what is ordered, and may answer at once."""

    def __init__(self):
        self.ordered = []
        self.answer = None
        self.closed = False

    def run(self, effect):
        self.ordered.append(effect)
        if self.answer:
            self.answer(effect)

    async def close(self):
        self.closed = True


def test_an_input_turns_the_state_and_orders_effects():
    session = Session(runner := Runner())
    session.feed(OPENED, LinkUp(1, "s"))
    assert session.state.link.phase == "online"
    assert Recall("host") in runner.ordered


def test_listeners_hear_once_a_turn_and_only_of_a_change():
    session = Session(Runner())
    heard = []
    stop = session.listen(lambda: heard.append(session.state))
    session.feed(OPENED, AttentionChanged(attentive=False))
    assert heard == [session.state]
    session.feed(RetryAsked())
    assert len(heard) == 1
    stop()
    session.feed(AttentionChanged(attentive=True))
    assert len(heard) == 1


def test_what_is_fed_from_within_a_turn_waits_for_its_end():
    session = Session(runner := Runner())

    def answer(effect):
        if isinstance(effect, Recall):
            assert session.state.rooms["host"].history == "loading"
            session.feed(HistoryFailed(effect.scope, "", absent=True))
            assert session.state.rooms["host"].history == "loading"

    runner.answer = answer
    session.feed(OPENED, LinkUp(1, "s"))
    assert session.state.rooms["host"].history == "absent"


def test_words_for_the_user_go_to_those_who_hear_and_not_to_the_edges():
    session = Session(runner := Runner())
    words = []
    stop = session.on_word(words.append)
    session.feed(OPENED, LeaveAsked("o1", 1, "host"), Typed("o2", 1, "host", "x" * 5000))
    assert [type(word) for word in words] == [Notify, GiveBack, Notify]
    assert not any(isinstance(effect, Notify | GiveBack) for effect in runner.ordered)
    stop()
    session.feed(LeaveAsked("o3", 1, "host"))
    assert len(words) == 3


async def test_closing_closes_the_edges():
    session = Session(runner := Runner())
    await session.close()
    assert runner.closed
