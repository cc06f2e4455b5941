"""Files that people bring: lying, climbing, endless or infected ones are not kept."""

import stat
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import InvalidInputError, NotFoundError
from tracker.services.evidence_files import FileStore, path_of, plain_name, read_file, take_in

PDF = b"%PDF-1.7 a certificate"
PNG = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture
def store(tmp_path):
    return FileStore(folder=tmp_path / "kept", largest=200_000)


def scanner(tmp_path, code):
    script = tmp_path / "scan"
    script.write_text(f"#!/bin/sh\n{code}\n")
    script.chmod(stat.S_IRWXU)
    return (str(script),)


def kept(store):
    return [one for one in store.folder.rglob("*") if one.is_file()]


class TestTakingIn:
    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("Certificate.PDF", PDF, "application/pdf"),
            ("screen.png", PNG, "image/png"),
            ("photo.jpeg", b"\xff\xd8\xff\xe0 photo", "image/jpeg"),
            ("notes.txt", "Zoë: 5 \u00d7 5 \U0001f600".encode() * 9_000, "text/plain"),
        ],
    )
    def test_what_it_is_comes_from_its_bytes(self, store, name, content, kind):
        facts = take_in(store, "abc", name, BytesIO(content))

        assert (facts.name, facts.media_type, facts.size) == (name, kind, len(content))
        assert read_file(store, "abc", facts.file_hash) == content

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("x.pdf", b"MZ\x00\x00 a program", "cannot be taken"),
            ("x.png", PDF, "as if it were of another kind"),
            ("x.pdf.exe", PDF, "as if it were of another kind"),
            ("x.html", b"<script>alert(1)</script>", "as if it were of another kind"),
            ("x.txt", b"", "empty"),
            ("x.txt", b"a" * 200_001, "bigger than"),
            ("x.txt", b"\xff\xfe broken", "cannot be taken"),
            ("x.txt", b"half a letter \xc3", "cannot be taken"),
            ("x.docm", b"PK\x03\x04 macros\x00", "cannot be taken"),
        ],
    )
    def test_what_is_not_taken_leaves_nothing(self, store, name, content, said):
        with pytest.raises(InvalidInputError, match=said):
            take_in(store, "abc", name, BytesIO(content))

        assert kept(store) == []

    def test_a_file_without_an_end_is_not_read_to_its_end(self, store):
        class Endless:
            read_so_far = 0

            def read(self, size):
                self.read_so_far += size
                return b"a" * size

        endless = Endless()
        with pytest.raises(InvalidInputError, match="bigger than"):
            take_in(store, "abc", "x.txt", endless)

        assert endless.read_so_far < 2 * store.largest

    @pytest.mark.parametrize(
        ("code", "said"),
        [("exit 1", "found something"), ("exit 2", "could not be checked")],
    )
    def test_what_the_scanner_refuses_is_not_kept(self, tmp_path, store, code, said):
        store = FileStore(folder=store.folder, largest=9_000, scan_command=scanner(tmp_path, code))
        with pytest.raises(InvalidInputError, match=said):
            take_in(store, "abc", "x.pdf", BytesIO(PDF))

        assert kept(store) == []

    def test_a_scanner_that_hangs_is_given_up(self, tmp_path, store, monkeypatch):
        monkeypatch.setattr("tracker.services.evidence_files.SCAN_LIMIT", 0.2)
        store = FileStore(
            folder=store.folder, largest=9_000, scan_command=scanner(tmp_path, "sleep 5")
        )
        with pytest.raises(InvalidInputError, match="could not be checked"):
            take_in(store, "abc", "x.pdf", BytesIO(PDF))

    def test_the_scanner_reads_the_very_file(self, tmp_path, store):
        scan = scanner(tmp_path, 'grep -q certificate "$1"')
        store = FileStore(folder=store.folder, largest=9_000, scan_command=scan)

        assert take_in(store, "abc", "x.pdf", BytesIO(PDF)).size == len(PDF)

    def test_a_file_that_was_changed_on_the_disk_is_not_given_out(self, store):
        facts = take_in(store, "abc", "x.pdf", BytesIO(PDF))
        path_of(store, "abc").write_bytes(b"%PDF- other")

        with pytest.raises(NotFoundError):
            read_file(store, "abc", facts.file_hash)


class TestNames:
    @pytest.mark.parametrize(
        ("given_name", "plain"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\zoe\\cert.pdf", "cert.pdf"),
            ("/tmp/x.pdf", "x.pdf"),  # noqa: S108
            ("..", "file"),
            ("", "file"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
            ("\u202efdp.exe", "fdp.exe"),
            ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ],
    )
    def test_only_the_name_itself_is_left(self, given_name, plain):
        assert plain_name(given_name) == plain

    @given(st.text(max_size=400))
    def test_whatever_it_is_called(self, given_name):
        name = plain_name(given_name)

        assert 1 <= len(name) <= 120
        assert not set(name) & set("/\\\0\r\n")
        assert name not in {".", ".."}

    @pytest.mark.parametrize("public_id", ["../x", "a/b", "", "é"])
    def test_no_other_name_leads_to_a_file(self, store, public_id):
        with pytest.raises(NotFoundError):
            path_of(store, public_id)
