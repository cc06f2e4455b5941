"""Every message that is put into the outbox can be written as a mail."""

import ast
import re
from pathlib import Path

from tracker.content.mail import MAIL
from tracker.services import mail_kinds

SERVICES = Path(mail_kinds.__file__).parent
KIND = re.compile(
    rf"({'|'.join(sorted({kind.partition('.')[0] for kind in mail_kinds.KINDS}))})\.[a-z_]+"
)


def kinds_put_into_the_outbox():
    for file in SERVICES.glob("*.py"):
        source = file.read_text(encoding="utf-8")
        if "outbox" in source and file.name != "mail_kinds.py":
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Constant) and KIND.fullmatch(str(node.value)):
                    yield node.value


def test_each_kind_has_words_and_somebody_who_fills_them_in():
    put = set(kinds_put_into_the_outbox())

    assert len(put) >= 15
    assert put <= set(mail_kinds.KINDS)
    assert set(mail_kinds.KINDS) <= set(MAIL)
