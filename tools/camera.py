"""Holds a page still and draws it: what changes with the hour, the day or the dice is said as on one day of March."""

import pathlib
import sys

from playwright.sync_api import BrowserContext, Page

LARGEST = 200_000  # bytes; a README is read on telephones too
# A picture should change when its page does, not with the hour, the day or the dice.
STILL = r"""
const say = [[/\b\d\d:\d\d\b/g, "14:05"], [/\b\d\d\/\d\d\b/g, "14/03"], [/\b\d{1,2} de [a-zç]+/g, "14 de março"],
  [/\b\d{1,2} [A-Z]{3} 20\d\d\b/g, "12 MAR 2027"], [/\b20\d\d(\d{9})\b/g, "2027$1"], [/\b\d+ min\b/g, "agora"],
  [/(Codigo |Código |#)\d{6}\b/g, "$1482913"], [/\b20\d{6}\b/g, "20270314"], [/ de 20\d\d\b/g, " de 2027"],
  [new RegExp(`\\b14/03/${new Date().getFullYear()}\\b`, "g"), "14/03/2027"],
  [/(código de validação: )\w{10}/g, "$17F3K9Q2M4T"]];
for (const each of document.querySelectorAll(".validation-code")) each.textContent = "7F3K9Q2M4T";
for (const each of document.querySelectorAll(".code-shown > [aria-hidden]"))
  if (/^\d/.test(each.textContent)) each.textContent = "482 913";
const spelled = ["4 quatro", "8 oito", "2 dois", "9 nove", "1 um", "3 três"].map((each) => each.split(" "));
document.querySelectorAll(".spelled li").forEach((each, place) => {
  [each.firstElementChild.textContent, each.lastChild.data] = [spelled[place][0], ` ${spelled[place][1]}`];
});
for (const each of document.querySelectorAll("[type=date]")) each.value = "2027-03-14";
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode())
  walker.currentNode.data = say.reduce((text, [old, still]) => text.replace(old, still), walker.currentNode.data);
"""


class Camera:
    """A page and where its pictures go."""

    def __init__(self, context: BrowserContext, folder: pathlib.Path, ending: str, database_url: str) -> None:
        self.page: Page = context.new_page()
        self.folder, self.ending, self.database_url = folder, ending, database_url

    def takes(self, name: str) -> None:
        """Hold the page still and draw it."""
        self.page.evaluate(STILL)
        self.keeps(name, self.page.screenshot(animations="disabled", caret="hide"))

    def keeps(self, name: str, picture: bytes) -> None:
        """Keep a PNG under a name; none that is larger than a telephone should fetch."""
        path = self.folder / f"{name}{self.ending}.png"
        path.write_bytes(picture)
        if path.stat().st_size > LARGEST:
            raise SystemExit(f"chancela: {path.name} is larger than {LARGEST // 1000} kB.")
        print(f"chancela: {path.name}, {path.stat().st_size // 1000} kB", file=sys.stderr)
