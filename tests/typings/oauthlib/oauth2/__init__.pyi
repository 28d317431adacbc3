class OAuth2Error(Exception):
    error: str | None
    description: str | None
