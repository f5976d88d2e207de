"""The bounds of the wire: what deployed servers take, and what this reader accepts from anybody.

Nothing is imported here, so that a screen may know the bounds before it loads the models.
"""

MAX_FRAME_OUT = 512 * 1024
"""Bytes of the largest frame a deployed server reads; it closes the connection on a larger one."""

MAX_BODY = 4096
"""Bytes of UTF-8 of the longest message body a deployed server takes."""

MAX_OP_ID = 256
"""Characters of the longest `op_id` that is read."""

MAX_TYPE = 256
"""Characters of the longest `type` that is read as one nobody knows."""

MAX_ID = 1024
"""Characters of the longest id, scope, room, reaction or status that is read."""

MAX_TIMESTAMP = 64
"""Characters of the longest timestamp that is read."""

MAX_URL = 8192
"""Characters of the longest attachment URL that is read."""

MAX_ATTACHMENTS = 64
"""Attachments read in one message."""

MAX_FILE_SIZE = 2**53 - 1
"""Bytes of the largest file: the last whole number all JSON readers agree on (RFC 8259, 6)."""

MAX_SDP = 256 * 1024
"""Characters of the longest session description that is read."""

MAX_CANDIDATE = 4096
"""Characters of the longest ICE candidate that is read."""
