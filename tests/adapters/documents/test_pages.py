"""The pages of a kept document come out as the pictures that they are."""

import io

import pytest
from PIL import Image

from chancela.adapters.documents import pages, sheets
from chancela.domain.attachment import MediaType
from tests.adapters.documents import made


def test_each_page_of_ours_is_a_picture():
    kept, count = sheets.clean(made.drawn_pdf())
    assert count == 2
    shown = [pages.page(MediaType.PDF, kept, number) for number in (1, 2, 3, 0)]
    assert shown[2:] == [None, None]
    colours = []
    for each in shown[:2]:
        assert each is not None and each[0] is MediaType.JPEG
        colours.append(Image.open(io.BytesIO(each[1])).convert("RGB").getpixel((40, 40)))
    assert max(colours[0]) < 60
    assert (colours[1][0] > 200, colours[1][1] < 60) == (True, True)


@pytest.mark.parametrize("media_type", [MediaType.PNG, MediaType.JPEG])
def test_a_picture_is_its_own_only_page(media_type: MediaType):
    assert pages.page(media_type, b"pixels", 1) == (media_type, b"pixels")
    assert pages.page(media_type, b"pixels", 2) is None


def test_every_page_of_the_longest_document_is_there():
    kept, count = sheets.clean(made.pdf(20))
    assert all(pages.page(MediaType.PDF, kept, number) is not None for number in range(1, count + 1))
