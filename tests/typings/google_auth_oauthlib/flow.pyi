from collections.abc import Callable, Mapping, Sequence
from typing import Any

import requests

class _OAuth2Session(requests.Session):
    def register_compliance_hook(
        self, hook_type: str, hook: Callable[[requests.Response], requests.Response]
    ) -> None: ...

class Flow:
    oauth2session: _OAuth2Session
    @classmethod
    def from_client_config(
        cls, client_config: Mapping[str, Any], scopes: Sequence[str] | None, **kwargs: Any
    ) -> Flow: ...
    def authorization_url(self, **kwargs: str) -> tuple[str, str]: ...
    def fetch_token(self, **kwargs: Any) -> dict[str, Any]: ...
