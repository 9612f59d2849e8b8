"""Functions woken by events."""

from chalice import Blueprint

schedules = Blueprint(__name__)


@schedules.lambda_function(name="contact")
def contact(event, context):
    """Woken by its trigger in infra/template.json."""
    print("contact woken")
    return {"batchItemFailures": []}


@schedules.lambda_function(name="nightly")
def nightly(event, context):
    """Woken by its trigger in infra/template.json."""
    print("nightly woken")
    return {"batchItemFailures": []}
