"""The Chalice app: every page, webhook and function of Kulanz, registered in one place."""

from chalice.app import Chalice

from chalicelib.entrypoints.arrangements import arrangements
from chalicelib.entrypoints.asking import asking
from chalicelib.entrypoints.chatting import chatting
from chalicelib.entrypoints.checkout import checkouts
from chalicelib.entrypoints.choosing import choosing
from chalicelib.entrypoints.documents import papers
from chalicelib.entrypoints.events import events
from chalicelib.entrypoints.evidence import evidence_pages
from chalicelib.entrypoints.offers import offers
from chalicelib.entrypoints.operator import operators
from chalicelib.entrypoints.outcomes import outcomes_
from chalicelib.entrypoints.own import own
from chalicelib.entrypoints.pages import pages
from chalicelib.entrypoints.paying import paying
from chalicelib.entrypoints.schedules import schedules
from chalicelib.entrypoints.start import starting
from chalicelib.entrypoints.uploads import uploads
from chalicelib.entrypoints.webhooks import hooks

app = Chalice(app_name="kulanz", configure_logs=False)
for rooms in (
    pages,
    evidence_pages,
    checkouts,
    papers,
    hooks,
    uploads,
    events,
    schedules,
    outcomes_,
    own,
    paying,
    asking,
    chatting,
    choosing,
    starting,
    arrangements,
    offers,
    operators,
):
    app.register_blueprint(rooms)
