"""Make or mend parts of this checkout's environment: `environment.py PART ...`.

`program` is the virtual environment with the locked libraries, `window` the system libraries that
Qt wants, `tests` both and the tools and services that the suite runs with. Each step says what it
does and how much it weighs, on standard error; doing one twice is harmless. Uses Python's own
library only, for it runs before anything else is there.
"""

import fcntl
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from importlib.util import find_spec
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
# Downloads on their way. Left by a set-up that was cut short, so that the next one can go on.
WORK = VENV / "set-up"

# What the locked libraries weigh on Linux x86_64, in MB: to fetch, and on disk (2026-11).
WEIGHT_MB = {"requirements.lock": (280, 790), "requirements-test.lock": (330, 1030)}

# Debian's names; where later releases have renamed one (Ubuntu 24.04), the new name comes first.
WINDOW = (
    "libglib2.0-0t64|libglib2.0-0 libegl1 libgl1 libnss3 libxcb-cursor0 libxkbcommon-x11-0 "
    "libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxcb-image0 libxcb-render-util0 "
    "libdbus-1-3 libasound2t64|libasound2 libxcomposite1 libxdamage1 libxrandr2 libxtst6 "
    "libxkbfile1 libfontconfig1"
)
# A virtual screen with a tray, a Secret Service on a bus of its own, a browser, and fonts.
TESTS = "xvfb trayer xdotool dbus gnome-keyring chromium fonts-noto-color-emoji fonts-noto-cjk"


class SetUpError(Exception):
    """The set-up cannot go on; the text says what the person can do."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(*command: str, env: dict[str, str] | None = None, whole: bool = False) -> None:
    """Run an installer; every few seconds tell for how long, and what it said last.

    Args:
        whole: Let it end also when the person stops us, because half done it breaks the system.
    """
    began = time.monotonic()
    stopped = False
    said: deque[str] = deque(["starting"], maxlen=8)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, **(env or {})},
        start_new_session=whole,  # Ctrl+C at the terminal does not reach it
    ) as process:
        listener = threading.Thread(target=said.extend, args=(process.stdout or (),))
        listener.start()
        while process.poll() is None:
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                fill = f"{size_mb():5} MB in .venv" if WORK.exists() else ""
                say(f"  {time.monotonic() - began:4.0f} s{fill}  {said[-1].strip()[:80]}")
            except KeyboardInterrupt:
                if not whole:
                    raise
                stopped = True
                say("Stopping after this step: broken off, it would leave the system half done.")
        listener.join()
    if stopped:
        raise KeyboardInterrupt
    if process.returncode:
        say("".join(f"  | {line.rstrip()}\n" for line in said))
        raise SetUpError(
            f"`{' '.join(command[:4])} ...` failed; its last words are above. Once the cause is "
            "gone (no network? disk full?), run the same command again: it goes on from here."
        )


def answer(*command: str) -> str:
    """Return what a quick question to the system prints; "" where it cannot be asked."""
    if not shutil.which(command[0]):
        return ""
    env = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env).stdout


def size_mb() -> int:
    return sum(path.lstat().st_size for path in VENV.rglob("*") if path.is_file()) // 1_000_000


def system_packages(wanted: list[str]) -> None:
    """Install what is missing of `wanted` when we may, else stop with the line to run."""
    if not shutil.which("dpkg-query"):
        say(f"Not a Debian or Ubuntu. This may be missing (Debian's names): {' '.join(wanted)}")
        return
    listed = answer("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n")
    installed = {line.split()[0] for line in listed.splitlines() if line.endswith(" installed")}
    missing = [names.split("|") for names in wanted if installed.isdisjoint(names.split("|"))]
    if not missing:
        return
    may = os.geteuid() == 0
    if may:
        say("The system's list of packages (apt-get update): some 10 to 60 MB to fetch")
        run("apt-get", "update")
    packages = [_first_known(names) for names in missing]
    install = ["apt-get", "install", "--no-install-recommends", *packages]
    if not may:
        raise SetUpError(
            "System packages are missing that only root can install. Run this as root:\n\n"
            f"    apt-get update && {' '.join(install)}\n\nand then the same command again."
        )
    plan = answer(*install, "--assume-no")
    fetch = re.search(r"Need to get (\S+ \w+)", plan)
    disk = re.search(r"(\S+ \w+) of additional disk space", plan)
    say(
        f"System packages: {fetch[1] if fetch else '?'} to fetch, {disk[1] if disk else '?'} "
        f"on disk: {' '.join(packages)}"
    )
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    install += ["--yes", "-o", "DPkg::Lock::Timeout=120"]
    run(*install, "--download-only", env=env)
    # An installation cut short, ours or another, blocks the next; what this cannot mend, apt does.
    answer("dpkg", "--configure", "-a")
    run(*install, "--fix-broken", env=env, whole=True)


def _first_known(names: list[str]) -> str:
    """Return the first of the names that this system's lists have, else the last."""
    return next((name for name in names[:-1] if answer("apt-cache", "show", name)), names[-1])


def virtual_environment(peak_mb: int) -> None:
    """Make `.venv` where there is none, or where a set-up was cut short."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if PYTHON.exists() and (VENV / "lib" / version).exists() and not WORK.exists():
        return
    free_mb = shutil.disk_usage(CHECKOUT).free // 1_000_000 + size_mb()
    if free_mb < peak_mb:
        raise SetUpError(
            f"The set-up takes up to {peak_mb} MB while it runs, and there are {free_mb} MB for it "
            f"where {CHECKOUT} is."
        )
    say("Environment in .venv: nothing to fetch, 15 MB on disk")
    # What is half unpacked goes, what is half fetched stays.
    for leftover in VENV.glob("*"):
        if leftover != WORK:
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    WORK.mkdir(parents=True, exist_ok=True)
    without = () if find_spec("ensurepip") else ("--without-pip",)
    run(sys.executable, "-m", "venv", *without, str(VENV))


def libraries(lock: str) -> None:
    """Install the locked libraries and, as a link to this folder, LoopDesk itself."""
    fetch_mb, disk_mb = WEIGHT_MB[lock]
    # The download, its kept copy and the unpacked files lie side by side for a while.
    virtual_environment(2 * fetch_mb + disk_mb)
    say(
        f"Libraries, each checked by its hash in {lock}: up to {fetch_mb} MB to fetch, "
        f"{disk_mb} MB on disk in all, some minutes"
    )
    (WORK / "tmp").mkdir(parents=True, exist_ok=True)
    env = {
        "TMPDIR": str(WORK / "tmp"),  # /tmp may be small, and lie in memory
        "PIP_CACHE_DIR": str(WORK / "cache"),  # nothing of ours under HOME
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_USER": "0",
    }
    # Without ensurepip the environment has no pip of its own, and the system's serves it.
    pip = [str(PYTHON), "-m", "pip"]
    if not find_spec("ensurepip"):
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    install = [*pip, "install", "--progress-bar", "off"]
    run(*install, "--require-hashes", "--only-binary", ":all:", "-r", str(CHECKOUT / lock), env=env)
    run(*install, "--no-deps", "--no-build-isolation", "--editable", str(CHECKOUT), env=env)
    shutil.rmtree(WORK)


def set_up(parts: list[str]) -> None:
    libc = tuple(int(number) for number in re.findall(r"\d+", platform.libc_ver()[1]))
    if platform.machine() == "aarch64" and libc < (2, 39):
        raise SetUpError(
            "On arm64 the PySide6 wheels ask for glibc 2.39 or newer (as in Ubuntu 24.04 or "
            f"Debian 13); this system has {'.'.join(map(str, libc))}."
        )
    wanted = []
    if not find_spec("ensurepip") and not find_spec("pip"):  # Debian ships both apart from Python
        wanted.append(f"python3.{sys.version_info.minor}-venv")
    if "window" in parts or "tests" in parts:
        wanted += WINDOW.split()
    if "tests" in parts:
        wanted += TESTS.split()
    system_packages(wanted)
    if "tests" in parts:
        libraries("requirements-test.lock")
    elif "program" in parts:
        libraries("requirements.lock")


def main(parts: list[str]) -> int:
    began = time.monotonic()
    checkout = os.open(CHECKOUT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(checkout, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work here; waiting for it to end.")
            fcntl.flock(checkout, fcntl.LOCK_EX)
        set_up(parts)
    except SetUpError as error:
        say(f"\nLoopDesk is not set up yet. {error}")
        return 1
    except OSError as error:
        say(f"\nLoopDesk is not set up yet: {error}. Run the same command again to go on.")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Run the same command again to go on from here.")
        return 130
    say(f"Set up in {time.monotonic() - began:.0f} s; .venv takes {size_mb()} MB.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
