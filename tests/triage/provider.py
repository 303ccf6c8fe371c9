"""A little OpenID Connect provider on loopback, as strict as a real one, and false on demand."""

import base64
import hashlib
import json
import secrets
import time
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Header, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT_ID = "prescreen-console"
CLIENT_SECRET = "known-to-both-0123456789-0123456789"


class Provider:
    """Who is signed in there, and what is wrong with its answers."""

    def __init__(self) -> None:
        self.url = ""
        self.person: dict[str, Any] = {"sub": "u-1", "name": "Robin Example", "roles": ["analyst"]}
        self.userinfo: dict[str, Any] | None = None
        self.false: dict[str, Any] = {}
        """claims of the ID token that are given falsely"""
        self.without: set[str] = set()
        self.denies = False
        self.answers_as: str | None = None
        self.signs_with: str | None = None
        self.key = RSAKey.generate_key(2048, parameters={"kid": "k1"})
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []

    def rotate(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": secrets.token_hex(4)})

    def id_token(self, nonce: str | None) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
            **self.false,
        }
        claims = {name: value for name, value in claims.items() if name not in self.without}
        if self.signs_with == "none":
            parts = ({"alg": "none"}, claims)
            return ".".join([*(_encoded(json.dumps(one).encode()) for one in parts), ""])
        if self.signs_with == "HS256":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))
        key = self.key
        if self.signs_with == "another key":
            key = RSAKey.generate_key(2048, parameters={"kid": self.key.kid})
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def _encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def create_provider(provider: Provider) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        return {
            "issuer": provider.url,
            "authorization_endpoint": f"{provider.url}/authorize",
            "token_endpoint": f"{provider.url}/token",
            "userinfo_endpoint": f"{provider.url}/userinfo",
            "jwks_uri": f"{provider.url}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
        }

    @app.get("/jwks")
    def jwks() -> Any:
        return KeySet([provider.key]).as_dict(private=False)

    @app.get("/authorize")
    def authorize(request: Request) -> Any:
        asked = dict(request.query_params)
        provider.asked.append(asked)
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            return JSONResponse({"error": "unauthorized_client"}, 400)
        answer = {"state": asked["state"], "iss": provider.answers_as or provider.url}
        if provider.denies:
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_urlsafe(16)
            provider.codes[answer["code"]] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    @app.post("/token")
    def token(
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        authorization: Annotated[str, Header()],
    ) -> Any:
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = provider.codes.pop(code, None)
        challenge = _encoded(hashlib.sha256(code_verifier.encode()).digest())
        if authorization != f"Basic {expected}":
            return JSONResponse({"error": "invalid_client"}, 401)
        if (
            asked is None
            or asked["redirect_uri"] != redirect_uri
            or asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != challenge
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(16)
        provider.tokens[access] = provider.person["sub"]
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": provider.id_token(asked.get("nonce")),
        }

    @app.get("/userinfo")
    def userinfo(authorization: Annotated[str, Header()]) -> Any:
        if authorization.removeprefix("Bearer ") not in provider.tokens:
            return JSONResponse({"error": "invalid_token"}, 401)
        return provider.userinfo or {"sub": provider.person["sub"]}

    return app
