"""Runs the benchmarks: `python -m benchmarks` all, `python -m benchmarks NAME [options]` one."""

import runpy
import sys

NAMES = (
    "protocol",
    "state",
    "archive",
    "timeline",
    "startup",
    "idle",
    "flood",
    "video",
    "calls",
    "mouth-to-ear",
    "history",
    "waits",
    "room-open",
    "chaos",
)


def main(arguments: list[str]) -> int:
    """Run what is named, with its options; without a name everything, with none."""
    if not arguments:
        for name in NAMES:
            print(f"\n== {name}\n", flush=True)
            run(name, [])
        return 0
    name, *rest = arguments
    if name not in NAMES:
        print(f"There is no benchmark {name!r}; there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    run(name, rest)
    return 0


def run(name: str, options: list[str]) -> None:
    """Run one benchmark as if it had been called by itself."""
    sys.argv = [name, *options]
    runpy.run_module(f"benchmarks.{name.replace('-', '_')}", run_name="__main__")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
