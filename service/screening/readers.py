"""The engines, loaded once a process and handed to the pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.screening.locate.layout import LayoutFinder
from service.screening.read import barcode, passport_eye, rapid, tesseract
from service.screening.read.mrz import MrzReader


@dataclass(frozen=True, slots=True)
class Readers:
    """All engines. One thread at a time may use them."""

    layout: LayoutFinder
    mrz: MrzReader
    rapid: rapid.RapidText

    @property
    def versions(self) -> Mapping[str, str]:
        """Model or engine to its version, for the record of each screening."""
        versions = {
            "layout_finder": self.layout.version,
            "mrz_reader": self.mrz.version,
            "text_reader": rapid.VERSION,
            "barcode_reader": barcode.VERSION,
        }
        if passport_eye.is_available():
            versions["mrz_second_reader"] = passport_eye.VERSION
        if tesseract.installed():
            versions["script_reader"] = f"{tesseract.VERSION} {' '.join(tesseract.installed())}"
        return versions


def load_readers(threads: int = 1) -> Readers:
    """Loads the models: about a second, and 150 MB."""
    return Readers(LayoutFinder(threads), MrzReader(threads), rapid.RapidText(threads))
