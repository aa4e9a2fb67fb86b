"""A substitute for GOV.UK on this machine: it speaks the content API's JSON, serves files, and fails on request."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ODS = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Reply:
    """One answer. `cut` leaves out the last bytes that Content-Length promised; `pause` waits before every 10 bytes."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""
    delay: float = 0
    pause: float = 0
    cut: int = 0
    says_length: bool = True

    @property
    def etag(self) -> str:
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass
class GovUkServer:
    """What is served at each path (the last reply stays), and what was asked for."""

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], int]] = field(default_factory=list)
    address: str = ""
    connections: int = 0

    def put(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def put_json(self, path: str, content: Any, *before: Reply) -> None:
        body = json.dumps(content).encode()
        self.put(f"/api/content{path}", *before, Reply(body, "application/json; charset=utf-8"))

    def put_collection(self, path: str, *documents: dict[str, Any]) -> None:
        self.put_json(path, collection(path, *documents))
        for document in documents:
            self.put_json(document["base_path"], document)

    def attach(self, name: str, content: bytes, media_type: str = ODS, folder: str = "6740") -> dict[str, Any]:
        """Serve a file and give its entry in a document's details.attachments."""
        path = f"/media/{folder}/{name}"
        self.put(path, Reply(content, media_type))
        return attachment(name, f"{self.address}{path}", content)

    def count(self, path: str) -> int:
        return sum(asked == path for asked, _, _ in self.asked)

    def statuses(self, path: str) -> list[int]:
        return [status for asked, _, status in self.asked if asked == path]


def spreadsheet(text: str) -> bytes:
    """Bytes that begin as a spreadsheet does; no test opens them."""
    return b"PK\x03\x04" + text.encode() * 50


def attachment(name: str, url: str, content: bytes) -> dict[str, Any]:
    """A file in a document's details, as the schema publication_attachment_asset has it."""
    return {
        "attachment_type": "file",
        "accessible": False,
        "alternative_format_contact_email": "statistics@example.org",
        "content_type": ODS,
        "file_size": len(content),
        "filename": name,
        "id": name,
        "title": name.partition(".")[0].replace("-", " "),
        "url": url,
        "isbn": "",
        "unnumbered_command_paper": False,
    }


def document(path: str, title: str, *attachments: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A page of statistics, as the schema publication has it."""
    moment = "2025-04-24T09:30:05+01:00"
    html = {"attachment_type": "html", "id": "1", "title": title, "url": f"{path}/bulletin", "isbn": ""}
    said = {
        "base_path": path,
        "content_id": "dd668647-d5b5-4e2a-985e-54cad66e6fe0",
        "document_type": "national_statistics",
        "schema_name": "publication",
        "first_published_at": moment,
        "public_updated_at": moment,
        "updated_at": "2025-04-24T09:31:00.000Z",
        "locale": "en",
        "title": title,
        "withdrawn_notice": {},
        "details": {"attachments": [html, *attachments], "body": "", "documents": [], "political": False},
        "links": {"organisations": []},
    }
    return said | changes


def collection(path: str, *documents: dict[str, Any]) -> dict[str, Any]:
    """A collection, as the schema document_collection has it."""
    kept = ("base_path", "title", "public_updated_at", "document_type")
    links = [{name: item[name] for name in kept if name in item} | {"withdrawn": False} for item in documents]
    said = document(path, "A collection", document_type="document_collection", schema_name="document_collection")
    return said | {"details": {"collection_groups": [], "political": False}, "links": {"documents": links}}


class Handler(BaseHTTPRequestHandler):
    """Answers as the GovUkServer of its server says."""

    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.server.govuk.connections += 1
        super().setup()

    def do_GET(self) -> None:
        govuk: GovUkServer = self.server.govuk
        replies = govuk.replies.get(self.path) or [Reply(b"not found", status=404)]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply.status == 200 and self.headers.get("If-None-Match") == reply.etag:
            reply = replace(reply, status=304, body=b"")
        govuk.asked.append((self.path, dict(self.headers), reply.status))
        time.sleep(reply.delay)
        with suppress(BrokenPipeError, ConnectionResetError):
            self._answer(reply)
        self.close_connection = True

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in self._headers_of(reply).items():
            self.send_header(name, value)
        self.end_headers()
        sent = reply.body[: len(reply.body) - reply.cut]
        step = 10 if reply.pause else len(sent) or 1
        for start in range(0, len(sent), step):
            time.sleep(reply.pause)
            self.wfile.write(sent[start : start + step])
            self.wfile.flush()

    def _headers_of(self, reply: Reply) -> dict[str, str]:
        headers = {"Connection": "close"}
        if reply.status == 200:
            headers |= {"ETag": reply.etag, "Content-Type": reply.media_type}
        if reply.status in (429, 503):
            headers |= {"Retry-After": "0"}
        if reply.location:
            headers |= {"Location": reply.location}
        if reply.says_length:
            headers |= {"Content-Length": str(len(reply.body))}
        return headers

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[GovUkServer]:
    """A server on a free port of the loopback address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.govuk = GovUkServer(address=f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.govuk
    server.shutdown()
    server.server_close()
