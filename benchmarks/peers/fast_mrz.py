"""FastMRZ 2.1.2. Its own Tesseract model `mrz` is in no package: where it is missing, English serves.

English reads OCR-B worse than that model does, so that FastMRZ's figures here are its floor.
"""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from fastmrz import FastMRZ


class FastMrz:
    def __init__(self) -> None:
        listed = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, check=True
        ).stdout
        self.name = "FastMRZ"
        if "mrz" not in listed.split():
            self.name = "FastMRZ (eng)"
            home = Path(listed.split('"')[1])
            self._models = tempfile.TemporaryDirectory()
            for name in ("eng", "mrz"):
                (Path(self._models.name) / f"{name}.traineddata").symlink_to(
                    home / "eng.traineddata"
                )
            for name in ("configs", "tessconfigs"):
                (Path(self._models.name) / name).symlink_to(home / name)
            os.environ["TESSDATA_PREFIX"] = self._models.name
        self._reader = FastMRZ()

    def read(self, content: bytes) -> Sequence[str]:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        found = self._reader.get_details(picture, input_type="numpy", ignore_parse=True)
        return [line for line in str(found or "").splitlines() if line]
