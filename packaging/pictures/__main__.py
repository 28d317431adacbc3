"""Take the pictures of one scale: python -m pictures DIR SCALE [SCENE ...].

A scene is one of the functions in `play.SCENES` ("writing"); without any, all are played. As root,
mails are pictured in the simpler way: nothing else may show them there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    folder, scale, *wanted = sys.argv[1:]
    # All three are read when their libraries are loaded.
    os.environ["TZ"] = "Europe/Berlin"
    os.environ["QT_SCALE_FACTOR"] = scale
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    from .play import play

    play(Path(folder), scale, wanted)


if __name__ == "__main__":
    main()
