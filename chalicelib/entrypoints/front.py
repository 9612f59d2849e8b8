"""The app of the pages and of everything that is no desk: this alone is what the pages' function loads."""

from chalice.app import Chalice

from .arrangements import arrangements
from .asking import asking
from .chatting import chatting
from .checkout import checkouts
from .choosing import choosing
from .documents import papers
from .events import events
from .evidence import evidence_pages
from .offers import offers
from .operator import operators
from .outcomes import outcomes_
from .own import own
from .pages import pages
from .paying import paying
from .routing import routes
from .schedules import schedules
from .start import starting
from .uploads import uploads
from .webhooks import hooks

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
    routes,
):
    app.register_blueprint(rooms)
