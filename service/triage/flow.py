"""One attempt to sign in through a provider, apart from what speaks to it: few services have one."""

from dataclasses import dataclass


class ProviderFailed(Exception):
    """The provider does not answer, or answered what cannot be believed."""


class FlowRefused(Exception):
    """The person said no there, or this is not the answer to what was asked."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One attempt: where the browser goes, and what its answer is checked against."""

    url: str
    state: str
    nonce: str
    code_verifier: str
