"""What a program may be allowed at Asana; one that has full permissions asks for `default`.

Source: developers.asana.com/docs/oauth-scopes (2026-08)
"""

from __future__ import annotations

FULL = "default"
WORDS = {
    "attachments:read": "View attachments",
    "attachments:write": "Create attachments",
    "attachments:delete": "Delete attachments",
    "custom_fields:read": "View custom fields",
    "projects:read": "View projects",
    "projects:write": "Create and modify projects",
    "stories:read": "View comments and activity",
    "stories:write": "Write comments",
    "tags:read": "View tags",
    "tags:write": "Create and modify tags",
    "tasks:read": "View tasks",
    "tasks:write": "Create and modify tasks",
    "tasks:delete": "Delete tasks",
    "users:read": "View names and addresses of people",
    "workspaces:read": "View your workspaces",
    "workspaces.typeahead:read": "Find things as you type",
    FULL: "Access everything you can see in Asana",
}
OF_KIND = {
    "attachment": "attachments:read",
    "custom_field": "custom_fields:read",
    "project": "projects:read",
    "section": "project_sections:read",
    "story": "stories:read",
    "tag": "tags:read",
    "task": "tasks:read",
    "user": "users:read",
    "user_task_list": "tasks:read",
    "workspace": "workspaces:read",
}
"""What lets a program see more of a thing than its name."""


def parse(text: str) -> list[str]:
    return list(dict.fromkeys(text.split()))
