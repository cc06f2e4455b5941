"""A small LDAP server that can be told to lie: about paging, about errors, about being there."""

import contextlib
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from ldap3.protocol.rfc2696 import Cookie, RealSearchControlValue, Size
from ldap3.protocol.rfc4511 import (
    LDAPDN,
    LDAPOID,
    URI,
    AttributeDescription,
    BindResponse,
    Control,
    Controls,
    ControlValue,
    LDAPMessage,
    LDAPString,
    MessageID,
    PartialAttribute,
    PartialAttributeList,
    ProtocolOp,
    ResultCode,
    SearchResultDone,
    SearchResultEntry,
    SearchResultReference,
    Vals,
)
from pyasn1.codec.ber import encoder

_BIND, _SEARCH = 0x60, 0x63
PAGED = "1.2.840.113556.1.4.319"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One answer to one search."""

    people: range = range(0)
    result: int = 0
    #: what the next page is to be asked with; none for an answer without the paging control
    cookie: bytes | None = b""
    referral: bool = False
    #: whether to hang up in the midst of it
    drops: bool = False


@contextlib.contextmanager
def lying_server(script: Callable[[int], Page]) -> Iterator[int]:
    """Serve the script's pages, one a search, to whoever asks; give the port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(10)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                threading.Thread(target=_answer_all, args=(line, script), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _answer_all(line: socket.socket, script: Callable[[int], Page]) -> None:
    page = 0
    with line, contextlib.suppress(OSError), line.makefile("rb") as asked:
        while begin := asked.read(2):
            message = asked.read(_length(begin[1], asked))
            number_size = message[1]
            number = int.from_bytes(message[2 : 2 + number_size], "big")
            request = message[2 + number_size :]
            if request[0] == _BIND:
                line.sendall(_message(number, "bindResponse", _result(BindResponse(), 0)))
            elif request[0] == _SEARCH:
                header = 2 + (request[1] & 0x7F if request[1] & 0x80 else 0)
                if request[header + 1] == 0:  # what the server says about itself: nothing
                    said = _message(number, "searchResDone", _result(SearchResultDone(), 0))
                    line.sendall(said)
                    continue
                if _send(line, number, script(page)):
                    return
                page += 1


def _length(first: int, asked: IO[bytes]) -> int:
    return int.from_bytes(asked.read(first & 0x7F), "big") if first & 0x80 else first


def _send(line: socket.socket, number: int, page: Page) -> bool:
    said = b"".join(_message(number, "searchResEntry", _person(who)) for who in page.people)
    if page.referral:
        reference = SearchResultReference()
        reference[0] = URI("ldap://127.0.0.1:9/dc=elsewhere")
        said += _message(number, "searchResRef", reference)
    if page.drops:
        line.sendall(said[: len(said) * 2 // 3])
        return True
    done = _result(SearchResultDone(), page.result)
    line.sendall(said + _message(number, "searchResDone", done, cookie=page.cookie))
    return False


def _message(number: int, kind: str, what: object, *, cookie: bytes | None = None) -> bytes:
    message = LDAPMessage()
    message["messageID"] = MessageID(number)
    operation = ProtocolOp()
    operation[kind] = what
    message["protocolOp"] = operation
    if kind == "searchResDone" and cookie is not None:
        value = RealSearchControlValue()
        value["size"], value["cookie"] = Size(0), Cookie(cookie)
        control = Control()
        control["controlType"] = LDAPOID(PAGED)
        control["controlValue"] = ControlValue(encoder.encode(value))
        controls = Controls()
        controls.setComponentByPosition(0, control)
        message["controls"] = controls
    return bytes(encoder.encode(message))


def _result(what: object, code: int) -> object:
    what["resultCode"] = ResultCode(code)
    what["matchedDN"] = LDAPDN("")
    what["diagnosticMessage"] = LDAPString("")
    return what


def _person(number: int) -> SearchResultEntry:
    entry = SearchResultEntry()
    entry["object"] = LDAPDN(f"uid=p{number},dc=trust,dc=test")
    attributes = PartialAttributeList()
    facts = {
        "uid": f"p{number}",
        "entryUUID": str(uuid.UUID(int=number + 1)),
        "employeeNumber": str(20_000_000 + number),
    }
    for place, (name, value) in enumerate(facts.items()):
        one = PartialAttribute()
        one["type"] = AttributeDescription(name)
        values = Vals()
        values.setComponentByPosition(0, value.encode())
        one["vals"] = values
        attributes.setComponentByPosition(place, one)
    entry["attributes"] = attributes
    return entry
