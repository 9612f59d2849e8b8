"""Clients of AWS, as every adapter gets them."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config


@cache
def session() -> botocore.session.Session:
    return botocore.session.get_session()


def client(service: str, config: Config | None = None) -> Any:
    """A client of one service; region, credentials and endpoint are the environment's.

    From botocore itself: boto3 would load its transfers and resources on top, a tenth of a second of each
    first page, and we use neither.
    """
    return session().create_client(service, config=config)
