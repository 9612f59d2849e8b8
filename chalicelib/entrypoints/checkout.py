"""Start or resume the one open attempt."""

from chalice import Blueprint

checkouts = Blueprint(__name__)


@checkouts.lambda_function(name="checkout")
def checkout(event, context):
    """Answer POST /p/{token}/pay."""
    return {"statusCode": 404, "headers": {"Content-Type": "text/plain"}, "body": "checkout\n"}
