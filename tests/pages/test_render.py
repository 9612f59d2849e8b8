"""Templates as the package brings them: compiled beforehand, and saying the same."""

import pytest
from jinja2 import ModuleLoader

from chalicelib.presentation import i18n, render

from . import samples


@pytest.mark.long
def test_compiled_templates_draw_the_same_pages(tmp_path):
    render.compile_templates(tmp_path)
    compiled = render.built(ModuleLoader(tmp_path))
    for language in i18n.languages():
        for view in samples.page_samples(language).values():
            assert render.drawn(compiled, view) == render.page(view).body


def test_every_template_is_compiled(tmp_path):
    render.compile_templates(tmp_path)
    sources = [path for path in i18n.TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"}]
    assert len(list(tmp_path.glob("*.py"))) == len(sources) > 40


def test_every_page_template_is_drawn_by_a_sample():
    drawn = {view.template for view in samples.page_samples("en").values()}
    pages = i18n.TEMPLATES / "pages"
    theirs = [path for path in pages.rglob("*.html") if path.parent.name != "desk"]
    assert drawn == {str(path.relative_to(pages)) for path in theirs}
