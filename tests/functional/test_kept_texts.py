"""A session that ends in mid-sentence: the text is there after signing in again, for its writer."""

import re

import pytest
from sqlalchemy import func, select, update

from tests.conftest import NOW
from tracker.models import Goal, KeptText, PrivateNote, SignInSession

TYPED = "We talked about alerts, and <b>then"


@pytest.fixture
def appraisal(factories):
    return factories.Appraisal()


def form_on(page, ending):
    return next(form for form in page.forms.values() if (form.action or ending).endswith(ending))


def end_all_sessions(db):
    """Make every session as stale as one that nobody touched overnight."""
    long_ago = NOW.replace(day=20)
    db.execute(update(SignInSession).values(started_at=long_ago, last_seen_at=long_ago))
    db.expire_all()


def meeting(browser, appraisal):
    return browser.get(f"/appraisals/{appraisal.public_id}/meeting")


def typed_form(browser, appraisal):
    form = form_on(meeting(browser, appraisal), "/meeting")
    form["summary"] = TYPED
    return form


class TestSessionThatEnds:
    def test_the_text_is_there_after_signing_in_again(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        form = typed_form(browser, appraisal)
        end_all_sessions(db)

        page = form.submit(status=403)
        sign_in(appraisal.appraiser)
        back = meeting(browser, appraisal)

        assert "Your text is safe" in page
        assert f"/sign-in?next=%2Fappraisals%2F{appraisal.public_id}%2Fmeeting" in page
        assert TYPED not in page
        again = form_on(back, "/meeting")
        assert again["summary"].value == TYPED
        assert "You were signed out while you wrote this" in back
        assert "Go on with the text that we kept for you" in browser.get("/")
        assert again.submit().follow()
        assert db.scalar(select(func.count()).select_from(KeptText)) == 0
        assert appraisal.summary == TYPED

    def test_a_script_that_saves_by_itself_is_told(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        form = typed_form(browser, appraisal)
        end_all_sessions(db)

        fields = form.submit_fields()
        answer = browser.post(
            form.action, fields, headers={"Accept": "application/json"}, status=403
        )

        assert answer.json["kept"] is True
        assert "Sign in to go on" in answer.json["message"]

    def test_the_next_person_at_the_tablet_does_not_see_it(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        form = typed_form(browser, appraisal)
        sign_in(appraisal.appraisee)  # the same tablet, another person

        page = form.submit(status=400)

        assert "kept it for the person who wrote it" in page
        assert form_on(meeting(browser, appraisal), "/meeting")["summary"].value == ""
        assert "There is nothing here" in browser.get("/kept-text")
        assert appraisal.summary == ""
        sign_in(appraisal.appraiser)
        assert form_on(meeting(browser, appraisal), "/meeting")["summary"].value == TYPED

    @pytest.mark.parametrize("stamp", ["", "1-1-0", "x", "1-2-" + "0" * 40, "9" * 30 + "-1-a"])
    def test_a_stamp_that_is_not_ours_keeps_nothing(self, browser, db, appraisal, sign_in, stamp):
        sign_in(appraisal.appraiser)
        form = typed_form(browser, appraisal)
        form["writer"].force_value(stamp)
        end_all_sessions(db)

        page = form.submit(status=403)

        assert "not saved" in page
        assert db.scalar(select(func.count()).select_from(KeptText)) == 0

    def test_a_stamp_of_one_page_is_worth_nothing_on_another(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        fields = typed_form(browser, appraisal).submit_fields()
        end_all_sessions(db)

        browser.post(f"/appraisals/{appraisal.public_id}/private-notes", fields, status=403)

        assert db.scalar(select(func.count()).select_from(KeptText)) == 0

    def test_no_password_is_ever_kept(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        fields = [*typed_form(browser, appraisal).submit_fields(), ("password", "hush")]
        end_all_sessions(db)

        browser.post(f"/appraisals/{appraisal.public_id}/meeting", fields, status=403)

        assert "hush" not in str(db.scalars(select(KeptText)).one().fields)

    def test_it_can_be_thrown_away(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        form = typed_form(browser, appraisal)
        end_all_sessions(db)
        form.submit(status=403)
        sign_in(appraisal.appraiser)

        page = form_on(meeting(browser, appraisal), "/kept-text/drop").submit().follow()

        assert form_on(page, "/meeting")["summary"].value == ""

    def test_a_goal_half_written_is_there_too(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraiser)
        form = browser.get(f"/appraisals/{appraisal.public_id}/goals/add").forms[1]
        form["wording"] = "I answer drug al"
        end_all_sessions(db)
        form.submit(status=403)
        sign_in(appraisal.appraiser)

        page = browser.get(f"/appraisals/{appraisal.public_id}/goals/add")
        form = next(form for form in page.forms.values() if "wording" in form.fields)
        assert form["wording"].value == "I answer drug al"
        form.submit(status=303)
        assert db.scalars(select(Goal)).one().wording == "I answer drug al"


class TestPrivateNotes:
    def path(self, appraisal):
        return f"/appraisals/{appraisal.public_id}/private-notes"

    def test_the_other_side_never_sees_them_and_nothing_of_them_is_signed(
        self, browser, appraisal, sign_in
    ):
        sign_in(appraisal.appraiser)
        form = form_on(browser.get(self.path(appraisal)), "/private-notes")
        form["text"] = "Ask gently about nights"
        assert "Only you can see these notes" in form.submit().follow()
        form = typed_form(browser, appraisal)
        form["held_on-day"], form["held_on-month"], form["held_on-year"] = "20", "11", "2026"
        assert "Ask gently" not in form.submit("sign").follow()

        sign_in(appraisal.appraisee)
        for path in ("", "/meeting", "/private-notes", "/sign"):
            assert "Ask gently" not in browser.get(f"/appraisals/{appraisal.public_id}{path}")

    def test_they_are_deleted_for_good(self, browser, db, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        form = form_on(browser.get(self.path(appraisal)), "/private-notes")
        form["text"] = "Say that I want days"
        page = form.submit().follow()

        form_on(page, "/private-notes").submit("erase")

        assert db.scalar(select(func.count()).select_from(PrivateNote)) == 0

    def test_two_devices_see_both_texts(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraisee)
        first = form_on(browser.get(self.path(appraisal)), "/private-notes")
        second = form_on(browser.get(self.path(appraisal)), "/private-notes")
        first["text"], second["text"] = "From the tablet", "From the desk"
        first.submit(status=303)

        page = second.submit(status=409)

        assert re.search("What is saved now.*From the tablet", page.text, re.DOTALL)
        assert re.search("What you wrote.*From the desk", page.text, re.DOTALL)
        assert form_on(page, "/private-notes").submit(status=303)
