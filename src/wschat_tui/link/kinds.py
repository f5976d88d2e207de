"""One word for each reason why there is no connection, for those who want to tell them apart."""

from typing import Literal

Kind = Literal[
    "address",
    "busy",
    "certificate",
    "closed",
    "forbidden",
    "insecure",
    "missing",
    "not_websocket",
    "offline",
    "protocol",
    "proxy",
    "redirect",
    "refused",
    "server",
    "silent",
    "tls",
    "token",
    "too_large",
]
