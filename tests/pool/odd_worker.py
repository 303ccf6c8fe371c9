"""A worker's module that misbehaves as it is told, for tests of the pool."""

import os
import socket
import subprocess
import time
from pathlib import Path

from service.intake.errors import FileCorrupt


class NotPlain:
    """Something that no judgement is made of."""

    def __reduce__(self):
        return os.system, ("true",)


def load(settings) -> None:
    assert settings is not None


def judge(job):
    word, _, rest = job.front.decode().partition(" ")
    match word:
        case "die":
            os._exit(9)
        case "die-once":
            if not Path(rest).exists():
                Path(rest).touch()
                os._exit(9)
        case "hang":
            time.sleep(60)
        case "burn":
            while True:
                pass
        case "slow":
            time.sleep(0.6)
        case "print":
            print("MUSTERMANN", flush=True)
            subprocess.run(["echo", "MUSTERMANN"])
        case "eat":
            return len(bytearray(int(rest) * 1024 * 1024))
        case "write":
            Path(rest).write_bytes(b"0" * 300 * 1024 * 1024)
        case "call":
            with socket.create_connection(("127.0.0.1", int(rest)), timeout=5):
                return "connected"
        case "environment":
            return Path("/proc/self/environ").read_text(), dict(os.environ)
        case "refuse":
            raise FileCorrupt
        case "attack":
            return NotPlain()
        case "break":
            raise KeyError("a name that nobody must see")
    return os.getpid(), job.front


look = redraw = judge
