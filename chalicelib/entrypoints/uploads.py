"""Functions woken by events."""

from chalice import Blueprint

uploads = Blueprint(__name__)


@uploads.lambda_function(name="intake")
def intake(event, context):
    """Woken by its trigger in infra/template.json."""
    print("intake woken")
    return {"batchItemFailures": []}
