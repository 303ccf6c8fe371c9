"""How many processor cores this process may really use."""

import math
import os
from pathlib import Path
from typing import Final

_CGROUP: Final = Path("/sys/fs/cgroup")


def usable_cores(cgroup: Path = _CGROUP) -> int:
    """Those of its affinity mask, or fewer where its control group has a quota; at least one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    quota = _quota_v2(cgroup / "cpu.max")
    if quota is None:
        quota = _quota_v1(cgroup / "cpu")
    # A part of a core is worth a worker: it waits for files and pipes as well.
    return max(1, min(cores or 1, math.ceil(quota) if quota else cores or 1))


def _quota_v2(file: Path) -> float | None:
    """Cores by `cpu.max`: "200000 100000", or "max 100000"."""
    quota, _, period = _text(file).partition(" ")
    return int(quota) / int(period) if quota.isdecimal() and period.strip().isdecimal() else None


def _quota_v1(folder: Path) -> float | None:
    quota, period = _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")
    return int(quota) / int(period) if quota.isdecimal() and period.isdecimal() else None


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
