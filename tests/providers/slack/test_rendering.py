"""What people see of a message: its markup, its blocks, its emoji."""

from __future__ import annotations

from typing import Any

import pytest

from loopdesk.content.chat import clean_chat
from loopdesk.providers.slack import blocks, emoji, mrkdwn
from loopdesk.providers.slack.links import reference
from loopdesk.providers.slack.rich import rich_text


class Directory:
    def person(self, key: str) -> str:
        return {"U1": "Ann", "U2": "Bo Berg"}.get(key, key)

    def channel(self, key: str) -> str:
        return {"C1": "general"}.get(key, key)


NAMES = Directory()


def mention(name: str) -> str:
    return f'<b class="mention">{name}</b>'


@pytest.mark.parametrize(
    ("written", "text", "html"),
    [
        ("Plain &amp; &lt;simple&gt;", "Plain & <simple>", "<p>Plain &amp; &lt;simple&gt;</p>"),
        ("*a* _b_ ~c~ `d*e*`", "a b c d*e*",
         "<p><b>a</b> <i>b</i> <s>c</s> <code>d*e*</code></p>"),
        ("*_both_*", "both", "<p><b><i>both</i></b></p>"),
        ("snake_case_here 2*3*4", "snake_case_here 2*3*4", "<p>snake_case_here 2*3*4</p>"),
        ("<@U1> <@U9|zoe> <#C1> <#C2|plans>", "@Ann @zoe #general #plans",
         f"<p>{mention('@Ann')} {mention('@zoe')} {mention('#general')} {mention('#plans')}</p>"),
        ("<!here> <!subteam^S1|@team> <!subteam^S2>", "@here @team @group",
         f"<p>{mention('@here')} {mention('@team')} {mention('@group')}</p>"),
        ("*<@U1>, please*", "@Ann, please", f"<p><b>{mention('@Ann')}, please</b></p>"),
        ("<!date^1764000000^{date}|24 Nov> <!date^1764000000^{date}>",
         "24 Nov 2025-11-24 16:00 UTC", "<p>24 Nov 2025-11-24 16:00 UTC</p>"),
        ("<https://a.example/x?y=1&amp;z>", "https://a.example/x?y=1&z",
         '<p><a href="https://a.example/x?y=1&amp;z">https://a.example/x?y=1&amp;z</a></p>'),
        ("<https://a.example|here>", "here (https://a.example)",
         '<p><a href="https://a.example">here</a></p>'),
        ("<mailto:a@b.example|a@b.example>", "a@b.example",
         '<p><a href="mailto:a@b.example">a@b.example</a></p>'),
        ("<javascript:alert(1)|click>", "click", "<p>click</p>"),
        ("a\nb\n\nc", "a\nb\n\nc", "<p>a<br>b<br><br>c</p>"),
        ("&gt; said\n&gt; so\nyes", "> said\n> so\nyes",
         "<blockquote>said<br>so</blockquote><p>yes</p>"),
        ("x\n&gt;&gt;&gt;all\nof it", "x\n> all\n> of it",
         "<p>x</p><blockquote>all<br>of it</blockquote>"),
        ("see ```if a &lt; b:\n  *x*``` there", "see \nif a < b:\n  *x*\n there",
         "<p>see </p><pre>if a &lt; b:\n  *x*</pre><p> there</p>"),
        (":tada: :+1::skin-tone-2: :lumen:", "🎉 👍🏻 :lumen:", "<p>🎉 👍🏻 :lumen:</p>"),
        ("<", "<", "<p>&lt;</p>"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_markup_is_read(written: str, text: str, html: str) -> None:
    said = mrkdwn.read(written, NAMES)
    assert (said.text, said.html) == (text, html)


def test_a_label_that_is_another_address_has_its_own_beside_it() -> None:
    said = mrkdwn.read("<https://evil.example/x|https://bank.example>", NAMES)
    assert clean_chat(said.html).endswith("https://bank.example (evil.example)</a></p>")


def test_markup_without_an_end_takes_no_time() -> None:
    for mark in ("(*a ", "_a", "`", "<", "```", "&gt;"):
        mrkdwn.read(mark * 8000, NAMES)


def leaf(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, **fields}


def section(*leaves: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": kind, "elements": list(leaves)}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


@pytest.mark.parametrize(
    ("block", "text", "html"),
    [
        (
            rich(section(
                leaf("user", user_id="U1"), leaf("text", text=": "),
                leaf("text", text="now", style={"bold": True, "italic": True}),
                leaf("emoji", name="wave", skin_tone=4),
                leaf("link", url="https://a.example", text="plan"),
                leaf("channel", channel_id="C1"), leaf("usergroup", usergroup_id="S1"),
                leaf("broadcast", range="here"), leaf("date", timestamp=0, fallback="today"),
                leaf("color", value="#fff"), leaf("unheard_of", text="?"), leaf("nothing"),
            )),
            "@Ann: now👋🏽plan (https://a.example)#general@group@heretoday#fff?",
            f"<p>{mention('@Ann')}: <i><b>now</b></i>👋🏽"
            f'<a href="https://a.example">plan</a>{mention("#general")}{mention("@group")}'
            f"{mention('@here')}today#fff?</p>",
        ),
        (
            rich(
                {"type": "rich_text_list", "style": "ordered", "offset": 1, "elements": [
                    section(leaf("text", text="a")), section(leaf("text", text="b"))]},
                {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [
                    section(leaf("text", text="c"))]},
                section(leaf("text", text="q"), kind="rich_text_quote"),
                section(leaf("text", text="x < y"), kind="rich_text_preformatted"),
            ),
            "2. a\n3. b\n  • c\n> q\nx < y",
            "<ol><li>a</li><li>b</li></ol><ul><ul><li>c</li></ul></ul>"
            "<blockquote>q</blockquote><pre>x &lt; y</pre>",
        ),
        (
            {"type": "section", "text": {"type": "mrkdwn", "text": "*Build* failed"},
             "fields": [{"type": "plain_text", "text": "main"}],
             "accessory": {"type": "button", "text": {"type": "plain_text", "text": "Retry"}}},
            "Build failed\nmain\n[Retry]",
            "<p><b>Build</b> failed</p><p>main</p><p>[Retry]</p>",
        ),
        ({"type": "header", "text": {"type": "plain_text", "text": "News"}}, "News",
         "<p><b>News</b></p>"),
        (
            {"type": "actions", "elements": [
                {"type": "button", "text": {"text": "Open"}, "url": "https://a.example"}]},
            "Open (https://a.example)", '<p><a href="https://a.example">Open</a></p>',
        ),
        ({"type": "image", "image_url": "https://a.example/x.png", "alt_text": "Chart"},
         "Chart (https://a.example/x.png)",
         '<p><a href="https://a.example/x.png">Chart</a></p>'),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"},
                                     {"type": "raw_text", "text": "b"}]]}, "a | b",
         "<p>a | b</p>"),
        ({"type": "divider"}, "", ""),
        ({"type": "of_tomorrow"}, "[unsupported content]", "<p>[unsupported content]</p>"),
        ({"type": "rich_text", "elements": "none"}, "", ""),
        ({"type": "section", "text": 7, "fields": [None]}, "", ""),
    ],
)  # fmt: skip
def test_blocks_are_read(block: dict[str, Any], text: str, html: str) -> None:
    said = blocks.read([block], NAMES)
    assert (said.text, said.html) == (text, html)


def test_whom_blocks_name_is_found() -> None:
    block = rich({"type": "rich_text_list", "elements": [section(leaf("user", user_id="U1"))]})
    assert list(blocks.people_in([block])) == ["U1"]


def test_what_is_written_names_only_who_was_picked() -> None:
    text = "@Bo Berg, @Bo and @here: 1 < 2 & <@U1>"
    assert mrkdwn.write(text, {"@Bo Berg": "U2", "#general": "C1"}) == (
        "<@U2>, @Bo and @here: 1 &lt; 2 &amp; &lt;@U1&gt;"
    )
    assert mrkdwn.write("See #general, #generally", {"#general": "C1"}) == "See <#C1>, #generally"


def test_texts_that_slack_has_changed_are_alike() -> None:
    sent = "See https://a.example/x?a=1&amp;b and 👍  \n *now* ❤️"
    kept = "See <https://a.example/x?a=1&amp;b> and :+1:\n*now* :heart:"
    assert mrkdwn.alike(sent) == mrkdwn.alike(kept)
    assert mrkdwn.alike("yes") != mrkdwn.alike("yes!")


def test_what_is_edited_reads_as_it_was_written() -> None:
    written = mrkdwn.write("*Now* _or_ `never`, @Ann: https://a.example/x. a < b", {"@Ann": "U1"})
    assert blocks.read(rich_text(written), NAMES) == mrkdwn.read(
        written.replace("https://a.example/x", "<https://a.example/x>"), NAMES
    )


@pytest.mark.parametrize(
    ("said", "name"),
    [("👍", "+1"), ("👍🏽", "+1::skin-tone-4"), (":thumbsup:", "thumbsup"), ("tada", "tada"),
     ("❤", "heart"), ("❤️", "heart"), (":lumen:", "lumen"), ("Ж", "Ж")],
)  # fmt: skip
def test_an_emoji_is_called_as_slack_calls_it(said: str, name: str) -> None:
    assert emoji.name_of(said) == name


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://lumen.slack.com/archives/C0GENERAL1", "C0GENERAL1"),
        ("https://lumen.slack.com/archives/C0GENERAL1/p1764000000000100", "C0GENERAL1"),
        ("https://lumen.slack.com/archives/C0GENERAL1/p1764000009000200"
         "?thread_ts=1764000000.000100&cid=C0GENERAL1", "C0GENERAL1/1764000000.000100"),
        ("https://lumen.slack.com/archives/C0GENERAL1/p1764000000000100"
         "?thread_ts=1764000000.000100&cid=C0GENERAL1", "C0GENERAL1"),
        ("https://app.slack.com/client/T0LUMEN01/D0ANNBO001", "D0ANNBO001"),
        ("https://app.slack.com/client/T0LUMEN01/C0GENERAL1/thread/"
         "C0GENERAL1-1764000000.000100", "C0GENERAL1/1764000000.000100"),
        ("https://lumen.slack.com/files/U1/F1/a.pdf", None),
        ("https://slack.com.evil.example/archives/C0GENERAL1", None),
    ],
)  # fmt: skip
def test_links_to_one_thing_are_equal(link: str, target: str | None) -> None:
    assert reference(link) == (None if target is None else f"slack/message/{target}")
