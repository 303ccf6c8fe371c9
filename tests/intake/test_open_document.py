"""Bytes to upright pixels: every format, and each bad file its own refusal."""

import io

import cv2
import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from service.intake.document import open_document
from service.intake.errors import (
    FileCorrupt,
    FileEmpty,
    FileEncrypted,
    FileTooLarge,
    FileTooManyPages,
    FileTypeUnsupported,
    IntakeError,
)
from service.intake.limits import Limits
from service.screening.claim import Side

pillow_heif.register_heif_opener()
WIDTH, HEIGHT = 96, 64


def picture(mode: str = "RGB") -> Image.Image:
    """Red at the top left, blue at the bottom right."""
    pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    pixels[:20, :20] = (220, 20, 20)
    pixels[-20:, -20:] = (20, 20, 220)
    return Image.fromarray(pixels).convert(mode)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def pdf(pages: int = 1, text: str = "CERTIFICATE", **options) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(200, 100), **options)
    for number in range(pages):
        canvas.drawString(20, 50, f"{text} {number + 1}")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def front(content: bytes, **limits):
    return open_document(content, None, Limits(**limits))[Side.FRONT]


FORMATS = {
    "jpeg": saved(picture(), "JPEG", quality=95),
    "png": saved(picture(), "PNG"),
    "webp": saved(picture(), "WEBP"),
    "tiff": saved(picture(), "TIFF"),
    "bmp": saved(picture(), "BMP"),
    "avif": saved(picture(), "AVIF", quality=90),
    "heif": saved(picture(), "HEIF", quality=90),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_opens_the_right_way_up_and_in_bgr(name: str) -> None:
    capture = front(FORMATS[name])
    bgr = capture.bgr()
    assert (capture.format, capture.width_px, capture.height_px) == (name, WIDTH, HEIGHT)
    assert bgr.shape == (HEIGHT, WIDTH, 3)
    assert bgr[5, 5, 2] > 180 > bgr[5, 5, 0]
    assert bgr[-5, -5, 0] > 180 > bgr[-5, -5, 2]
    assert capture.bgr(4).shape == (16, 24, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations_come_upright(orientation: int) -> None:
    turns = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = picture()
    for turn in turns[orientation]:
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    capture = front(saved(stored, "JPEG", quality=95, exif=exif))
    assert (capture.width_px, capture.height_px) == (WIDTH, HEIGHT)
    for reduction in (1, 2):
        bgr = capture.bgr(reduction)
        assert bgr[3, 3, 2] > 180 > bgr[3, 3, 0]
        assert bgr.shape[:2] == (HEIGHT // reduction, WIDTH // reduction)


@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0])
def test_samples_of_fractions_are_read_in_the_range_they_use(white: float) -> None:
    ramp = np.tile(np.linspace(0, white, 256, dtype=np.float32), (16, 1))
    ramp[0, 5] = np.nan
    bgr = open_document(saved(Image.fromarray(ramp), "TIFF"), None)[Side.FRONT].bgr()
    assert (bgr[1] == np.arange(256)[:, None]).all()


def test_fractions_in_colour_are_a_type_that_we_do_not_take_and_no_damage() -> None:
    whole = cv2.imencode(".tiff", np.full((16, 16, 3), 0.5, np.float32))[1].tobytes()
    with pytest.raises(FileTypeUnsupported):
        front(whole)
    with pytest.raises(FileCorrupt):
        front(whole[:9])


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits_a_sample_keep_their_tones(kind: str, channels: int) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint16) * 257, (16, 1))
    pixels = ramp if channels == 1 else np.dstack([ramp] * channels)
    content = cv2.imencode(f".{kind.lower()}", pixels)[1].tobytes()
    bgr = open_document(content, None)[Side.FRONT].bgr()
    assert (bgr[1] == np.arange(256)[:, None]).all()


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_odd_modes_become_eight_bit_colour(mode: str) -> None:
    if mode == "I;16":
        grey = (np.asarray(picture("L"), np.uint16) * 257).astype(np.uint16)
        content = saved(Image.fromarray(grey), "PNG")
    else:
        content = saved(picture(mode), "TIFF" if mode == "CMYK" else "PNG")
    bgr = front(content).bgr()
    assert bgr.shape == (HEIGHT, WIDTH, 3)
    assert bgr.dtype == np.uint8
    assert bgr[HEIGHT // 2, WIDTH // 2].min() > 240  # white stays white


def test_transparency_lies_over_white() -> None:
    clear = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    assert front(saved(clear, "PNG")).bgr().min() == 255


def test_a_pdf_gives_its_text_and_a_second_page_as_back() -> None:
    sides = open_document(pdf(2), None)
    assert set(sides) == {Side.FRONT, Side.BACK}
    assert "CERTIFICATE 1" in sides[Side.FRONT].text_layer
    assert sides[Side.FRONT].bgr().min() < 100  # the letters are drawn


def test_editors_are_named_and_cameras_are_not() -> None:
    for software, named in (
        ("Adobe Photoshop 25.0", "photoshop"),
        ("16.4.1", None),
        ("GIMP 2.10", "gimp"),
        ("HDR+ 1.0.5", None),
    ):
        exif = Image.Exif()
        exif[0x0131] = software
        assert front(saved(picture(), "JPEG", exif=exif)).software == named


def test_each_bad_file_has_its_own_refusal() -> None:
    big = saved(Image.new("1", (5000, 5000)), "PNG")
    locked = pdf(encrypt=StandardEncryption("secret", canPrint=0))
    for content, limits, error in (
        (b"", {}, FileEmpty),
        (FORMATS["jpeg"], {"max_bytes": 100}, FileTooLarge),
        (big, {"max_pixels": 1_000_000}, FileTooLarge),
        (b"GIF89a" + b"\0" * 50, {}, FileTypeUnsupported),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {}, FileTypeUnsupported),
        (b"PK\x03\x04" + b"\0" * 50, {}, FileTypeUnsupported),
        (b"%PDF-1.4\nnothing", {}, FileCorrupt),
        (locked, {}, FileEncrypted),
        (pdf(12), {}, FileTooManyPages),
    ):
        with pytest.raises(error) as raised:
            front(content, **limits)
        assert raised.value.code.startswith("file_")
        assert raised.value.hint


def test_the_side_at_fault_is_named() -> None:
    with pytest.raises(FileEmpty) as raised:
        open_document(FORMATS["jpeg"], b"")
    assert raised.value.side is Side.BACK


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_short_anywhere_is_refused_or_whole(name: str) -> None:
    content = FORMATS[name]
    for end in range(1, len(content), max(1, len(content) // 25)):
        try:
            assert front(content[:end]).bgr().ndim == 3
        except IntakeError:
            continue


@given(
    st.sampled_from([*FORMATS, "pdf"]), st.integers(0, 10_000), st.binary(min_size=1, max_size=8)
)
@settings(max_examples=150, deadline=None)
def test_changed_bytes_raise_nothing_but_our_own_errors(name: str, at: int, change: bytes) -> None:
    content = FORMATS.get(name) or pdf()
    at %= len(content)
    try:
        front(content[:at] + change + content[at + len(change) :]).bgr(2)
    except IntakeError:
        return


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes_raise_nothing_but_our_own_errors(content: bytes) -> None:
    for signature in (
        b"",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF1234WEBP",
        b"II*\0",
        b"\0\0\0\x18ftypheic",
        b"\0\0\0\x18ftypavif",
        b"%PDF-1.4 ",
    ):
        try:
            front(signature + content).bgr()
        except IntakeError:
            continue


def test_a_header_that_claims_huge_sizes_costs_nothing() -> None:
    png = bytearray(saved(Image.new("1", (8, 8)), "PNG"))
    png[16:24] = (65_500).to_bytes(4, "big") * 2
    with pytest.raises(IntakeError):
        front(bytes(png)).bgr()
