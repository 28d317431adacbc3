"""The table of operations.

Source: Trello's OpenAPI description as of 2026-09, which names the scopes of each.
"""

from __future__ import annotations

from loopdesk.sandbox.trello import (
    attachments,
    boards,
    cards,
    checklists,
    comments,
    people,
    search,
)
from loopdesk.sandbox.trello.method import Operation
from loopdesk.sandbox.trello.scopes import (
    READ_BOARD,
    READ_MEMBER,
    READ_WORKSPACE,
    WRITE_BOARD,
    WRITE_MEMBER,
)

_READ = (READ_BOARD,)
_WRITE = (WRITE_BOARD,)
_BOTH = (READ_BOARD, WRITE_BOARD)

OPERATIONS = (
    Operation("GET", "/members/{id}", people.get),
    Operation("GET", "/members/{id}/boards", boards.mine, _READ),
    Operation("GET", "/members/{id}/cards", cards.mine, _READ),
    Operation("GET", "/members/{id}/actions", comments.of_member),
    Operation("GET", "/members/{id}/organizations", people.workspaces, (READ_WORKSPACE,)),
    Operation("GET", "/members/{id}/notifications", people.notifications, (READ_MEMBER,)),
    Operation("GET", "/notifications/{id}", people.notification),
    Operation("PUT", "/notifications/{id}", people.mark, (WRITE_MEMBER,)),
    Operation("PUT", "/notifications/{id}/unread", people.mark, (WRITE_MEMBER,)),
    Operation("POST", "/notifications/all/read", people.mark_all, (WRITE_MEMBER,)),
    Operation("GET", "/tokens/{token}", people.token),
    Operation("DELETE", "/tokens/{token}", people.end_token),
    Operation("GET", "/boards/{id}", boards.get, _READ),
    Operation("PUT", "/boards/{id}", boards.change, _BOTH),
    Operation("GET", "/boards/{id}/lists", boards.lanes, _READ),
    Operation("GET", "/boards/{id}/lists/{filter}", boards.lanes, _READ),
    Operation("GET", "/boards/{id}/labels", boards.labels, _READ),
    Operation("GET", "/boards/{id}/members", boards.members, _READ),
    Operation("GET", "/boards/{id}/memberships", boards.memberships, _READ),
    Operation("GET", "/boards/{id}/cards", cards.of_board, _READ),
    Operation("GET", "/boards/{id}/cards/{filter}", cards.of_board, _READ),
    Operation("GET", "/boards/{id}/checklists", checklists.of_board, _READ),
    Operation("GET", "/boards/{boardId}/actions", comments.of_board, _READ),
    Operation("GET", "/search", search.answer),
    Operation("POST", "/lists", boards.create_lane, _WRITE),
    Operation("GET", "/lists/{id}", boards.lane, _READ),
    Operation("PUT", "/lists/{id}", boards.change_lane, _BOTH),
    Operation("GET", "/lists/{id}/cards", cards.of_lane, _READ),
    Operation("POST", "/cards", cards.create, _WRITE),
    Operation("GET", "/cards/{id}", cards.get, _READ),
    Operation("PUT", "/cards/{id}", cards.change, _BOTH),
    Operation("DELETE", "/cards/{id}", cards.delete, _WRITE),
    Operation("GET", "/cards/{id}/actions", comments.of_card, _READ),
    Operation("POST", "/cards/{id}/actions/comments", comments.write, _WRITE),
    Operation("PUT", "/cards/{id}/actions/{idAction}/comments", comments.change, _BOTH),
    Operation("DELETE", "/cards/{id}/actions/{idAction}/comments", comments.delete, _WRITE),
    Operation("GET", "/actions/{id}", comments.get),
    Operation("PUT", "/actions/{id}", comments.change, _BOTH),
    Operation("PUT", "/actions/{id}/text", comments.change, _BOTH),
    Operation("DELETE", "/actions/{id}", comments.delete, _WRITE),
    Operation("GET", "/cards/{id}/attachments", attachments.of_card, _READ),
    Operation("POST", "/cards/{id}/attachments", attachments.add, _WRITE),
    Operation("GET", "/cards/{id}/attachments/{idAttachment}", attachments.get, _READ),
    Operation("DELETE", "/cards/{id}/attachments/{idAttachment}", attachments.delete, _WRITE),
    Operation(
        "GET",
        "/cards/{id}/attachments/{idAttachment}/download/{name}",
        attachments.download,
        _READ,
    ),
    Operation("GET", "/cards/{id}/members", cards.members, _READ),
    Operation("POST", "/cards/{id}/idMembers", cards.add_member, _WRITE),
    Operation("DELETE", "/cards/{id}/idMembers/{idMember}", cards.remove_member, _WRITE),
    Operation("POST", "/cards/{id}/idLabels", cards.add_label, _WRITE),
    Operation("DELETE", "/cards/{id}/idLabels/{idLabel}", cards.remove_label, _WRITE),
    Operation("POST", "/cards/{id}/markAssociatedNotificationsRead", people.mark_card, _BOTH),
    Operation("GET", "/cards/{id}/checklists", checklists.of_card, _READ),
    Operation("POST", "/cards/{id}/checklists", checklists.create, _WRITE),
    Operation("GET", "/cards/{id}/checkItem/{idCheckItem}", checklists.item, _READ),
    Operation("PUT", "/cards/{id}/checkItem/{idCheckItem}", checklists.change_item, _BOTH),
    Operation("DELETE", "/cards/{id}/checkItem/{idCheckItem}", checklists.delete_item, _WRITE),
    Operation("POST", "/checklists", checklists.create, _WRITE),
    Operation("GET", "/checklists/{id}", checklists.get, _READ),
    Operation("PUT", "/checklists/{id}", checklists.rename, _BOTH),
    Operation("DELETE", "/checklists/{id}", checklists.delete, _WRITE),
    Operation("GET", "/checklists/{id}/checkItems", checklists.items, _READ),
    Operation("POST", "/checklists/{id}/checkItems", checklists.add_item, _WRITE),
    Operation(
        "DELETE", "/checklists/{id}/checkItems/{idCheckItem}", checklists.delete_item, _WRITE
    ),
)
