"""The Chalice app: every page, webhook and function of Kulanz, registered in one place.

`front` holds them all but the desk, which the debtors' pages must not pay for: their function loads that alone
(infra/template/functions.json).
"""

from chalicelib.entrypoints.desk.rooms import desks
from chalicelib.entrypoints.front import app

app.register_blueprint(desks)
