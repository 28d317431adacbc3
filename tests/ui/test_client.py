"""A client of one's own: the steps, the file, what is said of it, and what comes before consent."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from loopdesk import app
from loopdesk.cli.window import services
from loopdesk.core.approval import Request
from loopdesk.core.changes import Account
from loopdesk.core.clients import Client, ClientId
from loopdesk.engine.protocol import ToWindow
from loopdesk.providers.google import PROVIDER, WHO
from loopdesk.sandbox.trello.old_way import KEY
from loopdesk.store import errands
from loopdesk.ui.administrator import AdministratorPage
from loopdesk.ui.client import ClientPage
from loopdesk.ui.connect import Asked, ConnectPage
from loopdesk.ui.services import Service
from loopdesk.ui.session import Profile as Whose
from loopdesk.ui.session import Session
from loopdesk.ui.switch import Switch
from loopdesk.ui.window import Window
from tests.ui.conftest import SERVICES, Profile
from tests.ui.rows import ZONE
from tests.ui.test_pages import button, buttons, shown

SERVICE = replace(
    SERVICES[0], registration=PROVIDER.registration, request=partial(app.approval_request, PROVIDER)
)
OWN = replace(SERVICE, client=ClientId("mine.apps.example", own=True))
DESKTOP = {"installed": {"client_id": "mine.apps.example", "client_secret": "s3cret"}}


class Kept:
    """What a profile keeps of registrations."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}

    def known(self) -> dict[str, ClientId]:
        return {key: ClientId(client.id, own=True) for key, client in self.clients.items()}

    def use(self, service: str, client: Client) -> None:
        self.clients[service] = client


def led(qtbot: QtBot, profile: Profile, kept: Kept) -> tuple[Session, ClientPage]:
    """Ask to connect without a client; return the page that this leads to."""
    window = Window((SERVICE,), profile.clock, ZONE)
    qtbot.addWidget(window)
    whose = Whose(clients=kept.known, use_client=kept.use)
    session = Session(profile.bridge, window, ZONE, (SERVICE,), whose, print)
    window.show()
    session.command("connect")
    page = session.pages.client(SERVICE)
    qtbot.waitUntil(lambda: window.page is page)
    profile.read_out(qtbot)
    return session, page


def drop(page: ClientPage, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    copy = Qt.DropAction.CopyAction
    page.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    page.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))


def test_how_far_one_was_is_there_after_a_restart(qtbot: QtBot, profile: Profile) -> None:
    _, page = led(qtbot, profile, Kept())
    qtbot.waitUntil(lambda: "0 of 6 done" in shown(page))
    button(page, "Mark step 1 as done").click()
    qtbot.waitUntil(lambda: "Mark step 2 as done" in [one.text() for one in buttons(page)])
    button(page, "Mark step 2 as done").click()
    qtbot.waitUntil(lambda: profile.desk.setting("registering.google") == "0,1")
    _, again = led(qtbot, profile, Kept())
    qtbot.waitUntil(lambda: "2 of 6 done" in shown(again))
    assert again is not page


def test_each_step_opens_its_page_and_the_scopes_can_be_copied(qtbot: QtBot) -> None:
    page = ClientPage(SERVICE)
    qtbot.addWidget(page)
    opened: list[str] = []
    page.link.connect(opened.append)
    for one in buttons(page):
        if "Open " in one.text():
            one.click()
    assert opened == [step.page for step in PROVIDER.registration.steps]
    assert all(address.startswith("https://console.cloud.google.com/") for address in opened)
    scopes = [scope for feature in PROVIDER.features for scope in feature.scopes]
    button(page, f"Copy {len(WHO) + len(scopes)} scopes").click()
    assert QGuiApplication.clipboard().text().split() == [*WHO, *scopes]


def test_a_dropped_file_is_kept_and_tried_at_once(
    qtbot: QtBot, profile: Profile, tmp_path: Path
) -> None:
    kept = Kept()
    session, page = led(qtbot, profile, kept)
    file = tmp_path / "client_secret_mine.json"
    file.write_text(json.dumps(DESKTOP))
    drop(page, file)
    taken: list[errands.Errand] = []

    def has_asked() -> bool:
        taken.extend(profile.database.own.transact(errands.take))
        return bool(taken)

    qtbot.waitUntil(has_asked)
    assert kept.clients == {"google": Client("mine.apps.example", "s3cret")}
    assert (taken[0].name, taken[0].facts) == ("check-client", {"service": "google"})
    profile.database.own.transact(lambda db: errands.answer(db, taken[0].id, {}))
    profile.engine.says.put(ToWindow(errands=(taken[0].id,)))
    accepts = "Google accepts it: yes"
    qtbot.waitUntil(
        lambda: any(one.accessibleName() == accepts for one in page.findChildren(QWidget))
    )
    qtbot.waitUntil(lambda: "Connect Google" in [one.text() for one in buttons(page)])
    button(page, "Delete the downloaded file").click()
    qtbot.waitUntil(lambda: not file.exists())
    qtbot.waitUntil(lambda: "Connect Google" in [one.text() for one in buttons(page)])
    button(page, "Connect Google").click()
    assert "Google hasn\u2019t verified this app" in shown(session.pages.connecting)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"web": {"client_id": "a", "client_secret": "b"}}', "That client is a Web one"),
        ('{"installed": {"client_id": "a"}}', "That file holds no secret"),
        ("nothing of the kind", "That is not the file of a client"),
    ],
)
def test_a_file_of_no_use_is_named_and_not_kept(
    qtbot: QtBot, profile: Profile, tmp_path: Path, content: str, said: str
) -> None:
    kept = Kept()
    _, page = led(qtbot, profile, kept)
    file = tmp_path / "client_secret.json"
    file.write_text(content)
    drop(page, file)
    qtbot.waitUntil(lambda: said in shown(page))
    assert not kept.clients
    assert "Connect Google" not in [one.text() for one in buttons(page)]


def test_with_a_shipped_client_nobody_is_led_there_or_warned(qtbot: QtBot) -> None:
    page = ConnectPage([replace(SERVICE, client=ClientId("shipped", own=False))])
    qtbot.addWidget(page)
    needed: list[object] = []
    page.client_needed.connect(needed.append)
    page.choose()
    assert not needed
    assert "verified" not in shown(page)


def test_a_long_wait_says_what_the_browser_may_be_saying(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ConnectPage, "LATE_MS", 20)
    page = ConnectPage([OWN])
    qtbot.addWidget(page)
    page.choose()
    button(page, "Continue in browser").click()
    page.waiting("https://accounts.google.com/x")
    qtbot.waitUntil(lambda: "Still waiting" in shown(page))
    button(page, "Copy the text for your administrator").click()
    text = QGuiApplication.clipboard().text()
    assert "OAuth client id: mine.apps.example" in text
    assert PROVIDER.features[0].scopes[0] in text
    page.failed("sign-in-failed", "denied")
    assert "Still waiting" not in shown(page)


def _service(key: str) -> Service:
    return next(one for one in services() if one.key == key)


def _field(page: QWidget, title: str) -> QLineEdit:
    fields = [f for f in page.findChildren(QLineEdit) if f.placeholderText().startswith(title)]
    return fields[-1]  # an earlier step's may be on its way out


@pytest.mark.parametrize(
    ("key", "title", "client_id", "more"),
    [
        ("microsoft", "Application", "5a0d0de5-0000-4000-8000-100bde5c5a1d", ""),
        ("slack", "Client ID", "1234567890123.9876543210987", "xapp-1-A"),
    ],
)
def test_where_no_file_is_offered_the_id_is_typed_and_looked_at(
    qtbot: QtBot, key: str, title: str, client_id: str, more: str
) -> None:
    service = _service(key)
    page = ClientPage(service)
    qtbot.addWidget(page)
    page.show()
    assert "Drop the downloaded file" not in shown(page)
    typed: list[Client] = []
    page.typed.connect(typed.append)
    QTest.keyClicks(_field(page, title), "the secret")
    assert "does not look like" in shown(page)
    _field(page, title).clear()
    QTest.keyClicks(_field(page, title), client_id)
    assert "does not look like" not in shown(page)
    assert service.registration is not None
    if service.registration.secret is not None:
        QTest.keyClicks(_field(page, service.registration.secret.title), more)
    button(page, "Use these").click()
    assert typed == [Client(client_id, more)]


def test_a_client_of_one_organisation_names_it(qtbot: QtBot) -> None:
    service = _service("microsoft")
    page = ClientPage(service)
    qtbot.addWidget(page)
    typed: list[Client] = []
    page.typed.connect(typed.append)
    assert service.registration is not None
    assert service.registration.tenant is not None
    QTest.keyClicks(_field(page, "Application"), "5a0d0de5-0000-4000-8000-100bde5c5a1d")
    QTest.keyClicks(_field(page, service.registration.tenant.title), "northwind.test")
    button(page, "Use these").click()
    assert [client.tenant for client in typed] == ["northwind.test"]


def test_who_may_need_an_administrator_hears_it_before_the_browser_opens(qtbot: QtBot) -> None:
    service = replace(_service("microsoft"), client=ClientId("an-id", own=True))
    page = ConnectPage([service])
    qtbot.addWidget(page)
    page.choose()
    page.show()
    assert "may have to approve" in shown(page)
    requests: list[Request] = []
    page.administrator.connect(requests.append)
    button(page, "What administrators ask").click()
    (request,) = requests
    assert "adminconsent" in request.page
    told = AdministratorPage()
    qtbot.addWidget(told)
    told.show_request(request)
    for said in ("an-id", "Mail.ReadWrite", "graph.microsoft.com", "no server", "Outlook mail"):
        assert said in shown(told)
    button(told, "Copy all of it").click()
    text = QGuiApplication.clipboard().text()
    assert request.page in text
    assert "nothing listens" in text
    button(told, "Copy the approval link").click()
    assert QGuiApplication.clipboard().text() == request.page


def test_without_such_a_feature_nobody_is_warned(qtbot: QtBot) -> None:
    service = replace(_service("microsoft"), client=ClientId("an-id", own=True))
    page = ConnectPage([service])
    qtbot.addWidget(page)
    page.choose()
    for switch in page.findChildren(Switch):
        switch.setChecked(switch.accessibleName() == "OneDrive")
    assert "may have to approve" not in shown(page)


def test_a_refusal_for_want_of_approval_hands_over_the_link(qtbot: QtBot) -> None:
    service = replace(_service("microsoft"), client=ClientId("an-id", own=True))
    page = ConnectPage([service])
    qtbot.addWidget(page)
    page.choose()
    button(page, "Continue in browser").click()
    page.failed("sign-in-failed", "needs-approval")
    button(page, "Copy the approval link").click()
    assert "adminconsent" in QGuiApplication.clipboard().text()


def test_the_older_way_in_is_offered_once_the_present_one_was_refused(qtbot: QtBot) -> None:
    service = replace(_service("trello"), client=ClientId("an-id", own=True))
    page = ConnectPage([service])
    qtbot.addWidget(page)
    page.choose()
    offer = "Use Trello's older sign-in"
    assert offer not in shown(page)
    page.failed("sign-in-failed", "denied")  # the person's own doing
    assert offer not in shown(page)
    page.failed("sign-in-failed", "wrong-client")
    with qtbot.waitSignal(page.client_needed):  # where it is mended
        button(page, "Go through the client's steps").click()
    asked: list[Asked] = []
    page.asked.connect(asked.append)
    button(page, offer).click()
    assert "30 days" in shown(page)
    assert not button(page, "Continue in browser").isEnabled()
    QTest.keyClicks(_field(page, "API key"), KEY)
    button(page, "Continue in browser").click()
    assert (asked[0].typed, asked[0].older) == (True, KEY)
    assert "only at trello.com" in shown(page)
    typed: list[str] = []
    page.code_typed.connect(typed.append)
    QGuiApplication.clipboard().setText("ATTAcode")
    QTest.keyClicks(_field(page, "The token that the page shows at its end"), "ATTAcode")
    button(page, "Connect").click()
    assert typed == ["ATTAcode"]
    assert QGuiApplication.clipboard().text() == ""
    page.failed("sign-in-failed", "wrong-code")
    button(page, "Try again").click()
    assert _field(page, "API key").text() == KEY
    # Who came this way comes so again, and has typed the key once for all.
    ann = Account("trello-1", "trello", "Ann", "ann@lumen.example", "1", ("read",), ("cards",))
    page.begin(replace(service, client=ClientId()), ann)  # who has no client needs none
    assert "30 days" in shown(page)
    page.begin(service, ann)
    button(page, offer).click()
    button(page, "Continue in browser").click()
    assert (asked[1].account, asked[1].older, asked[1].features) == ("trello-1", "", ("cards",))


@pytest.mark.parametrize("width", [1232, 640])
def test_no_sentence_of_a_guide_is_cut(qtbot: QtBot, width: int) -> None:
    """The longest guides, in a window where everything just fits and in a narrow one."""
    for key in ("asana", "trello"):
        page = ClientPage(_service(key))
        qtbot.addWidget(page)
        page.resize(width, 824)
        page.show()
        labels = [label for label in page.findChildren(QLabel) if label.wordWrap()]
        assert len(labels) > 5
        qtbot.waitUntil(partial(_all_whole, labels))


def _all_whole(labels: list[QLabel]) -> bool:
    return not _cut(labels)


def _cut(labels: list[QLabel]) -> list[str]:
    return [
        label.text()
        for label in labels
        if label.isVisible() and label.height() < label.heightForWidth(label.width())
    ]
