"""Screens identity documents before they reach Blaaiz, and forwards those that pass."""

import os

# The model runtime reports its use to its maker, by default and from its first import on. A service
# that sees passports talks to nobody but its own partner: switched off before anything loads it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
