"""Link pages and the health page."""

from chalice import Blueprint, Response

pages = Blueprint(__name__)
FORM = "application/x-www-form-urlencoded"


@pages.route("/health", methods=["GET", "HEAD"])
def health():
    """Alive: the package is deployed and its modules import."""
    return Response("ok\n", headers={"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})


@pages.route("/p/{token}/pay", methods=["POST"], content_types=[FORM])
def pay(token):
    """Answered by the function checkout; the route is declared here so that the API has it."""
    return Response("", status_code=404)
