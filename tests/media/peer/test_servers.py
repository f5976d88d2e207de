from aiortc import RTCBundlePolicy, RTCIceTransportPolicy, RTCPeerConnection

from wschat_tui.media.servers import configuration, lack, relays
from wschat_tui.media.setup import IceServer, Setup

STUN = IceServer(("stun:stun.example.org:3478",))
TURN = IceServer(("turn:turn.example.org?transport=tcp",), "carol", "blue")


async def test_without_servers_none_is_asked_not_even_the_librarys_own():
    """aiortc asks a server of a third party where nothing is said."""
    settings = configuration(Setup())
    assert settings.iceServers == []
    connection = RTCPeerConnection(settings)
    connection.addTransceiver("audio")
    gatherer = connection.getTransceivers()[0].receiver.transport.transport.iceGatherer
    assert gatherer._connection.stun_server is None
    assert gatherer._connection.turn_server is None
    await connection.close()


def test_all_media_takes_one_path_and_only_the_relay_where_that_is_asked_for():
    """S21, S22: the library is told which servers to ask."""
    assert configuration(Setup()).bundlePolicy == RTCBundlePolicy.MAX_BUNDLE
    assert configuration(Setup()).iceTransportPolicy == RTCIceTransportPolicy.ALL
    alone = configuration(Setup(relay_only=True))
    assert alone.iceTransportPolicy == RTCIceTransportPolicy.RELAY


def test_servers_are_given_with_their_user_and_those_that_cannot_be_read_are_left_out():
    broken = IceServer(("turn:[::1]", "https://example.org", "stun:", ""))
    half = IceServer(("nonsense", "stun:other.example.org"))
    servers = configuration(Setup(ice_servers=(STUN, broken, TURN, half))).iceServers
    assert [one.urls for one in servers] == [
        ["stun:stun.example.org:3478"],
        ["turn:turn.example.org?transport=tcp"],
        ["stun:other.example.org"],
    ]
    assert (servers[0].username, servers[0].credential) == (None, None)
    assert (servers[1].username, servers[1].credential) == ("carol", "blue")


def test_a_password_is_not_shown_with_the_rest():
    assert "blue" not in repr(Setup(ice_servers=(TURN,)))


def test_what_may_help_depends_on_what_there_is():
    assert not relays(Setup(ice_servers=(STUN,)))
    assert relays(Setup(ice_servers=(STUN, TURN)))
    assert "may help" in lack(Setup(ice_servers=(STUN,)))
    assert "not even by the TURN server" in lack(Setup(ice_servers=(TURN,)))
    assert "no TURN server is known" in lack(Setup(relay_only=True))
    assert "user and password" in lack(Setup(relay_only=True, ice_servers=(TURN,)))
