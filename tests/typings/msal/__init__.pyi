from typing import Any

class SerializableTokenCache:
    def serialize(self) -> str: ...
    def deserialize(self, state: str | None) -> None: ...

class PublicClientApplication:
    def __init__(
        self,
        client_id: str,
        *,
        authority: str,
        token_cache: SerializableTokenCache,
        http_client: object,
        instance_discovery: bool,
    ) -> None: ...
    def initiate_auth_code_flow(
        self,
        scopes: list[str],
        *,
        redirect_uri: str,
        state: str,
        prompt: str | None,
        login_hint: str | None,
        response_mode: str,
        claims_challenge: str | None,
    ) -> dict[str, Any]: ...
    def acquire_token_by_auth_code_flow(
        self, auth_code_flow: dict[str, Any], auth_response: dict[str, str]
    ) -> dict[str, Any]: ...
    def get_accounts(self) -> list[dict[str, Any]]: ...
    def acquire_token_silent_with_error(
        self, scopes: list[str], account: dict[str, Any], *, force_refresh: bool
    ) -> dict[str, Any] | None: ...
