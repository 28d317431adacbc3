"""Dropbox's stand-in against what Dropbox publishes, and against Dropbox's own library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import dropbox
import pytest
import requests
from dropbox import exceptions, files, sharing

from loopdesk.sandbox.dropbox.call import Route
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.server import Server, serve
from loopdesk.sandbox.story import papers
from loopdesk.sandbox.web import Request
from tests import spec_dropbox
from tests.sandbox.tiny import BASE, Clock
from tests.sandbox.tiny_dropbox import (
    ANN_ID,
    BO_ID,
    LINK,
    NOTES,
    PLAN,
    PLANS,
    QUOTE,
    sign_in,
    world,
)

_WRONG: tuple[Any, ...] = ([], {}, [None], [{}], {".tag": "x"}, "", "/", "x", -1, 1.5, None, True)
described = pytest.mark.skipif(
    spec_dropbox.FOLDER is None, reason="Dropbox's published description is not here"
)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(Clock(), world=world(), limits="off")


@described
def test_every_route_is_where_and_what_is_described(sandbox: Sandbox) -> None:
    for route in sandbox.dropbox.routes.values():
        told = spec_dropbox.route(route.name)
        assert (route.host, route.style) == (told["host"], told["style"]), route.name
        assert route.scope == (told["scope"] or ""), route.name
        assert not told["deprecated"], route.name
        known = spec_dropbox.arguments_of(route.name)
        assert (route.args is None) == (known is None), route.name
        assert (route.args or set()) == (known or set()), route.name


def test_what_is_of_the_wrong_form_is_refused_and_not_fallen_over(sandbox: Sandbox) -> None:
    ann = sign_in(sandbox)
    good = {"path": PLAN, "file": PLAN, "shared_folder_id": PLANS, "url": LINK, "query": "x"}
    for route in sandbox.dropbox.routes.values():
        if route.name == "auth/token/revoke":
            continue
        for name in route.args or ():
            for value in _WRONG:
                args = {key: each for key, each in good.items() if key in (route.args or ())}
                text = json.dumps({**args, name: value})
                kind = {"Authorization": f"Bearer {ann.token}"}
                kind["Content-Type"] = (
                    "application/json" if route.style == "rpc" else "application/octet-stream"
                )
                kind |= {} if route.style == "rpc" else {"Dropbox-API-Arg": text}
                body = text.encode() if route.style == "rpc" else b""
                response = ann.sandbox.handle(_request(route, kind, body), BASE)
                assert response.status in (200, 400, 409), (route.name, name, value)


def _request(route: Route, headers: dict[str, str], body: bytes) -> Request:
    return Request("POST", f"/dropbox/{route.host}/2/{route.name}", "", headers, body)


@described
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("files/list_folder", b'{"path": "x"}'),
        ("files/list_folder", b'{"path": "", "limit": 5000}'),
        ("files/list_folder", b'{"path": "", "depth": 1}'),
        ("files/list_folder", b'{"path": "", "recursive": "yes"}'),
        ("files/move_v2", b'{"from_path": "/a"}'),
        ("files/move", b'{"from_path": "/a", "to_path": "/b"}'),
        ("files/list_revisions", b'{"path": "/a", "mode": {".tag": "name"}}'),
        ("files/everything", b"null"),
        ("users/get_current_account", b"{}"),
    ],
)
def test_the_checker_refuses_what_is_not_described(name: str, body: bytes) -> None:
    headers = {"Authorization": "Bearer x", "Content-Type": "application/json"}
    with pytest.raises(spec_dropbox.SpecMismatchError):
        spec_dropbox.check_request("POST", f"https://api.dropboxapi.com/2/{name}", headers, body)


@described
@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "application/json; charset=utf-8", b'{"metadata": {".tag": "deleted", "name": "x"}}'),
        (200, "application/json", b'{"metadata": {".tag": "link", "name": "x"}}'),
        (200, "application/json", b'{"metadata": {".tag": "deleted", "title": "x"}}'),
        (409, "application/json", b'{"error_summary": "x", "error": {".tag": "gone"}}'),
        (401, "application/json", b'{"error_summary": "x", "error": {".tag": "gone"}}'),
        (404, "application/json", b'{"error_summary": "x", "error": {".tag": "gone"}}'),
        (400, "application/json", b"{}"),
    ],
)
def test_the_checker_refuses_answers_that_are_not_described(
    status: int, kind: str, body: bytes
) -> None:
    good = b'{"metadata": {".tag": "deleted", "name": "x"}}'
    right = {"Content-Type": "application/json"}
    spec_dropbox.check_response("files/delete_v2", 200, right, good)
    with pytest.raises(spec_dropbox.SpecMismatchError):
        spec_dropbox.check_response("files/delete_v2", status, {"Content-Type": kind}, body)


class _Plain(requests.adapters.HTTPAdapter):
    """Dropbox's library speaks https only; the stand-in does not."""

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        request.url = (request.url or "").replace("https://", "http://", 1)
        return super().send(request, *args, **more)


@pytest.fixture
def library(sandbox: Sandbox) -> Iterator[tuple[Any, Any]]:
    """Return Dropbox's own library, as Ann and as Bo, at the stand-in."""
    with serve(sandbox) as server, _session() as session:
        yield _client(server, session, ANN_ID), _client(server, session, BO_ID)


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://127.0.0.1", _Plain())
    return session


def _client(server: Server, session: requests.Session, account: str) -> Any:
    token = sign_in(server.sandbox, account).token
    client = dropbox.Dropbox(
        token, session=session, max_retries_on_error=0, max_retries_on_rate_limit=0
    )
    place = server.url.removeprefix("http://")
    client._host_map = {part: f"{place}/dropbox/{part}" for part in ("api", "content", "notify")}
    return client


def test_dropboxs_own_library_is_understood(library: tuple[Any, Any]) -> None:
    ann, bo = library
    assert ann.users_get_current_account().account_id == ANN_ID
    assert ann.users_get_account_batch([BO_ID])[0].name.given_name == "Bo"
    assert ann.check_user("x").result == "x"
    listing = ann.files_list_folder("", recursive=True)
    while listing.has_more:
        listing = ann.files_list_folder_continue(listing.cursor)
    made = ann.files_upload(b"1", "/n.txt", mode=files.WriteMode.add)
    ann.files_upload(b"2", "/n.txt", mode=files.WriteMode.update(made.rev))
    assert ann.files_list_folder_longpoll(listing.cursor).changes
    with pytest.raises(exceptions.ApiError) as refused:
        ann.files_upload(b"3", "/n.txt", mode=files.WriteMode.update(made.rev))
    assert refused.value.error.get_path().reason.get_conflict().is_file()
    moved = ann.files_move_v2("/n.txt", "/m.txt").metadata
    about, content = ann.files_download(moved.id)
    assert (about.name, content.content) == ("m.txt", b"2")
    revisions = ann.files_list_revisions(moved.id, mode=files.ListRevisionsMode.id).entries
    ann.files_restore("/m.txt", revisions[-1].rev)
    with pytest.raises(exceptions.ApiError) as refused:
        ann.files_get_metadata("/nowhere")
    assert refused.value.error.get_path().is_not_found()
    session = ann.files_upload_session_start(b"ab").session_id
    cursor = files.UploadSessionCursor(session, 2)
    ann.files_upload_session_append_v2(b"cd", cursor)
    with pytest.raises(exceptions.ApiError) as refused:
        ann.files_upload_session_append_v2(b"cd", cursor)
    assert refused.value.error.get_incorrect_offset().correct_offset == 4
    cursor.offset = 4
    ann.files_upload_session_finish(b"", cursor, files.CommitInfo("/s.txt"))
    ann.files_search_v2("plan")
    ann.files_upload(papers.docx("t", ["Plan"]).data, "/t.docx")
    ann.files_get_preview("/t.docx")
    ann.files_delete_v2("/m.txt")
    assert ann.sharing_list_received_files().entries[0].id == QUOTE
    ann.sharing_list_folders()
    ann.sharing_list_mountable_folders()
    ann.sharing_list_folder_members(PLANS)
    bo_by_mail = sharing.MemberSelector.email("bo@lumen.example")
    added = ann.sharing_add_file_member(PLAN, [bo_by_mail])
    assert added[0].result.is_success()
    assert bo.files_get_metadata(PLAN).name == "plan.txt"
    ann.sharing_remove_file_member_2(PLAN, bo_by_mail)
    with pytest.raises(exceptions.ApiError) as refused:
        ann.sharing_create_shared_link_with_settings(PLAN)
    already = refused.value.error.get_shared_link_already_exists()
    assert already.get_metadata().url == LINK
    ann.sharing_list_shared_links(NOTES, direct_only=True)
    ann.sharing_revoke_shared_link(LINK)
    folder = ann.sharing_share_folder("/Work").get_complete()
    ann.sharing_unshare_folder(folder.shared_folder_id)
    ann.auth_token_revoke()
    with pytest.raises(exceptions.AuthError):
        ann.users_get_current_account()
