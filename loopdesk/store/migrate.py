"""Numbered migrations: one `.sql` a step, one transaction each, counted in `user_version`."""

from __future__ import annotations

from importlib import resources

from loopdesk.core.errors import NewerFile
from loopdesk.core.seams import Connection


def steps(file: str) -> list[str]:
    """Return the migrations of "own" or "cache" in order; the first brings version 1."""
    folder = resources.files("loopdesk.store") / "schema" / file
    return [
        entry.read_text("utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".sql")
    ]


def migrate(db: Connection, file: str) -> None:
    """Bring one file to the newest version.

    Raises:
        NewerFile: a newer LoopDesk wrote it; nothing was touched.
    """
    wanted = steps(file)
    while (version := _version(db)) < len(wanted):
        db.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have done this step while we waited for the lock.
            if _version(db) == version:
                for statement in statements(wanted[version]):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {version + 1}")
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
    if version > len(wanted):
        raise NewerFile(version)


def statements(script: str) -> list[str]:
    """Split a migration at its semicolons; `executescript` would commit behind our back."""
    bare = "\n".join(line.partition("--")[0] for line in script.splitlines())
    return [part for part in (piece.strip() for piece in bare.split(";")) if part]


def _version(db: Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
