"""An operator's logo: taken when it is a small picture, told in the trail, and taken away again."""

import psycopg
import pytest

from tests.domain.test_logo import extended, png

ANS = "999003"


def kept(settings):
    with psycopg.connect(settings.database_url) as connection:
        return connection.execute("SELECT operator, media_type, content FROM chancela.operator_logo").fetchall()


def told(settings):
    with psycopg.connect(settings.database_url) as connection:
        asked = "SELECT data::json ->> 'version' FROM chancela.trail WHERE kind = 'operator:logo:changed' ORDER BY seq"
        return [version for (version,) in connection.execute(asked).fetchall()]


def given(folder, content, name="logo"):
    (folder / name).write_bytes(content)
    return folder / name


def test_a_logo_is_put_replaced_and_removed_and_the_trail_tells_each(here, settings, tmp_path):
    said = here("operator", "logo", ANS, given(tmp_path, png()))
    assert (said.status, said.out) == (0, f"{ANS} Cambuí Odonto shows its logo, 120 by 40 pixels.\n")
    assert kept(settings) == [(ANS, "image/png", png())]
    assert here("operator", "logo", ANS, given(tmp_path, extended(100, 50))).status == 0
    assert kept(settings) == [(ANS, "image/webp", extended(100, 50))]
    assert here("operator", "logo", ANS, "--remove").out == f"{ANS} Cambuí Odonto shows its name again.\n"
    assert kept(settings) == []
    versions = told(settings)
    assert [version is None for version in versions] == [False, False, True]
    assert here("verify").status == 0


def test_the_same_logo_again_and_none_to_remove_change_nothing(here, settings, tmp_path):
    assert here("operator", "logo", ANS, "--remove").out == f"{ANS} Cambuí Odonto has no logo.\n"
    for _ in range(2):
        assert here("operator", "logo", ANS, given(tmp_path, png())).status == 0
    assert len(told(settings)) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG is refused"),
        (png(1025, 40), "1024 pixels"),
        (png(data=b"x" * 65536), "64 KiB"),
        (png()[:-4], "not whole"),
    ],
)
def test_a_picture_that_is_not_taken_is_refused_in_one_sentence(here, settings, tmp_path, content, why):
    said = here("operator", "logo", ANS, given(tmp_path, content))
    assert (said.status, len(said.err.splitlines())) == (1, 1)
    assert why in said.err
    assert kept(settings) == []


def test_what_cannot_be_meant_is_refused_in_one_sentence(here, tmp_path):
    picture = given(tmp_path, png())
    for words, why in [
        ((ANS,), "either a picture or --remove"),
        ((ANS, picture, "--remove"), "either a picture or --remove"),
        (("304484", picture), "There is no operator 304484"),
        ((ANS, tmp_path / "none.png"), "No such file"),
    ]:
        said = here("operator", "logo", *words)
        assert (said.status, len(said.err.splitlines())) == (1, 1), said
        assert why in said.err
