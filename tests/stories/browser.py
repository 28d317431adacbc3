"""A person's browser, for `BROWSER`: a headless Chromium, and somebody who uses the page in it.

    browser.py PAGE_FILE allow|deny|untick|leave ADDRESS

It opens the address, does what it was told on the consent page, and writes the text of the page
that comes after it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_PATIENCE_S = 60.0
_CHROMIUM = (
    "chromium", "--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--no-first-run",
    "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-gpu", "about:blank",
)  # fmt: skip
_DO = {
    "allow": "document.querySelector('.allow').click()",
    "deny": "document.querySelector('.deny').click()",
    "untick": "for (const box of document.querySelectorAll('[type=checkbox]'))"
    " if (box.value.includes('gmail')) box.click();"
    "document.querySelector('.allow').click()",
}


class Browser:
    """Speaks with Chromium over its two pipes: JSON, ended by a zero byte."""

    def __init__(self, folder: str) -> None:
        theirs, to = os.pipe()
        of, their_answers = os.pipe()
        # Chromium reads from 3 and writes to 4.
        line = f'exec "$@" --user-data-dir={folder} 3<&{theirs} 4>&{their_answers}'
        self._process = subprocess.Popen(
            ["bash", "-c", line, "bash", *_CHROMIUM],
            pass_fds=(theirs, their_answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(their_answers)
        self._to, self._of = os.fdopen(to, "wb", 0), os.fdopen(of, "rb")
        self._sent = 0
        self._session = ""

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._to.write(json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._sent:
            pass
        return dict(answer.get("result", {}))

    def open(self, address: str) -> None:
        target = self.call("Target.createTarget", url=address)["targetId"]
        found = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = found["sessionId"]

    def value(self, expression: str) -> Any:
        result = self.call("Runtime.evaluate", expression=expression)
        return result.get("result", {}).get("value")

    def wait(self, expression: str) -> None:
        until = time.monotonic() + _PATIENCE_S
        while self.value(expression) is not True:
            if time.monotonic() > until:
                sys.exit(f"it never came: {expression}")
            time.sleep(0.05)

    def close(self) -> None:
        self._session = ""
        self.call("Browser.close")
        self._process.wait()

    def _read(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self._of.read(1)) != b"\0":
            if not byte:
                sys.exit("Chromium ended")
            message += byte
        return dict(json.loads(message))


def main(page_file: str, what: str, address: str) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(folder)
        try:
            browser.open(address)
            browser.wait("document.readyState == 'complete' && !!document.querySelector('.allow')")
            if what in _DO:
                browser.value(_DO[what])
                browser.wait("document.title.startsWith('LoopDesk: ')")
            text = browser.value("document.body.innerText")
        finally:
            browser.close()
    file = Path(page_file)
    file.with_suffix(".part").write_text(text, "utf-8")
    file.with_suffix(".part").rename(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
