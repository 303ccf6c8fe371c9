"""Sign-in through the operator's own OpenID Connect provider, any that can be discovered.

Authlib speaks the protocol: code flow with PKCE (RFC 7636), state and nonce, and the checks of the
ID token (OpenID Connect Core 1.0, 3.1.3.7). What a flow must remember travels in a signed cookie.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client.apps import StarletteOAuth2App
from joserfc.errors import JoseError

from service.actions.manage_account import AccountRole
from service.actions.sign_in import Vouched
from service.triage.flow import Flow, FlowRefused, ProviderFailed

_TIMEOUT_S: Final = 10.0
_LEEWAY_S: Final = 60
_SIGNED_BY_PROVIDER: Final = frozenset(
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
)
"""Never `none`, nor an HMAC, whose key the client shares."""
_LONGEST_NAME: Final = 128


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """The operator's provider, as it knows this client."""

    discovery_url: str
    client_id: str
    client_secret: str
    scope: str
    role_claim: str
    roles: Mapping[str, str]


class _Application(StarletteOAuth2App):
    """Authlib's client, which takes only signatures that the provider alone can make."""

    async def load_server_metadata(self) -> dict[str, Any]:
        metadata: dict[str, Any] = await super().load_server_metadata()
        named = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [
            one for one in named if one in _SIGNED_BY_PROVIDER
        ]
        return metadata


class IdentityProvider:
    """The provider of one application; what it publishes is fetched once and kept."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings
        self._application = _Application(
            None,
            name="provider",
            client_id=settings.client_id,
            client_secret=settings.client_secret or None,
            server_metadata_url=settings.discovery_url,
            client_kwargs={
                "scope": settings.scope,
                "code_challenge_method": "S256",
                "timeout": _TIMEOUT_S,
                "follow_redirects": False,
                **({} if settings.client_secret else {"token_endpoint_auth_method": "none"}),
            },
        )

    async def begin(self, redirect_uri: str) -> Flow:
        """A new flow.

        Raises:
            ProviderFailed: see there.

        """
        try:
            begun = await self._application.create_authorization_url(redirect_uri)
            return Flow(begun["url"], begun["state"], begun["nonce"], begun["code_verifier"])
        except (httpx2.HTTPError, RuntimeError, ValueError, KeyError) as cause:
            raise ProviderFailed from cause

    async def finish(self, flow: Flow, answer: Mapping[str, str], redirect_uri: str) -> Vouched:
        """Whom the provider vouches for.

        Args:
            flow: as it was begun by the same browser.
            answer: the query with which the browser came back.
            redirect_uri: the same as at the beginning.

        Raises:
            FlowRefused, ProviderFailed: see there.

        """
        if not hmac.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
            raise FlowRefused("state")
        if "error" in answer or not answer.get("code"):
            raise FlowRefused("refused")
        try:
            metadata = await self._application.load_server_metadata()
            # RFC 9207: an answer that names another issuer was meant for another client.
            if answer.get("iss", metadata["issuer"]) != metadata["issuer"]:
                raise FlowRefused("issuer")
            claims = await self._claims(flow, answer["code"], redirect_uri, metadata)
        except OAuthError as cause:
            raise FlowRefused("code") from cause
        except (
            httpx2.HTTPError,
            JoseError,
            RuntimeError,
            ValueError,
            KeyError,
            TypeError,
        ) as cause:
            raise ProviderFailed from cause
        return self._vouched(claims, metadata["issuer"])

    async def _claims(
        self, flow: Flow, code: str, redirect_uri: str, metadata: Mapping[str, Any]
    ) -> dict[str, Any]:
        token = await self._application.fetch_access_token(
            redirect_uri=redirect_uri, code=code, code_verifier=flow.code_verifier
        )
        if "id_token" not in token:
            raise ProviderFailed
        claims = await self._application.parse_id_token(
            token,
            nonce=flow.nonce,
            claims_options={
                "iss": {"essential": True, "value": metadata["issuer"]},
                "aud": {"essential": True, "value": self._settings.client_id},
            },
            leeway=_LEEWAY_S,
        )
        told = dict(claims)
        if metadata.get("userinfo_endpoint") and _at(told, self._settings.role_claim) is None:
            # Many providers keep groups out of the ID token.
            more = dict(await self._application.userinfo(token=token))
            if more.get("sub") != told["sub"]:
                raise ProviderFailed
            told = {**more, **told}
        return told

    def _vouched(self, claims: Mapping[str, Any], issuer: str) -> Vouched:
        name = claims.get("name") or claims.get("preferred_username") or claims["sub"]
        found = _at(claims, self._settings.role_claim)
        named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        roles = [
            AccountRole(self._settings.roles[one])
            for one in named
            if isinstance(one, str) and one in self._settings.roles
        ]
        ranks = list(AccountRole)
        return Vouched(
            issuer=issuer,
            subject=str(claims["sub"]),
            name="".join(c for c in str(name) if c.isprintable())[:_LONGEST_NAME],
            role=max(roles, key=ranks.index, default=None),
        )


def _at(claims: Mapping[str, Any], path: str) -> object:
    """The claim of that name, which may hold dots (a URL); else what lies along the path."""
    if path in claims:
        return claims[path]
    value: object = claims
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value
