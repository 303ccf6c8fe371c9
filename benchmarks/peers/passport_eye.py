"""PassportEye 2.2.2 over Tesseract, on the bytes as they are."""

import io
import warnings
from collections.abc import Sequence

from passporteye import read_mrz


class PassportEye:
    name = "PassportEye"

    def read(self, content: bytes) -> Sequence[str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = read_mrz(io.BytesIO(content))
        return () if found is None else [line for line in found.aux["text"].splitlines() if line]
