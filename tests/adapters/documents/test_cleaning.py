"""Whatever a provider sends, nothing is kept but what one sees: hostile files are refused, or harmless after it."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from PIL import Image

from chancela.adapters.documents import apart
from chancela.adapters.documents.cleaning import Clean, Cleaner
from chancela.domain.attachment import MOST_BYTES, MOST_PAGES, MediaType
from chancela.domain.refusal import Refusal
from tests.adapters.documents import made

if TYPE_CHECKING:
    from pathlib import Path

DARK, LIGHT = 60, 200


async def cleaned(content: bytes) -> Clean:
    found = await Cleaner().clean(content)
    assert isinstance(found, Clean), found
    return found


def seen(clean: Clean) -> Image.Image:
    shown = Image.open(io.BytesIO(clean.content))
    shown.load()
    return shown


def grey(shown: Image.Image, at: tuple[int, int]) -> int:
    value = shown.convert("L").getpixel(at)
    assert isinstance(value, int)
    return value


ESCAPE = """
import os, socket
from chancela.adapters.documents import child
child.shut()
for nth, way in enumerate((lambda: open("/proc/self/environ"), socket.socket, os.pipe, lambda: os.dup(0))):
    os.close(0) if nth == 3 else None
    try:
        way()
    except OSError:
        continue
    print("open", nth)
"""


def test_whoever_broke_a_decoder_could_open_neither_the_keys_nor_a_way_out():
    done = subprocess.run([sys.executable, "-I", "-c", ESCAPE], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (made.picture("JPEG"), MediaType.JPEG),
        (made.picture("PNG"), MediaType.PNG),
        (made.picture("PNG", mode="L"), MediaType.PNG),
        (made.picture("PNG", mode="I;16"), MediaType.PNG),
        (made.picture("PNG", mode="1"), MediaType.PNG),
        (made.picture("PNG", mode="RGBA"), MediaType.PNG),
        (made.picture("WEBP"), MediaType.PNG),
    ],
)
async def test_a_picture_comes_out_as_it_went_in(content: bytes, kept: MediaType):
    clean = await cleaned(content)
    shown = seen(clean)
    assert (clean.media_type, clean.pages, shown.size) == (kept, 1, (64, 40))
    assert grey(shown, (5, 20)) < DARK
    assert grey(shown, (60, 20)) > LIGHT
    assert clean.content != content or kept is MediaType.PNG


async def test_a_photograph_is_put_upright_and_tells_nothing_of_where_it_was_taken():
    clean = await cleaned(made.with_secrets())
    shown = seen(clean)
    assert shown.size == (40, 64)
    assert grey(shown, (20, 5)) < DARK
    assert not shown.getexif()
    for secret in (made.GPS, b"Exif", b"Camera", b"secreto"):
        assert secret not in clean.content


async def test_what_is_transparent_stands_on_white():
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert grey(seen(await cleaned(out.getvalue())), (10, 10)) == 255


async def test_a_huge_picture_is_made_smaller_and_a_heavy_one_lighter():
    clean = await cleaned(made.picture("PNG", (8000, 400)))
    assert max(seen(clean).size) == 4096
    noisy = await cleaned(made.noise(1600))
    assert noisy.media_type is MediaType.JPEG


async def test_the_same_file_is_drawn_the_same_each_time():
    for content in (made.picture(), made.drawn_pdf()):
        assert await cleaned(content) == await cleaned(content)


async def test_a_document_becomes_a_row_of_pictures():
    clean = await cleaned(made.drawn_pdf())
    assert (clean.media_type, clean.pages) == (MediaType.PDF, 2)
    document = pypdfium2.PdfDocument(clean.content)
    first, second = (document[nth].render().to_pil().getpixel((50, 50)) for nth in range(2))
    assert max(first) < DARK
    assert second[0] > LIGHT > DARK > second[1]
    assert b"SECRETO" not in clean.content


async def test_a_scripted_document_keeps_no_script_no_file_and_no_link():
    clean = await cleaned(made.scripted_pdf())
    for evil in (b"EVILSCRIPT", b"JavaScript", b"OpenAction", b"EmbeddedFile", b"evil", b"/URI", b"MZ!!", b"/Annots"):
        assert evil not in clean.content


@pytest.mark.parametrize(
    ("host", "rider"),
    [
        (made.picture("JPEG"), made.archive()),
        (made.picture("PNG"), made.archive()),
        (made.drawn_pdf(), made.archive()),
        (made.picture("JPEG"), made.scripted_pdf()),
        (made.picture("PNG"), b"<html><script>EVILCLASS</script>"),
    ],
)
async def test_a_file_that_is_two_at_once_is_one_after_it(host: bytes, rider: bytes):
    """GIFAR, PDF with an archive, a picture with a page behind it."""
    clean = await cleaned(host + rider)
    for evil in (b"EVIL", b"PK\x03\x04", b"PK\x05\x06", b"<html", b"JavaScript"):
        assert evil not in clean.content
    assert b"%PDF-" not in clean.content[8:]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"nada disto",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\x01\x00\x01\x00\x00\xff\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;",
        made.archive(),
        made.archive() + made.picture("JPEG"),
        made.zip_bomb(),
        made.locked_pdf(),
        b"%PDF-1.7\n" + b"1 0 obj\n<<" * 2000,
        b"%PDF-",
        made.picture("JPEG")[:300],
        made.picture("PNG", (200, 200))[:-60],
        b"\xff\xd8\xff" + b"\0" * 1000,
        b"\x89PNG\r\n\x1a\n" + made.chunk(b"IHDR", b"\0" * 13),
        b"RIFF\xff\xff\xff\xffWEBPVP8 ",
        made.picture("TIFF"),
        made.picture("BMP"),
    ],
)
async def test_what_is_no_picture_and_no_document_is_refused(content: bytes):
    assert await Cleaner().clean(content) is Refusal.FILE_REFUSED


@pytest.mark.parametrize(
    "content",
    [
        made.bomb(60_000, 60_000),
        made.bomb(9_000, 9_000),
        made.bomb(30_000, 256),
        made.pdf(MOST_PAGES + 1),
        b"a" * (MOST_BYTES + 1),
    ],
)
async def test_what_has_too_many_bytes_pixels_or_pages_is_told_apart(content: bytes):
    assert await Cleaner().clean(content) is Refusal.FILE_TOO_BIG


async def test_a_page_as_large_as_a_field_is_drawn_small():
    clean = await cleaned(made.pdf(size=(14_000, 9_000)))
    assert max(pypdfium2.PdfDocument(clean.content)[0].render(scale=150 / 72).to_pil().size) <= 2402


async def test_twenty_pages_are_enough_and_not_too_many():
    assert (await cleaned(made.pdf(MOST_PAGES))).pages == MOST_PAGES


def doing(tmp_path: Path, code: str) -> Cleaner:
    """A cleaner whose child does something else."""
    script = tmp_path / "child.py"
    script.write_text(code, encoding="utf-8")
    return Cleaner(patience_s=4, child=(str(script),))


async def test_a_child_that_does_not_end_is_ended(tmp_path: Path):
    pid = tmp_path / "pid"
    cleaner = doing(tmp_path, f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    began = time.monotonic()
    assert await cleaner.clean(b"x") is Refusal.FILE_REFUSED
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        __import__("os").kill(int(pid.read_text()), 0)


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.exit(1)",
        "import os; os.abort()",
        "print('{')",
        "print('[]')",
        'print(\'{"media_type": "text/html", "pages": 1}\\n<script>\')',
        'print(\'{"media_type": "image/png", "pages": 1}\')',
        'import sys; sys.stdout.write(\'{"media_type": "image/png", "pages": 99}\\nabc\')',
        f"import sys\nwhile True: sys.stdout.write('x' * 65536)  # never more than {apart.MOST_WRITTEN}",
    ],
)
async def test_a_child_that_fell_or_babbles_is_not_believed(tmp_path: Path, code: str):
    assert await doing(tmp_path, code).clean(b"x" * 100_000) is Refusal.FILE_REFUSED


async def test_a_child_has_nothing_of_ours_and_can_neither_write_nor_grow(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHANCELA_DATABASE_URL", "postgresql://segredo")
    code = (
        "import os, resource, sys\n"
        "from chancela.adapters.documents import child\n"
        "child._answer = lambda content, qrs: ({'media_type': 'image/png', 'pages': 1}, repr(("
        "sorted(os.environ), [resource.getrlimit(each) == (most, most) for each, most in "
        "{**dict(child.LIMITS), **dict.fromkeys(child.NO_MORE, 0)}.items()])).encode())\n"
        "child.main()"
    )
    found = await Cleaner(child=("-I", "-c", code)).clean(b"x")
    assert isinstance(found, Clean)
    environment, limits = eval(found.content)  # noqa: S307 - our own words
    assert not [name for name in environment if name.startswith(("CHANCELA", "PYTHON", "HOME"))]
    assert limits == [True] * 6
    greedy = code.replace("child._answer = ", "child._answer = lambda content: bytearray(3 * 2**30) and ").replace(
        "lambda content: ({", "({"
    )
    assert await Cleaner(child=("-I", "-c", greedy)).clean(b"x") is Refusal.FILE_REFUSED


async def test_no_more_than_two_are_drawn_at_a_time(tmp_path: Path):
    script = tmp_path / "child.py"
    script.write_text("import time; time.sleep(0.4)", encoding="utf-8")
    cleaner = Cleaner(child=(str(script),))
    began = time.monotonic()
    await asyncio.gather(*(cleaner.clean(b"x") for _ in range(4)))
    assert time.monotonic() - began >= 0.8


def test_the_server_itself_reads_no_picture():
    code = "import sys, chancela.bootstrap.app; sys.exit('PIL' in sys.modules or 'pypdfium2' in sys.modules)"
    import subprocess

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
