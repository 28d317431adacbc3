"""What others do in the workspace while Ann acts, and what their doings cost to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from loopdesk.core.actions import Action, Arguments, Target
from loopdesk.core.approval import Request
from loopdesk.core.items import Item
from loopdesk.sandbox.slack.workspace import Workspace
from loopdesk.sandbox.workspaces import stamp
from tests.providers.bench import Bench, Mirror
from tests.providers.granting import Refusal, Wall
from tests.providers.meanwhile import Met, Moved
from tests.providers.requests import Cost
from tests.providers.slack.shop import Shop
from tests.providers.slack.workshop import (
    ANN,
    BO,
    CY,
    GENERAL,
    PLANS,
    QUESTION,
    SHARED,
    TEAM,
    TRIO,
    WITH_BO,
)

_SAID = "I am on it"


def workspace(bench: Bench) -> Workspace:
    return bench.sandbox.slack.workspaces[TEAM]


# --- granting -------------------------------------------------------------------------------------


def refusals(bench: Bench) -> list[Refusal]:
    space, refuses = workspace(bench), bench.sandbox.slack.refuses
    method = "users.conversations"

    def refused(word: str, reason: str) -> Refusal:
        return Refusal(lambda: refuses.update({method: word}), lambda: refuses.pop(method), reason)

    return [
        Refusal(lambda: space.deactivated.add(ANN), space.deactivated.clear, "disabled"),
        Refusal(
            lambda: setattr(space, "is_removed", True),
            lambda: setattr(space, "is_removed", False),
            "removed",
        ),
        refused("two_factor_setup_required", "second-proof"),
        refused("not_authed", ""),
        Refusal(bench.sandbox.revoke_tokens, lambda: None, ""),
    ]


def walls(bench: Bench) -> list[Wall]:
    oauth = bench.sandbox.slack.oauth

    def approve(request: Request) -> None:
        oauth.needs_approval = False

    return [Wall(lambda: setattr(oauth, "needs_approval", True), approve)]


WAIT_FOR_APPROVAL: list[Mapping[str, str]] = [
    {"error": word}
    for word in ("app_approval_required", "approval_required", "admin_approval_required")
]


# --- meanwhile ------------------------------------------------------------------------------------


def closed(bench: Bench, mirror: Mirror) -> list[Met]:
    shop, space = Shop(bench), workspace(bench)

    def says(channel: str, happens: Callable[[], object], reason: str, **given: Any) -> Met:
        action = bench.action("reply", Target(key=channel), Arguments(text=_SAID, **given))
        return Met(action, happens, lambda: shop.texts(channel).count(_SAID), reason)

    def refuse(method: str, word: str) -> Callable[[], None]:
        return lambda: bench.sandbox.slack.refuses.update({method: word})

    plans, trio, shared = (space.conversations[key] for key in (PLANS, TRIO, SHARED))
    own = shop.where(PLANS).tops()[0]
    late = bench.action("edit", Target(key=PLANS), Arguments(entry=own, text="Otherwise"))
    return [
        Met(
            late,
            refuse("chat.update", "edit_window_closed"),
            lambda: shop.message(PLANS, own).text == "Otherwise",
            "closed",
        ),
        says(SHARED, refuse("chat.postMessage", "restricted_action"), "blocked"),
        says(SHARED, refuse("chat.postMessage", "thread_locked"), "closed"),
        says(PLANS, lambda: _archive(bench, plans), "closed"),
        says(SHARED, lambda: shared.members.remove(ANN), "not-a-member"),
        # What is not open to everybody is not even told of to who left it.
        says(TRIO, lambda: trio.members.remove(ANN), "gone"),
    ]


def _archive(bench: Bench, where: Any) -> None:
    bench.sandbox.slack.refuses.clear()
    where.is_archived = True


def _edit(bench: Bench, mirror: Mirror, text: str) -> tuple[Action, str]:
    """Return an edit of Ann's own words in the plans, as she saw them."""
    entry = next(each for each in mirror.of(PLANS) if each.mine)
    target = Target(key=PLANS, version=entry.version)
    return bench.action("edit", target, Arguments(entry=entry.key, text=text)), entry.key


def overtaken(bench: Bench, mirror: Mirror) -> list[Met]:
    shop = Shop(bench)
    action, ts = _edit(bench, mirror, "The offer is not out")
    return [
        Met(
            action,
            lambda: shop.call(ANN, "chat.update", channel=PLANS, ts=ts, text="It went out"),
            lambda: shop.message(PLANS, ts).text == "The offer is not out",
        )
    ]


def vanished(bench: Bench, mirror: Mirror) -> list[Met]:
    shop = Shop(bench)
    edit, own = _edit(bench, mirror, "The offer is not out")
    root = shop.where(TRIO).tops()[0]
    react = bench.action("react", Target(key=WITH_BO), Arguments(text="🎉", entry=_last(mirror)))
    answer = bench.action("reply", Target(key=TRIO), Arguments(text=_SAID, entry=root))
    return [
        Met(
            edit,
            lambda: shop.call(ANN, "chat.delete", channel=PLANS, ts=own),
            lambda: "The offer is not out" in shop.texts(PLANS),
            "gone",
        ),
        Met(
            react,
            lambda: shop.call(BO, "chat.delete", channel=WITH_BO, ts=_last(mirror)),
            lambda: any(one.reactions for one in shop.where(WITH_BO).all()),
            "gone",
        ),
        Met(
            answer,
            lambda: shop.call(CY, "chat.delete", channel=TRIO, ts=root),
            lambda: shop.texts(TRIO).count(_SAID),
            "gone",
        ),
    ]


def answered(bench: Bench, mirror: Mirror) -> list[Met]:
    shop, ts = Shop(bench), _last(mirror)
    thread = shop.where(GENERAL).thread(QUESTION)

    def reword() -> None:
        question = shop.message(GENERAL, QUESTION)
        question.text, question.edited = "Which day suits you?", (BO, stamp(bench.clock.now()))

    return [
        Met(
            bench.action("reply", Target(key=WITH_BO), Arguments(text=_SAID)),
            lambda: shop.call(BO, "chat.update", channel=WITH_BO, ts=ts, text="Better: tomorrow"),
            lambda: shop.texts(WITH_BO).count(_SAID),
        ),
        Met(
            bench.action("reply", Target(key=f"{GENERAL}/{QUESTION}"), Arguments(text=_SAID)),
            reword,
            lambda: sum(
                shop.message(GENERAL, one).text == _SAID
                for one in shop.where(GENERAL).thread(QUESTION)
                if one not in thread[:1]
            ),
        ),
    ]


def moved(bench: Bench, mirror: Mirror) -> list[Moved]:
    """A message stays where it is, and a conversation keeps its key: it may be called otherwise."""
    general = workspace(bench).conversations[GENERAL]

    def called(item: Item) -> bool:
        names = [
            place.name
            for page in mirror.pages
            for place in page.places
            if place.kind == "channel" and place.key in item.places
        ]
        return names[-1] == "#everybody"

    return [
        Moved(
            mirror.items[f"{GENERAL}/{QUESTION}"].title,
            lambda: setattr(general, "name", "everybody"),
            called,
        ),
        Moved("#everybody", lambda: setattr(general, "name", "us"), lambda _: True, "#us"),
    ]


def _last(mirror: Mirror) -> str:
    return max(entry.key for entry in mirror.of(WITH_BO) if not entry.mine)


# --- costs ----------------------------------------------------------------------------------------


def costs(bench: Bench, mirror: Mirror) -> list[Cost]:
    """Slack has no feed of changes: one call tells that a conversation has nothing new, and three
    what it is: what is newer, the newest page with what was edited in it, and how far it was read.

    Mentions cost as much again, since what was found is brought from where it stands.
    """
    shop, plans = Shop(bench), workspace(bench).conversations[PLANS]
    return [
        Cost("conversations", 1, 1, lambda: setattr(plans, "name", "aims")),
        Cost("c:", 1, 3, lambda: shop.say(PLANS, "And now?", who=CY), key=f"c:{PLANS}"),
        # Of those with something unread it is asked each time whether it was read elsewhere.
        Cost(f"c:{WITH_BO}", 2, 3, lambda: shop.say(WITH_BO, "And now?")),
        # One of its threads is read again in turn: what is edited in them shows nowhere else.
        Cost(f"c:{GENERAL}", 2, 4, lambda: shop.say(GENERAL, "And now?")),
        Cost("mentions", 1, 3, lambda: _name(bench, shop)),
        Cost("people", 1, 1, "Everybody is listed once a day, whatever changed."),
        Cost("scheduled", 1, 1, lambda: _schedule(bench, shop)),
    ]


def _name(bench: Bench, shop: Shop) -> None:
    shop.say(GENERAL, f"<@{ANN}> look", who=CY)
    bench.clock.pass_by(seconds=10)  # so long Slack's search does not find it


def _schedule(bench: Bench, shop: Shop) -> None:
    at = int(bench.clock.now().timestamp()) + 3600
    shop.call(ANN, "chat.scheduleMessage", channel=PLANS, text="Later", post_at=at)
