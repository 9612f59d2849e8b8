"""The layer of the function `documents`: what it needs and no more, on top of the package and nowhere else."""

import json
import zipfile

import pytest

from infra import layer, package
from infra.contents import WrongPackage
from tests.package.build import package_zip, run_bare, unpacked  # noqa: F401

# The layer unpacked beside the package.
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def layer_zip(package_zip):  # noqa: F811
    """build/documents-layer.zip, up to date with the tree: the package's build makes it too."""
    return layer.LAYER


@pytest.fixture(scope="module")
def opt(layer_zip, tmp_path_factory):
    """The layer as /opt has it."""
    folder = tmp_path_factory.mktemp("opt")
    with zipfile.ZipFile(layer_zip) as files:
        files.extractall(folder)
    return folder


def test_the_layer_is_within_its_size_and_with_the_package_within_lambdas(layer_zip):
    sizes = layer.check(layer_zip)
    assert sizes["zipped"] <= 60_000_000
    assert sizes["unzipped"] <= 160_000_000
    layer.check_together(package.contents.check(package.ZIP, package.ROOT), sizes)


def test_the_layer_holds_every_typeface_and_its_licence(layer_zip):
    with zipfile.ZipFile(layer_zip) as files:
        names = set(files.namelist())
        assert b"SIL OPEN FONT LICENSE" in files.read("licences/fonts/OFL.txt")
    assert {f"python/fonts/{path.name}" for path in layer.FONTS.glob("*.ttf")} <= names
    assert "python/fonts/coverage.json" in names


def test_with_the_layer_a_letter_is_printed_where_nothing_else_is(unpacked, opt):  # noqa: F811
    code = """
from datetime import UTC, datetime

from chalicelib.adapters.documents.press import Press
import json
paper = dict(language="ar", direction="rtl", accent="#1d5c57", title="x", about="x", recipient="محمد Müller",
             sender=dict(name="A", lines=["b"]), date="1", page="{page}/{pages}", footer=["f"], blocks=[])
print(Press().printed(json.dumps(paper), datetime(2026, 11, 23, tzinfo=UTC))[:5].decode())
"""
    assert run_bare(code, unpacked, opt / "python") == "%PDF-"


def test_the_package_alone_has_none_of_it(unpacked):  # noqa: F811
    code = "import importlib.util as u; print([u.find_spec(n) for n in ('typst', 'PIL', 'pypdf', 'fonts')])"
    assert run_bare(code, unpacked) == "[None, None, None, None]"


def test_what_cleans_uploads_is_there_too(opt):
    code = "import PIL.Image, PIL.JpegImagePlugin, PIL.WebPImagePlugin, pypdf; print(pypdf.__version__)"
    assert run_bare(code, opt / "python")


def test_the_same_tree_gives_the_same_layer(layer_zip, tmp_path):
    folder, again = tmp_path / "installed", tmp_path / "again.zip"
    layer.install(folder)
    layer.write(folder, again, cache=tmp_path / "pyc")
    assert again.read_bytes() == layer_zip.read_bytes()


def test_a_layer_that_lacks_something_or_holds_too_much_is_refused_by_name(tmp_path):
    poor = tmp_path / "poor.zip"
    with zipfile.ZipFile(poor, "w") as files:
        files.writestr("python/boto3/__init__.py", "")
    with pytest.raises(WrongPackage) as refused:
        layer.check(poor)
    for words in ("lacks python/typst/_typst.abi3.so", "lacks licences/fonts/OFL.txt", "holds boto3"):
        assert words in str(refused.value)
    with pytest.raises(WrongPackage, match="package and layer"):
        layer.check_together({"unzipped": 200_000_000}, {"unzipped": 100_000_000})


def test_a_typeface_shows_what_the_list_of_characters_says():
    from fontTools.ttLib import TTFont

    shown = {code for path in layer.FONTS.glob("*-Regular.ttf") for code in TTFont(path).getBestCmap()}
    listed = json.loads((layer.FONTS / "coverage.json").read_text())
    assert {code for first, last in listed for code in range(first, last + 1)} == shown
