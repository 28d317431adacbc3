"""What lies where, followed through what Dropbox tells in its order."""

from __future__ import annotations

from loopdesk.providers.dropbox import wire
from loopdesk.providers.dropbox.folders import Folders


def file(path: str, key: str) -> wire.Metadata:
    return wire.Metadata(path.rpartition("/")[2], "file", key, path_lower=path)


def folder(path: str, key: str) -> wire.Metadata:
    return wire.Metadata(path.rpartition("/")[2], "folder", key, path_lower=path)


def filled() -> Folders:
    tree = Folders()
    tree.put_folder(folder("/a", "f1"))
    tree.put_folder(folder("/a/b", "f2"))
    tree.put_file(file("/a/x.txt", "1"), kept=True)
    tree.put_file(file("/a/b/y.txt", "2"), kept=True)
    tree.put_file(file("/ab.txt", "3"), kept=True)
    return tree


def test_what_goes_takes_all_below_with_it_and_nothing_beside() -> None:
    tree = filled()
    tree.remove("/a")
    assert (sorted(tree.lost), sorted(tree.lost_folders)) == (["1", "2"], ["f1", "f2"])
    assert tree.files == {"/ab.txt": "3"}
    tree.remove("/unknown")
    assert len(tree.lost) == 2


def test_what_comes_back_elsewhere_is_not_lost() -> None:
    tree = filled()
    tree.remove("/a")
    tree.put_folder(folder("/c", "f1"))
    tree.put_file(file("/c/x.txt", "1"), kept=True)
    assert (tree.lost, tree.lost_folders) == (["2"], ["f2"])
    assert tree.parent("/c/x.txt") == "f1"
    # The other way round the old path says nothing any more.
    tree.put_file(file("/c/z.txt", "3"), kept=True)
    tree.remove("/ab.txt")
    assert tree.lost == ["2"]


def test_a_file_in_the_place_of_a_folder_replaces_all_of_it() -> None:
    tree = filled()
    tree.put_file(file("/a", "4"), kept=True)
    assert (sorted(tree.lost), sorted(tree.lost_folders)) == (["1", "2"], ["f1", "f2"])
    assert tree.files == {"/ab.txt": "3", "/a": "4"}


def test_a_folder_in_the_place_of_something_keeps_what_is_in_it() -> None:
    tree = filled()
    tree.put_folder(folder("/a", "f9"))
    tree.put_folder(folder("/ab.txt", "f8"))
    assert (tree.lost, tree.lost_folders) == (["3"], ["f1"])
    assert tree.parent("/a/x.txt") == "f9"


def test_what_is_of_no_use_any_more_is_lost_and_what_never_was_is_not() -> None:
    tree = filled()
    tree.put_file(file("/ab.txt", "3"), kept=False)
    tree.put_file(file("/old.txt", "7"), kept=False)
    assert tree.lost == ["3"]
    assert "/old.txt" not in tree.files
    assert tree.parent("/top.txt") == "root"
    assert tree.parent("/nowhere/x.txt") == ""
