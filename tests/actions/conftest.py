"""What the tests of use cases share with those of forwarding."""

from tests.forward.conftest import world

__all__ = ["world"]
