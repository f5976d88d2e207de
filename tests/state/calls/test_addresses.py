"""Whether a server is on this machine, so that this machine's own addresses may be tried."""

import pytest

from wschat_tui.state.addresses import is_here


@pytest.mark.parametrize(
    ("server", "here"),
    [
        ("localhost:8765", True),
        ("127.0.0.1:8765", True),
        ("127.8.9.1:80", True),
        ("[::1]:8765", True),
        ("[::ffff:127.0.0.1]:8765", True),
        ("chat.example.org:443", False),
        ("localhost.example.org:443", False),
        ("192.0.2.7:443", False),
        ("[2001:db8::1]:443", False),
        ("", False),
    ],
)
def test_a_server_is_here_where_its_address_is_this_machine(server, here):
    assert is_here(server) is here
