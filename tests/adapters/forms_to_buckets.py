"""A browser's form with a file, sent to the bucket as browsers send it."""

import http.client
from urllib.parse import parse_qs, urlsplit

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"


def multipart(fields, content, name="foto.jpg", kind="image/jpeg"):
    """The body of the form: its fields in order, the file last (RFC 7578)."""
    lines = []
    for field, value in fields:
        lines += [f"--{BOUNDARY}", f'Content-Disposition: form-data; name="{field}"', "", value]
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    lines += [f"--{BOUNDARY}", head, f"Content-Type: {kind}", "", ""]
    return "\r\n".join(lines).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def post(action, fields, content, **more):
    """(status, headers, body) of the bucket's answer."""
    parts = urlsplit(action)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        body = multipart(fields, content, **more)
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Origin": "http://127.0.0.1:1"}
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


def sent_back(location):
    """The page the bucket sends the browser to, and what it says there."""
    parts = urlsplit(location)
    return parts._replace(query="").geturl(), {k: v[0] for k, v in parse_qs(parts.query).items()}
