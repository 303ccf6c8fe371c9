"""Where a request comes from."""

from fastapi import Request


def address_of_client(request: Request) -> str:
    """The client's address; a trusted proxy's headers are resolved by the server before."""
    return request.client.host if request.client is not None else "unknown"
