"""What the bytes are, by their content; names and declared types are not looked at."""

from enum import StrEnum


class FileType(StrEnum):
    """Types that we take."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIF = "heif"
    AVIF = "avif"
    TIFF = "tiff"
    BMP = "bmp"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return "application/pdf" if self is FileType.PDF else f"image/{self.value}"


_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_BMP_HEADER_SIZES = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


def sniff(content: bytes) -> FileType | None:
    """The type by signature; None for everything that we do not take."""
    head = content[:32]
    if head.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileType.WEBP
    if head[:4] in {b"II*\x00", b"MM\x00*"}:
        return FileType.TIFF
    if head[:2] == b"BM" and head[14:18] in _BMP_HEADER_SIZES:
        return FileType.BMP
    if head[4:8] == b"ftyp":
        brands = {content[n : n + 4] for n in (8, *range(16, min(len(content), 64), 4))}
        if brands & _AVIF_BRANDS:
            return FileType.AVIF
        return FileType.HEIF if brands & _HEIF_BRANDS else None
    # Some programs put a few bytes before the header; readers look in the first kilobyte.
    return FileType.PDF if b"%PDF-" in content[:1024] else None
