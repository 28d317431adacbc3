"""The web engine, shut in: it shows one cleaned mail a view, and no request of it leaves.

Imported when a mail is to be shown that needs it, never before: it costs as much as all the rest
of the window. `ui.rich` decides whether it may run at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from urllib.parse import quote, unquote

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl, Signal
from PySide6.QtGui import QColor
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

SCHEME = b"loopdesk-mail"
_HOST = "mail"
_HELD = QWebEngineUrlRequestInfo.ResourceType
_POLICY = (
    f"default-src 'none'; img-src data: {SCHEME.decode()}:; style-src 'unsafe-inline';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Answer = Callable[[bytes, str], None]
"""Takes a picture and its type; no bytes: there is none."""
FetchCid = Callable[[str, Answer], None]
"""Brings one of a mail's own pictures, by its name."""

_OFF = (
    QWebEngineSettings.WebAttribute.Accelerated2dCanvasEnabled,
    QWebEngineSettings.WebAttribute.AutoLoadIconsForPage,
    QWebEngineSettings.WebAttribute.DnsPrefetchEnabled,
    QWebEngineSettings.WebAttribute.ErrorPageEnabled,
    QWebEngineSettings.WebAttribute.FocusOnNavigationEnabled,
    QWebEngineSettings.WebAttribute.FullScreenSupportEnabled,
    QWebEngineSettings.WebAttribute.HyperlinkAuditingEnabled,
    QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard,
    QWebEngineSettings.WebAttribute.JavascriptCanOpenWindows,
    QWebEngineSettings.WebAttribute.JavascriptEnabled,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls,
    QWebEngineSettings.WebAttribute.LocalStorageEnabled,
    QWebEngineSettings.WebAttribute.NavigateOnDropEnabled,
    QWebEngineSettings.WebAttribute.PdfViewerEnabled,
    QWebEngineSettings.WebAttribute.PluginsEnabled,
    QWebEngineSettings.WebAttribute.ReadingFromCanvasEnabled,
    QWebEngineSettings.WebAttribute.ScreenCaptureEnabled,
    QWebEngineSettings.WebAttribute.ShowScrollBars,
    QWebEngineSettings.WebAttribute.TouchIconsEnabled,
    QWebEngineSettings.WebAttribute.WebGLEnabled,
)


@cache
def _prepare() -> None:
    """Set what must stand before the first profile; once in a process."""
    # Should anything ever get past the interceptor: its way out leads nowhere.
    nowhere = "--proxy-server=127.0.0.1:9 --proxy-bypass-list=<-loopback>"
    given = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "")
    flags = f"{given} {nowhere} --disable-gpu --log-level=3"
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = flags.strip()
    # Drawn without the graphics card: no context to share from the window's very start.
    QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme)
    QWebEngineUrlScheme.registerScheme(scheme)


class MailPage(QWebEnginePage):
    """A page that shows what `Engine.page` was given and goes nowhere."""

    link = Signal(str)

    def __init__(self, profile: QWebEngineProfile, address: QUrl) -> None:
        super().__init__(profile)
        self.address = address
        self.setBackgroundColor(QColor("#FFFFFF"))
        for attribute in _OFF:
            self.settings().setAttribute(attribute, False)

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main: bool
    ) -> bool:
        wanted = QUrl(url)
        if kind == QWebEnginePage.NavigationType.NavigationTypeLinkClicked:
            self.link.emit(wanted.toString(QUrl.ComponentFormattingOption.FullyEncoded))
            return False
        return is_main and wanted == self.address

    def createWindow(self, _kind: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        return None  # type: ignore[return-value]  # Qt's own way to say no

    def javaScriptConsoleMessage(self, *_message: object) -> None:
        """Keep what Chromium says about a mail out of the log."""


class Engine(QObject):
    """One profile without memory, its pages, and who answers their requests."""

    def __init__(self) -> None:
        super().__init__()
        _prepare()
        self._profile = QWebEngineProfile(self)  # without a name it keeps nothing
        self._profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
        self._profile.setPersistentCookiesPolicy(
            QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies
        )
        self._profile.setSpellCheckEnabled(False)
        self._profile.cookieStore().setCookieFilter(lambda _: False)
        self._profile.downloadRequested.connect(_refuse)
        self._server = _Server(self)
        self._profile.setUrlRequestInterceptor(_Guard(self._server, self))
        self._profile.installUrlSchemeHandler(SCHEME, self._server)
        self._numbers = 0

    def page(self, document: str, cids: tuple[str, ...], fetch: FetchCid) -> MailPage:
        """Return a page whose address `load` will show the document.

        Args:
            document: the whole of it; pictures of the mail's own have the address `relative`.
            cids: what it may ask `fetch` for.
        """
        self._numbers += 1
        name = str(self._numbers)
        address = QUrl(f"{SCHEME.decode()}://{_HOST}/{name}/")
        page = MailPage(self._profile, address)
        self._server.mails[name] = _Mail(document.encode(), frozenset(cids), fetch)
        page.destroyed.connect(lambda: self._server.mails.pop(name, None))
        return page


def relative(cid: str) -> str:
    """Return the address of one of a mail's own pictures, from inside of its document."""
    return f"./{quote(cid, safe='')}"


def _refuse(download: QWebEngineDownloadRequest) -> None:
    download.cancel()


class _Mail:
    def __init__(self, document: bytes, cids: frozenset[str], fetch: FetchCid) -> None:
        self.document, self.cids, self.fetch = document, cids, fetch


class _Server(QWebEngineUrlSchemeHandler):
    """Answers the requests of pages: each has its document and its own pictures."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.mails: dict[str, _Mail] = {}

    def find(self, url: QUrl) -> tuple[_Mail | None, str]:
        """Return whose address it is, and the name of the picture that it asks for."""
        path = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
        name, _, cid = path.removeprefix("/").partition("/")
        return self.mails.get(name), unquote(cid)

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        mail, cid = self.find(job.requestUrl())
        if mail is None or bytes(job.requestMethod().data()) != b"GET":
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
        elif not cid:
            _reply(job, mail.document, "text/html; charset=utf-8")
        elif cid in mail.cids:
            gone: list[bool] = []
            job.destroyed.connect(lambda: gone.append(True))

            def answer(data: bytes, kind: str) -> None:
                if gone:
                    return
                if data and kind.startswith("image/"):
                    _reply(job, data, kind)
                else:
                    job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)

            mail.fetch(cid, answer)
        else:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)


def _reply(job: QWebEngineUrlRequestJob, data: bytes, kind: str) -> None:
    buffer = QBuffer(job)
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    job.setAdditionalResponseHeaders(
        {
            QByteArray(b"Content-Security-Policy"): QByteArray(_POLICY.encode()),
            QByteArray(b"X-Content-Type-Options"): QByteArray(b"nosniff"),
        }
    )
    job.reply(kind.encode(), buffer)


class _Guard(QWebEngineUrlRequestInterceptor):
    """Lets through a page's own document, its own pictures, and pictures that are inside of it."""

    def __init__(self, server: _Server, parent: QObject) -> None:
        super().__init__(parent)
        self._server = server

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if not self._is_own(info):
            info.block(True)

    def _is_own(self, info: QWebEngineUrlRequestInfo) -> bool:
        url, kind = info.requestUrl(), info.resourceType()
        if url.scheme() == "data":
            return kind == _HELD.ResourceTypeImage
        if url.scheme() != SCHEME.decode() or url.host() != _HOST:
            return False
        mail, cid = self._server.find(url)
        if mail is None:
            return False
        if cid:
            return kind == _HELD.ResourceTypeImage and cid in mail.cids
        return kind == _HELD.ResourceTypeMainFrame
