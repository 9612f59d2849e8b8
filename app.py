"""The Chalice app: every page, webhook and function of Kulanz, registered in one place."""

from chalice import Chalice

app = Chalice(app_name="kulanz", configure_logs=False)
