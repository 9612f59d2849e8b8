"""Compiles a language's .po catalogue to the .mo that gettext reads, with nothing but the standard library.

Source of both formats: the GNU gettext manual, sections "PO Files" and "MO Files".
"""

import ast
import struct

KEYWORDS = ("msgctxt", "msgid_plural", "msgid", "msgstr")
MAGIC = 0x950412DE


class BadCatalogue(Exception):
    """A line of a .po file that is no PO."""


def compile_catalogue(text: str) -> bytes:
    """The .mo of a .po: fuzzy, obsolete and untranslated entries are left out, the order is fixed."""
    messages: dict[str, str] = {}
    for entry in _entries(text):
        key = entry.get("msgid", "")
        if "msgctxt" in entry:
            key = f"{entry['msgctxt']}\x04{key}"
        if "msgid_plural" in entry:
            key = f"{key}\0{entry['msgid_plural']}"
        forms = [entry[name] for name in sorted(entry) if name.startswith("msgstr")]
        if all(forms) and forms:
            if key in messages:
                raise BadCatalogue(f"twice: {key!r}")
            messages[key] = "\0".join(forms)
    return _pack(sorted((key.encode(), value.encode()) for key, value in messages.items()))


def _entries(text: str) -> list[dict[str, str]]:
    """Each entry as {"msgid": ..., "msgstr": ..., "msgstr[1]": ...}; fuzzy ones are passed over."""
    found: list[dict[str, str]] = []
    entry: dict[str, str] = {}
    field, fuzzy = "", False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            if entry and not fuzzy:
                found.append(entry)
            if entry or not line:
                entry, field, fuzzy = {}, "", False
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        word, _, rest = line.partition(" ")
        if not line.startswith('"'):
            if word.split("[")[0] not in KEYWORDS:
                raise BadCatalogue(f"line {number}: {line}")
            starts_anew = word == "msgctxt" or (word == "msgid" and "msgctxt" not in entry)
            if entry and (starts_anew or word in entry):
                if not fuzzy:
                    found.append(entry)
                entry, fuzzy = {}, False
            field, line = word, rest.strip()
            entry[field] = ""
        try:
            entry[field] += ast.literal_eval(line)
        except (SyntaxError, ValueError, KeyError) as wrong:
            raise BadCatalogue(f"line {number}: {raw}") from wrong
    return found + ([entry] if entry and not fuzzy else [])


def _pack(messages: list[tuple[bytes, bytes]]) -> bytes:
    """Header, both index tables, then the NUL-terminated texts."""
    keys = b"".join(key + b"\0" for key, _ in messages)
    texts = b"".join(text + b"\0" for _, text in messages)
    count = len(messages)
    key_table, text_table = 28, 28 + 8 * count
    key_start = text_table + 8 * count
    text_start = key_start + len(keys)
    index_of_keys, index_of_texts = b"", b""
    for key, text in messages:
        index_of_keys += struct.pack("<II", len(key), key_start)
        index_of_texts += struct.pack("<II", len(text), text_start)
        key_start += len(key) + 1
        text_start += len(text) + 1
    header = struct.pack("<7I", MAGIC, 0, count, key_table, text_table, 0, 0)
    return header + index_of_keys + index_of_texts + keys + texts
