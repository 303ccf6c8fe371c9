"""How long `prescreen serve` takes until it is ready: models loaded, database migrated.

python -m benchmarks.start --times 5
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.served import Served
from service.store.key_source import new_entry


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    took: list[float] = []
    for _ in range(parser.parse_args().times):
        with tempfile.TemporaryDirectory() as home:
            settings = {"secret": "a-long-and-random-text-of-a-benchmark"}
            started = time.monotonic()
            with Served(Path(home), is_dev=False, encryption_key=new_entry(), **settings) as served:
                took.append(time.monotonic() - started)
                spent = [processor_s(pid) for pid in served.tree()]
                print(
                    f"{took[-1]:.2f} s; processor seconds of the web process {spent[0]:.2f}, of its "
                    f"workers {', '.join(f'{one:.2f}' for one in spent[1:])}"
                )
    print(f"median {statistics.median(took):.2f} s, of load {os.getloadavg()[0]:.1f}")


def processor_s(pid: int) -> float:
    """What a process has used so far, its own and the kernel's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
