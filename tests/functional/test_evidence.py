"""What somebody keeps to show what they can do: theirs, brought, seen, taken back, sealed."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from webtest import Upload

from tests.support.signing import sign_with
from tracker.models import AuditEvent, AuditKind, Evidence, EvidenceStep
from tracker.services.framework_seed import seed_framework

PDF = b"%PDF-1.7 a certificate"


@pytest.fixture
def appraisal(db, factories, organisation, now):
    seed_framework(db, organisation)
    appraisal = factories.Appraisal(held_on=now.date(), summary="We talked about alerts.")
    factories.Assignment(staff_member=appraisal.appraisee)
    return appraisal


def add(browser, status=303, **values):
    form = browser.get("/evidence/add").forms[1]
    for name, value in {"title": "Ran the handover", **values}.items():
        form[name] = value
    return form.submit(status=status)


def bring(browser):
    return press(browser.get("/evidence"), "bring")


def press(page, move):
    form = next(one for one in page.forms.values() if one.action.endswith(f"/{move}"))
    return form.submit().follow()


def only(db):
    return db.scalars(select(Evidence)).one()


class TestKeeping:
    def test_a_note_a_link_and_a_file_for_several_competences(
        self, browser, db, appraisal, sign_in
    ):
        sign_in(appraisal.appraisee)
        form = browser.get("/evidence/add").forms[1]
        form["title"], form["note"] = "Ran the handover", "<script>x</script> It went well."
        form["link"] = "https://example.test/x"
        form["file"] = Upload("../../cert.pdf", PDF, "text/html")
        boxes = form.fields["competences"][:2]
        for box in boxes:
            box.checked = True
        page = form.submit().follow().click("Ran the handover")

        assert "&lt;script&gt;" in page
        assert "cert.pdf" in page
        assert len(only(db).competences) == 2
        sent = page.click("cert.pdf")
        assert sent.body == PDF
        assert sent.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in sent.headers["Content-Security-Policy"]

    def test_a_form_sent_twice_keeps_it_once(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        form = browser.get("/evidence/add").forms[1]
        form["title"], form["note"] = "Ran the handover", "Well"
        form.submit()
        form.submit()

        assert only(db).title == "Ran the handover"

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({}, "Write a note, give a link, or choose a file"),
            ({"title": " ", "note": "x"}, "Give it a short name"),
            ({"link": "javascript:alert(1)"}, "Start the link with https://"),
            ({"file": Upload("x.pdf", b"MZ\x00 program")}, "That kind of file cannot be taken"),
            ({"note": "x" * 4_001}, "Use 4,000 characters or fewer"),
            (
                {"note": "x", "expires_on-day": "1", "expires_on-month": "1",
                 "expires_on-year": "2020"},
                "Choose a day to come",
            ),
        ],
    )  # fmt: skip
    def test_what_cannot_be_kept_is_said_kindly(
        self, browser, db, appraisal, sign_in, values, said
    ):
        sign_in(appraisal.appraisee)

        page = add(browser, status=200, **values)

        assert said in page
        assert db.scalar(select(Evidence)) is None

    def test_a_file_that_is_far_too_big_is_refused_unread(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraisee)

        page = browser.post("/evidence/add", b"x" * 26_000_001, status=413)

        assert "The biggest that can be taken in is 25 MB" in page
        assert "Sign out" not in page  # drawn outside any transaction, so nobody is looked up

    def test_the_database_lets_nobody_change_it(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        add(browser, note="Well")

        for attack in ("UPDATE evidence SET note = 'x'", "DELETE FROM evidence"):
            with pytest.raises(DatabaseError, match="kept as it was"), db.begin_nested():
                db.execute(text(attack))


class TestBringing:
    def test_the_manager_sees_it_only_where_it_is_brought(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        add(browser, note="Well", file=Upload("cert.pdf", PDF))
        address = f"/evidence/{only(db).public_id}"
        sign_in(appraisal.appraiser)
        for path in (address, f"{address}/file"):
            browser.get(path, status=404)

        sign_in(appraisal.appraisee)
        assert "It is shown in your appraisal now" in bring(browser)
        sign_in(appraisal.appraiser)

        assert "Ran the handover" in browser.get(f"/appraisals/{appraisal.public_id}/meeting")
        assert browser.get(address).click("cert.pdf").body == PDF
        assert "bring" not in browser.get(address)
        looks = db.scalars(select(AuditEvent).where(AuditEvent.kind == AuditKind.EVIDENCE_READ))
        assert {one.subject_id for one in looks} == {appraisal.appraisee_id}

        sign_in(appraisal.appraisee)
        press(browser.get("/evidence"), "take-back")
        sign_in(appraisal.appraiser)
        browser.get(address, status=404)
        assert "Ran the handover" not in browser.get(f"/appraisals/{appraisal.public_id}/meeting")

    def test_nobody_moves_anothers(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        add(browser, note="Well")
        bring(browser)
        token = browser.get("/evidence").forms[1]["csrf_token"].value
        address = f"/evidence/{only(db).public_id}"
        sign_in(appraisal.appraiser)
        token = browser.get("/evidence/add").forms[1]["csrf_token"].value

        browser.post(f"{address}/put-away", {"csrf_token": token}, status=404)

    def test_it_is_sealed_and_stands_still_from_the_first_signature(
        self, browser, db, appraisal, sign_in, directory
    ):
        sign_in(appraisal.appraisee)
        add(browser, note="Well", file=Upload("cert.pdf", PDF))
        bring(browser)
        page = browser.get(f"/appraisals/{appraisal.public_id}/sign")
        assert "Ran the handover. Well. file cert.pdf" in page
        sign_with(page, directory.add(appraisal.appraisee))

        locked = browser.get("/evidence")
        assert "what is brought to it stands still" in locked
        token = locked.forms[0]["csrf_token"].value
        address = f"/evidence/{only(db).public_id}/take-back"
        answer = browser.post(address, {"csrf_token": token}).follow()
        assert "takes the signature back first" in answer

        sign_in(appraisal.appraiser)
        page = browser.get(f"/appraisals/{appraisal.public_id}/sign")
        sign_with(page, directory.add(appraisal.appraiser))
        record = browser.get(f"/appraisals/{appraisal.public_id}/record")
        assert "Ran the handover. Well. file cert.pdf" in record
        assert "Ran the handover" in record.click("plain text")

    def test_what_is_put_away_is_off_the_list_and_out_of_the_appraisal(
        self, browser, db, appraisal, sign_in
    ):
        sign_in(appraisal.appraisee)
        add(browser, note="Well")
        bring(browser)

        page = press(browser.get("/evidence"), "put-away")

        assert "Nothing yet" in page
        assert [one.move.value for one in db.scalars(select(EvidenceStep))] == [
            "brought",
            "taken_back",
            "put_away",
        ]

    def test_without_an_open_appraisal_there_is_nothing_to_bring_it_to(
        self, browser, factories, sign_in
    ):
        sign_in(factories.StaffMember())
        add(browser, note="Well")

        assert "Bring it to my appraisal" not in browser.get("/evidence")
