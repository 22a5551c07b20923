"""Every sentence of the pages has its English, and what gettext reads is what the catalogue says."""

import re

from tools import messages


def test_no_sentence_lacks_english():
    assert messages.missing(messages.catalogue()) == []


def test_every_word_that_looks_a_sentence_up_is_one_that_the_catalogue_is_made_by():
    aliases = re.compile(r"\b(n?p?gettext(?:_lazy)?)(?: as (\w+))?")
    modules = [path.read_text(encoding="utf-8") for path in messages.PORTALS.rglob("*.py")]
    lines = [line for text in modules for line in text.splitlines() if "django.utils.translation import" in line]
    used = {alias or name for line in lines for name, alias in aliases.findall(line)}
    assert used - set(messages.KEYWORDS) == set()


def test_no_english_is_left_of_a_sentence_that_is_gone():
    known = {each.id if isinstance(each.id, str) else tuple(each.id) for each in messages.catalogue() if each.id}
    assert known - set(messages.found()) == set()


def test_what_is_compiled_is_what_is_written():
    assert messages.compiled(messages.catalogue()) == (messages.FOLDER / "django.mo").read_bytes()


def test_both_languages_name_the_same_values():
    def names(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)", text))

    for each in messages.catalogue():
        ours = each.id if isinstance(each.id, str) else " ".join(each.id)
        theirs = each.string if isinstance(each.string, str) else " ".join(each.string)
        assert names(ours) == names(theirs), ours


def test_every_sentence_in_a_template_is_marked():
    """What stands between two tags is either marked or no words at all."""
    unmarked = [(path.name, text) for path in templates() for text in bare_words(path.read_text(encoding="utf-8"))]
    assert unmarked == []


TYPED = {"odonto"}  # in lists, whatever the language of the page
FORMATS = {"CSV", "JSON", "Lines", "PDF"}  # named alike everywhere
LANGUAGES = {"PT", "EN", "Português", "English"}  # each by its own name
NAMES = {"Chancela", "ANS", "TISS", "4G", "JWS"} | LANGUAGES | TYPED | FORMATS


def templates() -> list[messages.pathlib.Path]:
    return sorted(path for path in messages.PORTALS.rglob("*.html") if "templates" in path.parts)


def bare_words(html: str) -> list[str]:
    html = re.sub(r"{%\s*blocktrans(late)?\b.*?{%\s*endblocktrans(late)?\s*%}", "", html, flags=re.DOTALL)
    html = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", html, flags=re.DOTALL)
    html = re.sub(r"<(script|svg|style)\b.*?</\1>|<!--.*?-->|<meta[^>]*>", "", html, flags=re.DOTALL)
    texts = (text.strip() for text in re.findall(r">([^<]+)<", html))
    return [text for text in texts if set(re.findall(r"[A-Za-zÀ-ÿ]{2,}", text)) - NAMES]
