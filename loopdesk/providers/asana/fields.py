"""What is asked for of each record: no more than the granted scopes allow, since Asana refuses the
whole request over one field too many.

Source: developers.asana.com/docs/oauth-scopes (2026-08)
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

_TASK = (
    "name,resource_subtype,is_rendered_as_separator,completed,completed_at,due_on,due_at,"
    "html_notes,liked,num_likes,num_subtasks,created_at,modified_at,permalink_url,"
    "created_by.name,assignee.name,assignee_section.name,parent.name,workspace.name,"
    "memberships.project.name,memberships.section.name,followers.name,tags.name,approval_status"
)
_PEOPLE = ",assignee.email,followers.email"
_CUSTOM = ",custom_fields.name,custom_fields.display_value"
LIGHT = (
    "resource_subtype,is_rendered_as_separator,completed,liked,num_likes,num_subtasks,created_at,"
    "modified_at,approval_status,assignee_section.name,memberships.section.name"
)
"""What tells that a task changed, also where `modified_at` does not move."""
STORY = "created_at,created_by.name,resource_subtype,text,html_text,is_edited"
ATTACHMENT = "name,size,host,resource_subtype,created_at,download_url,view_url,permanent_url"


def task(scopes: AbstractSet[str]) -> str:
    """Return what is asked for of a task."""
    people = _PEOPLE if "users:read" in scopes else ""
    return _TASK + people + (_CUSTOM if "custom_fields:read" in scopes else "")


def story(scopes: AbstractSet[str]) -> str:
    return f"{STORY},created_by.email" if "users:read" in scopes else STORY
