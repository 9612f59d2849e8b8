"""Functions woken by events."""

from chalice import Blueprint

outcomes_ = Blueprint(__name__)


@outcomes_.lambda_function(name="outcomes")
def outcomes(event, context):
    """Woken by its trigger in infra/template.json."""
    print("outcomes woken")
    return {"batchItemFailures": []}
