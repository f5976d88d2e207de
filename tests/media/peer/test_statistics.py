from types import SimpleNamespace

import pytest

from wschat_tui.media.statistics import Measure, Passed
from wschat_tui.state.calls.call import CallStats


def report(**fields):
    return SimpleNamespace(**fields)


def stream(received, lost):
    return SimpleNamespace(packets_received=received, packets_lost=lost)


class Connection:
    """As much of a connection as is looked at."""

    def __init__(self):
        self.reports = []
        self.sound = self.transceiver("audio", "opus")
        self.picture = self.transceiver("video", "VP8")

    def transceiver(self, kind, codec):
        pair = SimpleNamespace(
            local_candidate=SimpleNamespace(type="host", host="192.168.1.2"),
            remote_candidate=SimpleNamespace(type="prflx", host="203.0.113.5"),
            remote_addr=("192.168.1.9", 5000),
        )
        transport = SimpleNamespace(_connection=SimpleNamespace(_nominated={1: pair}))
        receiver = SimpleNamespace(transport=SimpleNamespace(transport=transport))
        receiver._RTCRtpReceiver__remote_streams = {}
        return SimpleNamespace(
            kind=kind,
            currentDirection="sendrecv",
            receiver=receiver,
            _codecs=[SimpleNamespace(name=codec)],
        )

    def getTransceivers(self):  # noqa: N802  as aiortc has it
        return [self.sound, self.picture]

    def streams(self, *streams):
        of = dict(enumerate(streams))
        self.sound.receiver._RTCRtpReceiver__remote_streams = of

    async def getStats(self):  # noqa: N802
        return dict(enumerate(self.reports))

    def transport(self, packets, octets):
        self.reports = [
            report(
                type="transport",
                packetsSent=packets,
                packetsReceived=2 * packets,
                bytesSent=octets,
                bytesReceived=2 * octets,
            )
        ]


@pytest.fixture
def connection():
    return Connection()


@pytest.fixture
def clock():
    return SimpleNamespace(now=100.0)


@pytest.fixture
def take(connection, clock):
    measure, passed = Measure(clock=lambda: clock.now), Passed()

    async def at(now, base=None, gaps=0):
        clock.now = now
        return await measure.take(connection, passed, gaps, base or CallStats())

    at.passed = passed
    return at


async def test_rates_are_of_the_time_since_the_last_look(connection, take):
    connection.transport(10, 1_000)
    first = await take(100.0)
    assert (first.sent_rate, first.received_rate, first.sent_frames) == (None, None, None)
    connection.transport(60, 26_000)
    take.passed.pictures_in, take.passed.pictures_out = 30, 15
    second = await take(102.0)
    assert (second.sent_rate, second.received_rate) == (100, 200)
    assert (second.received_frames, second.sent_frames) == (15, 7.5)
    assert (second.sent_packets, second.received_packets) == (60, 120)


async def test_totals_go_on_over_earlier_connections(connection, take):
    connection.transport(10, 0)
    stats = await take(1.0, base=CallStats(sent_packets=5, received_packets=7), gaps=3)
    assert (stats.sent_packets, stats.received_packets) == (15, 27)
    assert stats.gaps == 3


async def test_loss_is_that_of_the_last_seconds(connection, take):
    connection.transport(0, 0)
    connection.streams(stream(100, 50))
    assert (await take(1.0)).loss is None
    connection.streams(stream(190, 60))
    assert (await take(2.0)).loss == 10
    for second in range(3, 9):
        stats = await take(float(second))
    assert stats.loss is None
    connection.streams(stream(290, 60), stream(10, 0))
    assert (await take(10.0)).loss == 0


async def test_packets_that_were_late_and_not_lost_give_no_negative_loss(connection, take):
    connection.transport(0, 0)
    connection.streams(stream(100, 5))
    await take(1.0)
    connection.streams(stream(150, 2))
    assert (await take(2.0)).loss == 0


async def test_without_a_look_inside_the_reports_are_enough(connection, take):
    for one in connection.getTransceivers():
        del one.receiver._RTCRtpReceiver__remote_streams
    inbound = {"type": "inbound-rtp", "kind": "audio", "jitter": 96}
    for received, lost in ((100, 0), (150, 50)):
        connection.transport(0, 0)
        connection.reports.append(report(packetsReceived=received, packetsLost=lost, **inbound))
        stats = await take(float(received))
    assert stats.loss == 50
    assert stats.jitter == 2


async def test_the_other_sides_view_and_the_way_there_and_back(connection, take):
    connection.transport(0, 0)
    for kind, trip, lost in (("audio", 0.02, 0), ("video", 0.05, 64)):
        connection.reports.append(
            report(type="remote-inbound-rtp", kind=kind, roundTripTime=trip, fractionLost=lost)
        )
    stats = await take(1.0)
    assert (stats.round_trip, stats.loss_there) == (20, 25)


async def test_jitter_is_that_of_the_sound_in_its_own_clock_else_of_the_picture(connection, take):
    connection.transport(0, 0)
    fields = {"type": "inbound-rtp", "packetsReceived": 1, "packetsLost": 0}
    connection.reports.append(report(kind="video", jitter=900, **fields))
    assert (await take(1.0)).jitter == 10
    connection.reports.append(report(kind="audio", jitter=240, **fields))
    assert (await take(2.0)).jitter == 5


async def test_codecs_are_those_of_media_that_flow(connection, take):
    connection.transport(0, 0)
    assert ((await take(1.0)).audio_codec, (await take(2.0)).video_codec) == ("opus", "VP8")
    connection.picture.currentDirection = "inactive"
    connection.sound._codecs = []
    stats = await take(3.0)
    assert (stats.audio_codec, stats.video_codec) == ("", "")


@pytest.mark.parametrize(
    ("local", "remote", "address", "shown"),
    [
        ("host", "host", "192.168.1.9", ("host", "host")),
        ("host", "prflx", "8.8.4.4", ("reflexive", "reflexive")),
        ("host", "prflx", "192.168.1.9", ("host", "host")),
        ("host", "srflx", "8.8.4.4", ("reflexive", "reflexive")),
        ("relay", "relay", "8.8.4.4", ("relayed", "relayed")),
        ("host", "new kind", "no address", ("reflexive", "")),
    ],
)
async def test_the_path_is_named_by_the_kinds_of_its_ends(
    connection, take, local, remote, address, shown
):
    connection.transport(0, 0)
    pair = connection.sound.receiver.transport.transport._connection._nominated[1]
    pair.local_candidate.type, pair.remote_candidate.type = local, remote
    pair.remote_addr = (address, 5000)
    stats = await take(1.0)
    assert (stats.local_path, stats.remote_path) == shown


async def test_a_path_that_is_not_known_has_no_name(connection, take):
    connection.transport(0, 0)
    connection.sound.receiver.transport.transport._connection._nominated = {}
    assert (await take(1.0)).local_path == ""
    del connection.sound.receiver.transport.transport._connection
    assert (await take(2.0)).remote_path == ""


async def test_what_passed_is_told(connection, take):
    connection.transport(0, 0)
    stats = await take(1.0)
    passed = (stats.sound_in, stats.picture_in, stats.sound_out, stats.picture_out)
    assert passed == (False, False, False, False)
    take.passed.sounds_in = take.passed.pictures_out = 1
    take.passed.width, take.passed.height = 640, 360
    stats = await take(2.0)
    assert stats.sound_in
    assert stats.picture_out
    assert not stats.picture_in
    assert not stats.sound_out
    assert (stats.width, stats.height) == (640, 360)
