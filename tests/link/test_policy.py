"""Every status, every close code, every cause: what is done about it (SECURITY.md F4-F7, S15, S17)."""

from typing import get_args

import pytest

from wschat_tui.link import policy
from wschat_tui.link.failure import Cause, Closed, HttpStatus, NotOpened
from wschat_tui.link.policy import delay, told, verdict

WHERE = "chat.example.test:443"

RETRIED_STATUSES = {408, 425, 429, *range(500, 600)}
REFRESHED_STATUSES = {401}

STOPPING_CODES = {1002, 1003, 1007, 1008, 1010, 3003, 4403}
REFRESHED_CODES = {3000, 4001, 4401}

RETRIED_CAUSES = {
    "cut",
    "no_dns",
    "no_route",
    "proxy_absent",
    "proxy_failed",
    "refused",
    "timeout",
    "unreachable",
}


def actions(failures):
    """What is done about each, checked on the way to name the server and to keep the number."""
    judged = {failure: verdict(failure, WHERE) for failure in failures}
    for failure, found in judged.items():
        assert WHERE in found.sentence, failure
        assert found.code == getattr(failure, "status", getattr(failure, "code", None)), failure
    return {failure: found.action for failure, found in judged.items()}


def expected(stop=(), refresh=(), retry=()):
    return {
        **dict.fromkeys(stop, "stop"),
        **dict.fromkeys(retry, "retry"),
        **dict.fromkeys(refresh, "refresh"),
    }


def test_every_status():
    """F5, F6: from 100 to 599."""
    assert actions(map(HttpStatus, range(100, 600))) == expected(
        stop=map(HttpStatus, range(100, 500)),
        retry=map(HttpStatus, RETRIED_STATUSES),
        refresh=map(HttpStatus, REFRESHED_STATUSES),
    )


def test_every_close_code_of_the_server():
    """F5, F6, F7: every code there can be."""
    codes = [None, *range(1000, 1016), *range(3000, 5000)]
    assert actions(map(Closed, codes)) == {
        **expected(retry=map(Closed, codes)),
        **expected(stop=map(Closed, STOPPING_CODES), refresh=map(Closed, REFRESHED_CODES)),
    }


def test_every_close_code_of_our_own_library():
    """F5, F6, F10: codes with which our own side closed."""
    codes = [Closed(code, by_us=True) for code in (1000, *range(1002, 1016), 3000, 4401)]
    assert actions(codes) == {
        **expected(retry=codes),
        **expected(stop=(Closed(1002, by_us=True), Closed(1007, by_us=True))),
    }


def test_every_cause():
    assert actions(map(NotOpened, get_args(Cause))) == {
        **expected(stop=map(NotOpened, get_args(Cause))),
        **expected(retry=map(NotOpened, RETRIED_CAUSES)),
    }


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (HttpStatus(302), "redirect"),
        (HttpStatus(403), "forbidden"),
        (HttpStatus(404), "missing"),
        (HttpStatus(407), "proxy"),
        (HttpStatus(200), "not_websocket"),
        (HttpStatus(999), "protocol"),
        (HttpStatus(0), "protocol"),
        (HttpStatus(429), "busy"),
        (HttpStatus(500), "server"),
        (Closed(1008), "forbidden"),
        (Closed(1009), "too_large"),
        (Closed(1009, by_us=True), "too_large"),
        (Closed(1011), "server"),
        (Closed(1011, by_us=True), "silent"),
        (Closed(None), "closed"),
        (NotOpened("self_signed"), "certificate"),
        (NotOpened("insecure"), "insecure"),
    ],
)
def test_kind(failure, kind):
    assert verdict(failure, WHERE).kind == kind


EVERY = [
    *(HttpStatus(status) for status in range(99, 601)),
    *(Closed(code) for code in (None, *range(1000, 1016), 3000, 4000, 4401)),
    *(Closed(code, by_us=True) for code in (1000, 1002, 1007, 1009, 1011)),
    *(NotOpened(cause) for cause in get_args(Cause)),
]


WANTED = {"retry": "comes by itself", "refresh": "is being renewed", "stop": "then retry now"}


def test_every_sentence_says_what_happened_what_was_kept_and_what_to_do():
    for failure in EVERY:
        judged = verdict(failure, WHERE)
        sentence = judged.sentence
        assert sentence.isprintable(), failure
        assert "{" not in sentence, failure
        assert "None" not in sentence, failure
        assert "what you wrote is kept" in sentence, failure
        assert sentence.endswith(f"{WANTED[judged.action]}."), failure
        assert ": , then" not in sentence, failure
        assert 40 < len(sentence) < 240, failure


def test_redirect_names_its_target_and_nothing_else_of_the_location():
    judged = verdict(HttpStatus(302, target="evil.example"), WHERE)
    assert "sends you on to evil.example (302)" in judged.sentence
    assert "another place" in verdict(HttpStatus(302), WHERE).sentence


def test_words_of_the_server_are_quoted_harmless_and_short():
    judged = verdict(Closed(1013, said="try \x1b]52;c;x\x07 later\n\u202e" + "x" * 500), WHERE)
    assert "“try ␛]52;c;x␇ later <U+202E>xxx" in judged.sentence
    assert judged.sentence.isprintable()
    assert len(judged.sentence) < 400
    assert "“" not in verdict(Closed(1013, said="  "), WHERE).sentence
    assert "(“{where} {0}”)" in verdict(HttpStatus(403, said="{where} {0}"), WHERE).sentence
    assert "\x1b" not in verdict(HttpStatus(302, target="\x1b[31mx"), WHERE).sentence


@pytest.mark.parametrize(
    ("asked", "waited"), [(None, 0.0), (-5.0, 0.0), (7.0, 7.0), (86_400.0, 300.0)]
)
def test_retry_after_is_honoured_and_capped(asked, waited):
    assert verdict(HttpStatus(503, retry_after=asked), WHERE).wait == waited


def test_what_is_told_of_a_single_request_promises_no_next_try():
    assert told(NotOpened("refused"), WHERE) == f"Nothing answers at {WHERE}."
    assert told(NotOpened("wrong_host"), WHERE).endswith(": check the server's address.")
    assert told(Closed(1001), WHERE).endswith("(1001).")
    assert "kept" not in told(HttpStatus(500), WHERE)


def test_login_sentence():
    assert policy.login_sentence(WHERE).startswith(WHERE)


def test_delays_grow_from_half_a_second_to_a_minute():
    longest = [round(delay(attempt, 1.0), 3) for attempt in range(1, 13)]
    assert longest[:4] == [0.5, 0.8, 1.28, 2.048]
    assert longest == sorted(longest)
    assert longest[-1] == delay(64, 1.0) == delay(65, 1.0) == delay(10**9, 1.0) == 60.0


def test_half_of_a_delay_is_chance():
    assert delay(3, 0.0) == delay(3, 1.0) / 2
    assert delay(3, 0.5) == pytest.approx(delay(3, 1.0) * 0.75)
    assert delay(0, 1.0) == delay(1, 1.0)


def test_a_flapping_server_gets_few_tries_in_three_seconds():
    times, now = [], 0.0
    for attempt in range(1, 50):
        times.append(now)
        now += delay(attempt, 0.0)
    assert sum(at < 3.0 for at in times) <= 10
