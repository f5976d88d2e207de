"""Write requirements/*.txt: exact versions with the hashes of every file of a release.

run.txt comes from the dependencies in pyproject.toml, calls.txt from those and the extra for calls,
build.txt and dev.txt from their .in files.
No index address, option or command line is written, so the files are the same on every machine.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = {
    "requirements/calls.txt": ["--extra", "calls", "pyproject.toml"],
    # With the versions of calls.txt, so that the two differ in what they leave out alone.
    "requirements/run.txt": ["--constraint", "requirements/calls.txt", "pyproject.toml"],
    "requirements/build.txt": ["requirements/build.in"],
    "requirements/dev.txt": ["requirements/dev.in"],
}
OPTIONS = [
    "--quiet",
    "--allow-unsafe",
    "--generate-hashes",
    "--strip-extras",
    "--no-header",
    "--no-emit-find-links",
    "--no-emit-index-url",
    "--no-emit-options",
    "--no-emit-trusted-host",
]


def main() -> None:
    """Compile the files in the order in which they include each other."""
    for target, sources in LOCKS.items():
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *sys.argv[1:]]
        subprocess.run([*command, "--output-file", target, *sources], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
