"""Functions woken by events."""

from chalice import Blueprint

events = Blueprint(__name__)


@events.lambda_function(name="claims")
def claims(event, context):
    """Woken by its trigger in infra/template.json."""
    print("claims woken")
    return {"batchItemFailures": []}


@events.lambda_function(name="money")
def money(event, context):
    """Woken by its trigger in infra/template.json."""
    print("money woken")
    return {"batchItemFailures": []}


@events.lambda_function(name="relay")
def relay(event, context):
    """Woken by its trigger in infra/template.json."""
    print("relay woken")
    return {"batchItemFailures": []}
