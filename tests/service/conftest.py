"""Real servers that hear what the service tells: a mail server and a web server on this machine."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
    from pathlib import Path


@dataclass
class Mailbox:
    """Letters that came, and what the server is to refuse."""

    letters: list[EmailMessage] = field(default_factory=list)
    refuses: str = ""
    port: int = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, *told: Any) -> str:  # noqa: N802
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(told[0])
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@contextmanager
def mail_server(**options: Any) -> Iterator[Mailbox]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        mailbox = Mailbox(port=free.getsockname()[1])
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop(no_assert=True)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server without encryption, as on the same machine."""
    with mail_server() as found:
        yield found


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key, signed by itself."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the Debian package openssl")
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", file, "-out", f"{file}.cert"],
        check=True, capture_output=True,
    )  # fmt: skip
    with file.open("ab") as both:
        both.write(file.with_name(f"{file.name}.cert").read_bytes())
    return file


@pytest.fixture
def guarded_mailbox(certificate: Path) -> Iterator[Mailbox]:
    """A mail server that wants STARTTLS and the password «secret-word»."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def allowed(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"secret-word", handled=False)

    with mail_server(
        tls_context=context, require_starttls=True, authenticator=allowed, auth_required=True
    ) as found:
        yield found


@dataclass
class Asked:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Listener:
    """A web server that notes what it is told, and answers as it is told to."""

    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[str], int] = lambda _path: 200
    url: str = ""


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            found.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(found.answer(self.path))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Be silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield found
        server.shutdown()
