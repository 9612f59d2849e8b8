"""The app of this process behind a real address, for a real browser: what API Gateway and a domain do."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.reader import answered


class Front:
    """Serves the app on loopback; two requests never run at once, as in one Lambda worker."""

    def __init__(self):
        turn = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self._answer()

            do_HEAD = do_POST = do_GET

            def _answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                with turn:
                    answer = answered(self.command, self.path, body, dict(self.headers.items()))
                content = answer.text.encode()
                self.send_response(answer.status)
                if content and "gzip" in self.headers.get("Accept-Encoding", ""):
                    content = gzip.compress(content, 6)
                    self.send_header("Content-Encoding", "gzip")
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                for cookie in answer.cookies:
                    self.send_header("Set-Cookie", cookie)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
