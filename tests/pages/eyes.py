"""What two tireless eyes see on a page in a real browser: axe-core's rules, and whether everything fits.

`by_axe` and `misfits` answer with what is wrong with the document a tab shows; nothing found is a good page.
Used by the page tests on a dealt sample, and by `make gallery` on every page in every language.
"""

from pathlib import Path

PHONE, NARROW = {"width": 390, "height": 844}, {"width": 320, "height": 640}
OPEN = "document.querySelectorAll('details').forEach(d => d.open = true)"
# 18 px is the size of our text; this is what a phone set to 200 % makes of it.
LARGE = "document.documentElement.style.fontSize = '225%'"
AXE = """([within, rules]) => axe.run(within ?? document,
    {resultTypes: ['violations', 'incomplete'], preload: false, ...rules})"""
# All that a theme can change.
CONTRAST = {"runOnly": ["color-contrast"]}
FIT = (Path(__file__).parent / "fit.js").read_text(encoding="utf-8")


def show(tab, html, *, large=False):
    """The page, with everything that can be unfolded unfolded."""
    tab.set_content(html)
    tab.evaluate(OPEN)
    if large:
        tab.evaluate(LARGE)


def by_axe(tab, rules=None, within=None):
    """What axe-core finds, or cannot decide, on the page or `within` a part of it. The tab has its source."""
    result = tab.evaluate(AXE, [within, rules or {}])
    return [
        f"{rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')}"
        for kind in ("violations", "incomplete")
        for rule in result[kind]
        for node in rule["nodes"]
    ]


def misfits(tab):
    """What does not fit: sideways scrolling, cut or overlapping text, controls on each other, small targets."""
    return tab.evaluate(FIT)
