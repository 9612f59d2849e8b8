"""The Chalice app: every page, webhook and function of Kulanz, registered in one place."""

from chalice.app import Chalice

app = Chalice(app_name="kulanz", configure_logs=False)
