"""A view becomes a page: one response, nothing fetched from anywhere, sealed by its own security policy."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from .colour import INK, MOON, NIGHT, NIGHT_SURFACE, PAPER, SURFACE, Accent
from .frame import View, of_fields
from .i18n import TEMPLATES, Locale, clean, isolated

if TYPE_CHECKING:  # a debtor's page does not load the desk
    from .desk.frame import DeskView

# Only in the package: the templates as modules, see compile_templates.
COMPILED = TEMPLATES / "compiled"


@dataclass(frozen=True)
class Page:
    """A whole page: status, HTML, and the content security policy that fits exactly this HTML.

    `csp` still lacks form-action: `headers` adds it, since only the caller knows where the hosted checkout and
    the documents lie.
    """

    status: int
    body: str
    csp: str
    language: str

    def headers(self, *origins: str) -> dict[str, str]:
        """Every header a link page is sent with; forms may go to ourselves and lead on to these origins."""
        forms = " ".join(("form-action 'self'", *(origin for origin in origins if origin)))
        return {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Language": self.language,
            "Content-Security-Policy": f"{self.csp}; {forms}",
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex, nofollow, noarchive",
            "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        }


def _shown(value: object) -> object:
    """Every word that reaches a page is cleaned on its way; markup of our own passes."""
    return clean(value) if type(value) is str else value


def built(loader: BaseLoader) -> Environment:
    """A Jinja environment of ours: strict, escaping HTML, cleaning every word on its way to a page."""
    env = Environment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default_for_string=True, default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )
    env.filters["foreign"] = isolated
    return env


@cache
def environment() -> Environment:
    """The one environment of this process: templates compiled where the package brings them."""
    return built(ModuleLoader(COMPILED) if COMPILED.is_dir() else FileSystemLoader(TEMPLATES))


def compile_templates(target: Path) -> None:
    """Write each template as a Python module into `target`, for the package: cold starts then parse none."""
    target.mkdir(parents=True, exist_ok=True)
    env = built(FileSystemLoader(TEMPLATES))
    env.compile_templates(target, zip=None, filter_func=lambda name: name.endswith((".html", ".txt")))


def squeezed(css: str) -> str:
    """The style sheet without comments and spare space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,>]) ?", r"\1", css).replace(";}", "}").strip()


@cache
def style(sheet: str = "style.css") -> str:
    """The style of every page, by hand, in one block; the desk has a sheet of its own."""
    return squeezed((Path(TEMPLATES) / "layouts" / sheet).read_text(encoding="utf-8"))


@cache
def colours(accent: Accent) -> str:
    """The colours of one creditor's pages, by day and by night."""
    day = {"paper": PAPER, "surface": SURFACE, "ink": INK, "line": accent.line, "button": accent.button}
    night = {
        "paper": NIGHT,
        "surface": NIGHT_SURFACE,
        "ink": MOON,
        "line": accent.night_line,
        "button": accent.night_button,
    }
    by_day, by_night = (";".join(f"--{k}:{v}" for k, v in names.items()) for names in (day, night))
    return f":root{{{by_day}}}@media screen and (prefers-color-scheme:dark){{:root{{{by_night}}}}}"


@cache
def script(name: str) -> str:
    """A script of a page, in one block: what a reader need not read is left out."""
    lines = (Path(TEMPLATES) / "layouts" / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip() and not line.strip().startswith("//"))


@cache
def policy(accent: Accent, script_name: str = "", sheet: str = "style.css") -> str:
    """The content security policy: nothing may load but the style blocks of the page itself, nothing may run but
    the script it brings, where it brings one."""

    def allowed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    styles = " ".join(allowed(text) for text in (colours(accent), style(sheet)))
    scripts = f"script-src {allowed(script(script_name))}; " if script_name else ""
    if script_name and "fetch(" in script(script_name):
        scripts += "connect-src 'self'; "
    return (
        f"default-src 'none'; style-src {styles}; {scripts}img-src data:; base-uri 'none'; object-src 'none'; "
        "frame-ancestors 'none'"
    )


@cache
def _sheets(accent: Accent, sheet: str) -> tuple[Markup, Markup]:
    return Markup(colours(accent)), Markup(style(sheet))  # noqa: S704 - our own text, hashed in the policy


def drawn(env: Environment, view: "View | DeskView") -> str:
    """The HTML of a view, in the view's own language."""
    locale: Locale = view.frame.locale
    template = env.get_template(f"pages/{view.template}")
    return template.render(
        view=view,
        frame=view.frame,
        locale=locale,
        t=locale.html,
        plain=locale.text,
        wrong=of_fields(getattr(view, "problems", ())),
        sheets=_sheets(view.frame.accent, view.sheet),
        script=Markup(script(view.script)) if view.script else "",  # noqa: S704 - our own text, hashed too
        paper=PAPER,
        night=NIGHT,
    )


def page(view: "View | DeskView") -> Page:
    """The page of a view: its status, its HTML and the policy that fits it."""
    body = drawn(environment(), view)
    allowed = policy(view.frame.accent, view.script, view.sheet)
    return Page(view.http_status, body, allowed, view.frame.locale.language)
