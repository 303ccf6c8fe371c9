"""FastMRZ 2.1.2, which needs Tesseract's model `mrz`."""

import subprocess
from collections.abc import Sequence

import cv2
import numpy as np
from fastmrz import FastMRZ


class FastMrz:
    name = "FastMRZ"

    def __init__(self) -> None:
        listed = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, check=True
        )
        if "mrz" not in listed.stdout.split():
            raise RuntimeError("Tesseract has no model mrz")
        self._reader = FastMRZ()

    def read(self, content: bytes) -> Sequence[str]:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        found = self._reader.get_details(picture, input_type="numpy", ignore_parse=True)
        return [line for line in str(found or "").splitlines() if line]
