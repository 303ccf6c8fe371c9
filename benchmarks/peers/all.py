"""The readers that take part, ours first."""

from benchmarks.peers.ours import Ours
from benchmarks.peers.passport_eye import PassportEye
from benchmarks.peers.peer import Peer
from benchmarks.peers.rapid_alone import RapidAlone


def load_peers(*, ours_only: bool = False) -> list[Peer]:
    """FastMRZ takes part only where it and Tesseract are installed."""
    peers: list[Peer] = [Ours()]
    if ours_only:
        return peers
    peers += [PassportEye(), RapidAlone()]
    try:
        from benchmarks.peers.fast_mrz import FastMrz

        peers.append(FastMrz())
    except Exception as missing:
        print(f"FastMRZ does not take part: {type(missing).__name__}: {missing}")
    return peers
