"""No picture of the memory is left on the disk when the process dies: tokens would be in it."""

import contextlib


def forbid_cores() -> None:
    """Have the system write no core dump of this process, where it asks (POSIX `RLIMIT_CORE`)."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
