"""Try the installed programs the way a stranger does: from a directory that is not the repository.

Run by the interpreter of the environment that holds the wheel. Exits 1 at the first surprise.
"""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Timer

BIN = Path(sys.executable).parent
READY = re.compile(r"ready ws://127\.0\.0\.1:(\d+)/v1/ws\n")
# Nobody is logged in and no keyring may be asked on the machine that runs this.
ENVIRONMENT = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def expect(truth: bool, otherwise: str) -> None:
    """Stop with a sentence when something is not as promised."""
    if not truth:
        sys.exit(f"smoke: {otherwise}")


def output(*command: str, code: int = 0, **more: str) -> str:
    """Run a program that must exit so within half a minute; return what it printed, either way."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        env={**ENVIRONMENT, **more},
        check=False,
    )
    said = f"{' '.join(command)} exited {done.returncode}: {done.stdout}{done.stderr}"
    expect(done.returncode == code, said)
    expect("Traceback" not in done.stderr, said)
    return done.stdout + (done.stderr if code else "")


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    """Start a server; kill it if it is still there after a minute, whatever happens meanwhile."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    ) as process:
        guard = Timer(60, process.kill)
        guard.start()
        try:
            yield process
        finally:
            guard.cancel()
            process.kill()


def serve(*command: str) -> None:
    """Start the mock server on a free port, ask how it is, and stop it."""
    name = " ".join((Path(command[0]).name, *command[1:]))
    with running(*command, "--port", "0") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        ready = READY.fullmatch(first)
        expect(ready is not None, f"{name}: the first line is {first!r}, not 'ready ws://...'")
        assert ready is not None
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"http://127.0.0.1:{ready[1]}/healthz", timeout=10
        ) as answer:
            body = answer.read().decode()
            expect(answer.status == 200, f"{name}: /healthz answered {answer.status}: {body}")
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
        expect(code in {0, -signal.SIGTERM}, f"{name}: exited {code} when told to stop")
    print(f"ok  {name}: ready, healthy ({body.strip()[:60]}), stopped")


def main() -> None:
    """Ask every program that the wheel installs."""
    wschat, mock = str(BIN / "wschat"), str(BIN / "wschat-mock")
    said = output(wschat, "--version")
    expect(version("wschat-tui") in said, f"wschat --version printed {said!r}")
    print(f"ok  wschat --version: {said.strip()}")
    print(f"ok  wschat doctor: {len(output(wschat, 'doctor').splitlines())} lines")
    call = (wschat, "call", "bob", "--server", "localhost:9", "--user", "alice")
    lacking = output(*call, code=6, WSCHAT_TOKEN="dev:alice")
    expect("pip install 'wschat-tui[calls]'" in lacking, f"wschat call printed {lacking!r}")
    print(f"ok  wschat call, without the packages for it: {lacking.strip()}")
    expect("--port" in output(mock, "--help"), "wschat-mock --help does not name --port")
    print("ok  wschat-mock --help")
    serve(mock)
    serve(sys.executable, "-m", "mock_server")


if __name__ == "__main__":
    main()
