"""What every page must be, whoever drew it: valid, labelled, translated, alone on the wire, and light.

`lint(html, language)` answers with everything that is wrong; an empty list is a good page.
"""

import gzip
import re
from functools import cache

import html5lib
from html5lib.html5parser import ParseError

from chalicelib.presentation.i18n import LOCALES, languages, locale, read_catalogue

MOST_BYTES = 14 * 1024
FETCHING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}
NS = "{http://www.w3.org/1999/xhtml}"
VOID_OF_WORDS = {"svg", "style", "script"}
MOST_SCRIPT = 2048


@cache
def keys():
    """Every key of every catalogue that could not be mistaken for a word."""
    found = set()
    for language in languages():
        for key in read_catalogue((LOCALES / f"{language}.po").read_text(encoding="utf-8")):
            name = key[0] if isinstance(key, tuple) else key
            if "." in name:
                found.add(name)
    return found


def words(node):
    """The text of a node as a reader gets it."""
    if isinstance(node.tag, str) and node.tag.removeprefix(NS).split("}")[-1] in VOID_OF_WORDS:
        return node.tail or ""
    inside = (node.text or "") + "".join(words(child) + "" for child in node)
    return inside + (node.tail or "")


def text_of(node):
    whole = words(node)
    tail = node.tail or ""
    return re.sub(r"\s+", " ", whole[: len(whole) - len(tail)] if tail else whole).strip()


def lint(html, language=None):
    """Everything wrong with a page, as sentences. `language` (a code or a Locale) is what it must be in."""
    language = getattr(language, "language", language)
    try:
        root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    except ParseError as broken:
        return [f"not valid HTML: {broken}"]
    nodes = [node for node in root.iter() if isinstance(node.tag, str)]
    return [
        *_document(root, nodes, language),
        *_identities(nodes),
        *_fields(root, nodes),
        *_wire(nodes),
        *_sentences(root, nodes),
        *_weight(html),
    ]


def _document(root, nodes, language):
    if root.get("lang") not in languages():
        yield "the page does not say its language"
    if language and root.get("lang") != language:
        yield f"the page says it is in {root.get('lang')}, not {language}"
    if root.get("dir") not in {"ltr", "rtl"}:
        yield "the page does not say its direction"
    elif root.get("lang") in languages() and root.get("dir") != locale(root.get("lang")).direction:
        yield "the page's direction is not its language's"
    headings = [node for node in nodes if node.tag == "h1"]
    if len(headings) != 1:
        yield f"{len(headings)} h1 headings"
    title = root.find("head/title")
    if title is None or not text_of(title):
        yield "no title"
    elif headings:
        # While something needs mending the title says that first: it is what a screen reader reads out first.
        mending = any("mend" in (node.get("class") or "").split() for node in nodes)
        said = " · ".join(text_of(title).split(" · ")[int(mending) :])
        if not said.startswith(text_of(headings[0])):
            yield f"the title {text_of(title)!r} does not begin with the heading {text_of(headings[0])!r}"
    if len([node for node in nodes if node.tag == "main"]) != 1:
        yield "not exactly one main part"
    levels = [int(node.tag[1]) for node in nodes if re.fullmatch("h[1-6]", node.tag)]
    if any(level > 2 and level - 1 not in levels for level in levels):
        yield "a level of headings is skipped"
    metas = {node.get("name"): node.get("content", "") for node in nodes if node.tag == "meta"}
    if "width=device-width" not in metas.get("viewport", ""):
        yield "no viewport"
    if re.search("user-scalable|maximum-scale", metas.get("viewport", "")):
        yield "the viewport forbids zooming"
    if "noindex" not in metas.get("robots", ""):
        yield "the page may be indexed"


def _identities(nodes):
    ids = [node.get("id") for node in nodes if node.get("id")]
    yield from (f"id {name!r} twice" for name in sorted({n for n in ids if ids.count(n) > 1}))
    for node in nodes:
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for name in (node.get(attribute) or "").split():
                if name not in ids:
                    yield f"{node.tag} {attribute} points to {name!r}, which is not there"
        target = node.get("href", "") if node.tag == "a" else ""
        if target.startswith("#") and target[1:] not in ids:
            yield f"a link to {target}, which is not there"


def _fields(root, nodes):
    labelled = {node.get("for") for node in nodes if node.tag == "label" and text_of(node)}
    inside = {id(field) for label in root.iter("label") for field in label.iter()}
    for node in nodes:
        if node.tag in {"input", "select", "textarea"} and node.get("type") != "hidden":
            if node.get("id") not in labelled and id(node) not in inside and not node.get("aria-label"):
                yield f"{node.tag} {node.get('name')!r} has no label"
            if not node.get("name"):
                yield f"a {node.tag} has no name"
        if node.tag in {"button", "a", "summary", "legend"} and not text_of(node):
            yield f"a {node.tag} says nothing"
        if node.tag == "fieldset" and node.find("legend") is None:
            yield "a fieldset has no legend"


def _wire(nodes):
    for node in nodes:
        address = node.get(FETCHING.get(node.tag, ""), "")
        if address and not address.startswith("data:"):
            yield f"{node.tag} fetches {address}"
        if node.tag == "script" and len((node.text or "").encode()) > MOST_SCRIPT:
            yield f"a script of more than {MOST_SCRIPT} bytes"
        if any(name.startswith("on") for name in node.attrib):
            yield f"{node.tag} has an inline handler"
        if node.get("style"):
            yield f"{node.tag} has an inline style, which the security policy forbids"
        if node.tag == "style" and re.search(r"url\(|@import", node.text or ""):
            yield "the style fetches something"
        if node.tag == "form" and node.get("method", "get") == "post":
            yield from _posted(node)
        if node.tag in {"a", "form"} and re.search(
            r"visit=|proof=", node.get("href", "") + node.get("action", "")
        ):
            yield "a secret stands in an address"


def _posted(form):
    """A form comes to us; only one that sends a file goes elsewhere, and then takes nothing of ours along."""
    action, sends_a_file = form.get("action", ""), form.get("enctype") == "multipart/form-data"
    if action[:1] not in ("/", "?") and not (sends_a_file and re.match(r"https?://[\w.:-]+/", action)):
        yield f"a form posts to {action!r}"
    names = [field.get("name") for field in form.iter("input")]
    if sends_a_file and ({"visit", "proof"} & set(names) or names[-1] != "file"):
        yield "a form that sends a file elsewhere holds a secret, or does not end with the file"


def _sentences(root, nodes):
    shown = text_of(root.find("body")) + " " + text_of(root.find("head/title"))
    shown += " ".join(node.get("aria-label", "") for node in nodes)
    for token in re.findall(r"\b[a-z_]{1,40}(?:\.[a-z0-9_]{1,40})+", shown):
        if token in keys():
            yield f"an untranslated key: {token}"
    if re.search(r"\{\w*\}|\{\{|%\(|\bNone\b(?!\.)|Undefined", shown):
        yield "a hole in a sentence"
    if "!" in shown:
        yield "an exclamation mark"


def _weight(html):
    packed = len(gzip.compress(html.encode()))
    if packed > MOST_BYTES:
        yield f"{packed} bytes compressed, more than {MOST_BYTES}"
