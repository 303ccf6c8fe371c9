"""RapidOCR by itself at its default: lines of its output that look like a zone's. One core."""

from collections.abc import Sequence

import cv2
import numpy as np
from rapidocr import RapidOCR

from service.mrz.lattice import looks_like_line


class RapidAlone:
    name = "RapidOCR alone"

    def __init__(self) -> None:
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            }
        )

    def read(self, content: bytes) -> Sequence[str]:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        found = self._engine(picture)
        texts = found.txts or ()
        return [text.replace(" ", "") for text in texts if looks_like_line(text)]
