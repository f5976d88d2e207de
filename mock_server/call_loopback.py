"""A way for calls on a machine that has no network but itself."""

from functools import partial
from typing import TYPE_CHECKING, Any

from aiortc import RTCPeerConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LOOPBACK = "127.0.0.1"


def stay_within(connection: RTCPeerConnection) -> None:
    """Have the connection listen on the loopback address too, which aiortc leaves out.

    To be called when it has its media and has not looked for addresses yet. A server that is bound
    to a loopback address does so, for all who reach it are on the same machine.
    """
    for transceiver in connection.getTransceivers():
        ice = transceiver.receiver.transport.transport.iceGatherer._connection  # noqa: SLF001
        if not isinstance(ice.get_component_candidates, partial):
            vars(ice)["get_component_candidates"] = partial(_look, ice.get_component_candidates)


async def _look(
    look: "Callable[..., Awaitable[Any]]", component: int, addresses: list[str], **more: Any
) -> Any:
    return await look(component, [*addresses, LOOPBACK], **more)
