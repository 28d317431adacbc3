"""Gmail v1, as far as LoopDesk uses it: the table of its methods.

Source: the discovery document gmail.v1; developers.google.com/workspace/gmail/api (2026-11)
"""

from __future__ import annotations

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.google.mail import account, filing, reading, writing
from loopdesk.sandbox.google.method import Answer, Method

_ALL = frozenset({known.MAIL_ALL, known.MAIL_MODIFY})
_META = known.READS_MAIL | {known.MAIL_METADATA}
_DRAFTS = _ALL | {known.MAIL_COMPOSE}
_SEES_DRAFTS = _DRAFTS | known.READS_MAIL
_SENDS = _DRAFTS | {known.MAIL_SEND}
_LIST = frozenset({"labelIds", "q", "maxResults", "pageToken", "includeSpamTrash"})
_DETAIL = frozenset({"format", "metadataHeaders"})
_UPLOAD = frozenset({"uploadType"})
_UPLOAD_PATHS = ("/upload/gmail/v1", "/resumable/upload/gmail/v1")


def _method(
    name: str,
    verb: str,
    path: str,
    answer: Answer,
    scopes: frozenset[str],
    units: int,
    params: frozenset[str] = frozenset(),
    base: str = "/gmail/v1",
    upload_bytes: int = 0,
) -> Method:
    path = f"{base}/users/{{userId}}/{path}"
    return Method(f"gmail.users.{name}", verb, path, answer, scopes, params, units, upload_bytes)


def _uploadable(
    name: str, verb: str, path: str, answer: Answer, scopes: frozenset[str], units: int
) -> list[Method]:
    most = writing.UPLOAD_BYTES
    return [
        _method(name, verb, path, answer, scopes, units),
        *(
            _method(name, verb, path, answer, scopes, units, _UPLOAD, base, most)
            for base in _UPLOAD_PATHS
        ),
    ]


# Units: for projects made since May 2026 (messages.get 20, threads.get 40, messages.list 5,
# history.list 2, send 100); where the new table's figure is not known, the one before it.
# Source: developers.google.com/workspace/gmail/api/reference/quota (2026-11)
METHODS = [
    _method("getProfile", "GET", "profile", account.get_profile, _META | {known.MAIL_COMPOSE}, 1),
    _method("labels.list", "GET", "labels", account.list_labels, _META | {known.MAIL_LABELS}, 1),
    _method("labels.get", "GET", "labels/{id}", account.get_label, _META | {known.MAIL_LABELS}, 1),
    _method("labels.create", "POST", "labels", account.create_label, _ALL | {known.MAIL_LABELS}, 5),
    _method(
        "settings.sendAs.list",
        "GET",
        "settings/sendAs",
        account.list_send_as,
        known.READS_MAIL | {known.MAIL_SETTINGS},
        1,
    ),
    _method("messages.list", "GET", "messages", reading.list_messages, _META, 5, _LIST),
    _method("messages.get", "GET", "messages/{id}", reading.get_message, _META, 20, _DETAIL),
    _method(
        "messages.attachments.get",
        "GET",
        "messages/{messageId}/attachments/{id}",
        reading.get_attachment,
        known.READS_MAIL,
        5,
    ),
    _method("threads.list", "GET", "threads", reading.list_threads, _META, 10, _LIST),
    _method("threads.get", "GET", "threads/{id}", reading.get_thread, _META, 40, _DETAIL),
    _method(
        "history.list",
        "GET",
        "history",
        reading.list_history,
        _META,
        2,
        frozenset({"startHistoryId", "maxResults", "pageToken", "labelId", "historyTypes"}),
    ),
    _method("messages.modify", "POST", "messages/{id}/modify", filing.modify_message, _ALL, 5),
    _method("messages.batchModify", "POST", "messages/batchModify", filing.modify_many, _ALL, 50),
    _method("messages.trash", "POST", "messages/{id}/trash", filing.trash_message, _ALL, 5),
    _method("messages.untrash", "POST", "messages/{id}/untrash", filing.untrash_message, _ALL, 5),
    _method("threads.modify", "POST", "threads/{id}/modify", filing.modify_thread, _ALL, 10),
    _method("threads.trash", "POST", "threads/{id}/trash", filing.trash_thread, _ALL, 10),
    _method("threads.untrash", "POST", "threads/{id}/untrash", filing.untrash_thread, _ALL, 10),
    _method(
        "drafts.list",
        "GET",
        "drafts",
        writing.list_drafts,
        _SEES_DRAFTS,
        5,
        _LIST - {"labelIds"},
    ),
    _method(
        "drafts.get",
        "GET",
        "drafts/{id}",
        writing.get_draft,
        _SEES_DRAFTS,
        20,
        frozenset({"format"}),
    ),
    *_uploadable("drafts.create", "POST", "drafts", writing.create_draft, _DRAFTS, 10),
    *_uploadable("drafts.update", "PUT", "drafts/{id}", writing.update_draft, _DRAFTS, 15),
    _method("drafts.delete", "DELETE", "drafts/{id}", writing.delete_draft, _DRAFTS, 10),
    *_uploadable("drafts.send", "POST", "drafts/send", writing.send_draft, _DRAFTS, 100),
    *_uploadable("messages.send", "POST", "messages/send", writing.send_message, _SENDS, 100),
]
