import logging
import os
import stat
import sys

import pytest

from wschat_tui.storage.logs import redacted, start_logs
from wschat_tui.storage.redact import hide
from wschat_tui.storage.trouble import Trouble

CANARY = "canary-5tq2"
STRANGERS = ("websockets", "websockets.client", "aiohttp", "aiohttp.client")


@pytest.fixture
def log(places):
    """Run something with a log at DEBUG, and give what is in the file then."""
    umask = os.umask(0)
    levels = {name: logging.getLogger(name).level for name in STRANGERS}

    def run(work):
        logs = start_logs(places, logging.DEBUG)
        try:
            work()
        finally:
            logs.stop()
        return places.log_file.read_text()

    yield run
    os.umask(umask)
    logging.captureWarnings(capture=False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_the_log_is_for_the_user_alone_under_any_umask(log, places):
    """S13."""
    text = log(lambda: logging.getLogger("wschat.link").debug("connected in %d ms", 12))
    assert text.endswith(" DEBUG wschat.link: connected in 12 ms\n")
    assert stat.S_IMODE(places.log_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.state_dir.stat().st_mode) == 0o700


def test_an_old_log_that_was_open_is_closed(log, places):
    places.state_dir.mkdir(parents=True)
    places.log_file.write_text("old\n")
    assert stat.S_IMODE(places.log_file.stat().st_mode) == 0o666
    assert log(lambda: None) == "old\n"
    assert stat.S_IMODE(places.log_file.stat().st_mode) == 0o600


def fail_with_a_token(token):
    try:
        raise ValueError(f"invalid Authorization header: Bearer {token}")
    except ValueError:
        logging.getLogger("wschat").exception("no luck with %s", f"access_token={token}")


def test_no_secret_is_written_at_any_level(log):
    """S13."""
    hide(f"{CANARY}-known")

    def speak():
        logger = logging.getLogger("wschat")
        logger.debug("> Authorization: Bearer %s", CANARY)
        logger.debug("GET /v1/ws?access_token=%s HTTP/1.1", CANARY)
        logger.info('< TEXT {"access_token":"%s"}', CANARY)
        logger.info("a strange place for %s-known", CANARY)
        logger.warning({"refresh_token": CANARY})
        fail_with_a_token(CANARY)
        logger.error("with a stack", stack_info=True)
        for name in STRANGERS:
            stranger = logging.getLogger(name)
            stranger.setLevel(logging.DEBUG)
            stranger.debug("> X-Odd: %s", CANARY)
            stranger.info("opened by %s", name)

    text = log(speak)
    assert CANARY not in text
    assert text.count("[hidden]") >= 7
    assert "ValueError: invalid Authorization header: Bearer [hidden]" in text
    assert "Traceback" in text
    assert "Stack (most recent call last)" in text
    assert "X-Odd" not in text
    assert "opened by websockets.client" in text


def test_talkative_libraries_are_kept_at_info(log):
    """S13."""

    def look():
        assert logging.getLogger("websockets").level == logging.INFO
        assert not logging.getLogger("websockets.client").isEnabledFor(logging.DEBUG)

    log(look)


def test_a_wrong_log_call_breaks_nothing(log):
    too_few = ("x",)
    text = log(lambda: logging.getLogger("wschat").info("%d of %s", *too_few))
    assert text.endswith("%d of %s (its arguments do not fit)\n")


def test_warnings_go_to_the_log_and_not_over_the_screen(log, capsys):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        text = log(lambda: warnings.warn(f"token={CANARY} is old", stacklevel=1))
    assert "UserWarning: token=[hidden] is old" in text
    assert capsys.readouterr() == ("", "")


def test_other_handlers_rest_while_the_log_runs(log):
    root = logging.getLogger()
    seen = []
    other = logging.Handler()
    other.emit = seen.append
    root.addHandler(other)
    before = (list(root.handlers), root.level)
    try:
        log(lambda: root.warning("to the file"))
        assert seen == []
        assert (root.handlers, root.level) == before
    finally:
        root.removeHandler(other)


def test_a_long_log_is_set_aside(log, places):
    places.state_dir.mkdir(parents=True)
    places.log_file.write_text("x" * 1_048_577)
    assert log(lambda: logging.getLogger("wschat").info("new")).endswith("new\n")
    assert places.log_file.stat().st_size < 1000
    assert places.log_file.with_name("wschat.log.old").stat().st_size == 1_048_577


def test_without_a_place_for_it_there_is_no_log_and_a_sentence(places, capsys):
    places.state_dir.parent.mkdir(parents=True)
    places.state_dir.write_text("a file")
    before = list(logging.getLogger().handlers)
    try:
        trouble = start_logs(places)
        assert isinstance(trouble, Trouble)
        assert trouble.what.startswith(f"No log is written: {places.log_file} cannot be opened (")
        logging.getLogger("wschat").error("nowhere")
    finally:
        logging.getLogger().handlers[:] = before
    assert capsys.readouterr() == ("", "")


def test_the_filter_serves_any_handler():
    """S13."""
    record = logging.LogRecord("x", logging.INFO, "f", 1, "token=%s", (CANARY,), None)
    assert redacted(record)
    assert (record.getMessage(), record.args, record.exc_text) == ("token=[hidden]", None, None)
    try:
        raise ValueError(f"token={CANARY}")
    except ValueError:
        record.exc_info = sys.exc_info()
    assert redacted(record)
    assert record.exc_info is None
    assert record.exc_text.endswith("ValueError: token=[hidden]")
