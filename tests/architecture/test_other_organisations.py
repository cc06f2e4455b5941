"""A record of another organisation looks just as one that does not exist, at every address."""

import re

import pytest
from pyramid.interfaces import IRoutesMapper
from sqlalchemy.orm import object_session

from tests.conftest import NOW
from tests.support.frameworks import framework_records
from tests.support.sign_in import form_token
from tracker.models import (
    AccessToken,
    ChampionRequest,
    ColumnMap,
    Competence,
    Direction,
    Domain,
    FeedbackSource,
    Framework,
    FrameworkState,
    HRExport,
    ImpactModel,
    ImportRun,
    IncidentCandidate,
    Job,
    JobState,
    MeasureFamily,
    MeasureUnit,
    Organisation,
    PracticeForm,
    PracticeTemplate,
    PublishedReport,
    RegisteredComparison,
    RegisterFile,
    RequestKind,
    RunState,
    SavedReport,
    SelfAssessment,
    SelfAssessmentAnswer,
    SurveyRound,
    TokenPurpose,
    Verification,
)
from tracker.security.identity import Role, System
from tracker.services.measures import MeasureDraft, define_measure

#: before day one nobody has an account: whoever has the link is let in, and it shows nobody
OF_NO_ACCOUNT = "welcome"
#: what a key opens is its own organisation's; who is signed in is not asked
OF_KEYS = {"cds.feedback", "feed"}
MADE_UP = "2222222222222222"
#: names in addresses that are no record's
PLAIN = {"number": "1", "line_key": "new", "move": "bring", "kind": "nothing", "source": "nothing"}
#: a name in an address, with the shape that it must have, if any: {number:[0-9]{1,2}}
NAME = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")


def what_they_said(db, appraisal):
    """Give a survey round, and something that a person asked to have verified."""
    ours = {"organisation_id": appraisal.organisation_id}
    survey = SurveyRound(**ours, name="Spring", is_anonymous=True, asked="All")
    framework = Framework(**ours, key="f", version=1, name="F", state=FrameworkState.DRAFT)
    domain = Domain(**ours, key="d", name="D", position=0, framework=framework)
    competence = Competence(**ours, key="c", name="C", description="", position=0, domain=domain)
    person = appraisal.appraisee
    sitting = SelfAssessment(**ours, staff_member_id=person.id, occasion="own")
    answer = SelfAssessmentAnswer(**ours, competence=competence, confidence=3)
    sitting.answers.append(answer)
    verification = Verification(
        **ours,
        staff_member=person,
        verifier=appraisal.appraiser,
        competence=competence,
        answer=answer,
    )
    db.add_all([survey, sitting, verification])
    db.flush()
    saved = column_map(appraisal)
    return {"round_id": survey, "verification_id": verification, "map_id": saved}


@pytest.fixture
def elsewhere(factories, db, sign_in):
    """Records of another trust, by the name that addresses give them; one of ours is signed in."""
    sign_in(factories.StaffMember(), *Role)
    factories.use_session(db)  # what is made from now on belongs to another organisation
    appraisal = factories.Appraisal()
    induction = factories.Induction()
    ours = {"organisation_id": appraisal.organisation_id}
    run = ImportRun(**ours, kind="hr", file_name="GO_1.DAT", state=RunState.APPLIED, counts={})
    form = PracticeForm(**ours, staff_member_id=appraisal.appraisee_id, attempt=1, items=[])
    file = register_file(appraisal)
    job = Job(**ours, name="n", dedupe_key="theirs", state=JobState.FAILED, due_at=NOW, counts={})
    screen = PracticeTemplate(**ours, key="theirs", version=1, content={}, changed_at=NOW)
    key = AccessToken(**ours, purpose=TokenPurpose.REPORT, name="theirs", token_hash="theirs")
    db.add_all([run, form, file, job, screen, key])
    db.flush()
    records = {
        **what_they_said(db, appraisal),
        **made_for(factories, appraisal),
        "appraisal_id": appraisal,
        "staff_id": appraisal.appraisee,
        "induction_id": induction,
        "task_id": factories.InductionTask(induction=induction),
        "import_id": run,
        "form_id": form,
        "screen_id": screen,
        "evidence_id": factories.Evidence(staff_member_id=appraisal.appraisee_id),
        "request_id": champion_request(factories, appraisal),
        "file_id": file,
        "job_id": job,
        "key_id": key,
        "token_id": scim_source(appraisal),
        "export_id": hr_export(appraisal),
        **framework_records(db, appraisal),
        **reports(db, ours),
        **outcome_records(db, ours),
    }
    ids = {name: record.public_id for name, record in records.items()}
    return ids | PLAIN | measure_and_comparison(db, ours)


def measure_and_comparison(db, ours):
    draft = MeasureDraft(
        key="theirs_alone",
        name="Theirs",
        why_it_matters="",
        numerator="N",
        denominator="",
        direction=Direction.NEUTRAL,
        family=MeasureFamily.OUTCOME,
        unit=MeasureUnit.COUNT,
    )
    organisation = db.get_one(Organisation, ours["organisation_id"])
    measure = define_measure(db, organisation, draft, by=System(**ours))
    comparison = RegisteredComparison(
        **ours,
        question="Did it help?",
        units=[],
        measure=measure,
        measure_version=1,
        starts=NOW.date(),
        impact_model=ImpactModel.LEVEL,
        look_on=NOW.date(),
        cohort_people=8,
    )
    db.add(comparison)
    db.flush()
    return {"measure_key": measure.key, "comparison_id": comparison.public_id}


def reports(db, ours):
    month = NOW.date()
    report = PublishedReport(
        **ours, name="Theirs", first_month=month, last_month=month, content="{}", content_hash="x"
    )
    saved = SavedReport(**ours, name="Theirs", months=36, every="month", day=1)
    db.add_all([report, saved])
    db.flush()
    return {"report_id": report, "saved_id": saved}


def made_for(factories, appraisal):
    return {
        "goal_id": factories.Goal(staff_member=appraisal.appraisee),
        "barrier_id": factories.Barrier(staff_member=appraisal.appraisee),
        "template_id": factories.InductionTemplate(),
        "stand_in_id": factories.StandIn(manager=appraisal.appraiser),
        "exclusion_id": factories.AppraisalExclusion(),
        "offer_id": factories.GoalOffer(),
        "resource_id": factories.LearningResource(),
        "system_id": factories.DigitalSystem(),
    }


def outcome_records(db, ours):
    told = {"occurred_on": NOW.date(), "harm": "none", "feed": "lfpse", "words": "x"}
    candidate = IncidentCandidate(**ours, **told, reference="E1", is_month_only=False)
    source = FeedbackSource(**ours, name="S", service="s", keys={})
    db.add_all([candidate, source])
    db.flush()
    return {"candidate_id": candidate, "source_id": source}


def champion_request(factories, appraisal):
    request = ChampionRequest(
        organisation_id=appraisal.organisation_id,
        kind=RequestKind.HELP,
        champion=factories.Champion(),
        person_id=appraisal.appraisee_id,
        asked_by_id=appraisal.appraisee_id,
    )
    object_session(appraisal).add(request)
    object_session(appraisal).flush()
    return request


def column_map(appraisal):
    saved = ColumnMap(
        organisation_id=appraisal.organisation_id,
        kind="hr",
        name="Theirs",
        map={},
        changed_by_id=appraisal.appraiser_id,
    )
    object_session(appraisal).add(saved)
    object_session(appraisal).flush()
    return saved


def scim_source(appraisal):
    source = AccessToken(
        organisation_id=appraisal.organisation_id,
        purpose=TokenPurpose.SCIM,
        name="theirs",
        token_hash="scim",
    )
    object_session(appraisal).add(source)
    object_session(appraisal).flush()
    return source


def hr_export(appraisal):
    export = HRExport(
        organisation_id=appraisal.organisation_id, made_at=NOW, counts={"appraisals": 0}
    )
    object_session(appraisal).add(export)
    object_session(appraisal).flush()
    return export


def register_file(appraisal):
    return RegisterFile(
        organisation_id=appraisal.organisation_id,
        by_id=appraisal.appraiser_id,
        name="systems.csv",
        content="",
    )


def routes_of(app):
    mapper = app.registry.getUtility(IRoutesMapper)
    return [
        route
        for route in mapper.get_routes()
        if "{" in route.path
        and not route.name.startswith(OF_NO_ACCOUNT)
        and route.name not in OF_KEYS
    ]


def address(route, records):
    return NAME.sub(lambda name: records[name[1]], route.path)


def methods_of(app, route):
    methods = set()
    for view in app.registry.introspector.get_category("views"):
        if view["introspectable"]["route_name"] == route.name:
            methods |= set(view["introspectable"]["request_methods"] or ("GET", "POST"))
    return methods - {"HEAD"}


def ask(browser, method, path, token):
    if method == "GET":
        return browser.get(path, status="*")
    return browser.post(path, {"csrf_token": token}, status="*")


def bare(answer):
    """Give a page without what differs at each drawing: the form's token."""
    return re.sub(r'value="[0-9a-f]{20,}"', "", answer.text)


def test_every_address_with_an_id_answers_as_if_the_record_were_not_there(app, browser, elsewhere):
    token = form_token(browser)
    asked = 0
    for route in routes_of(app):
        names = NAME.findall(route.path)
        assert set(names) <= set(elsewhere), f"{route.path}: say here what it names"
        for method in sorted(methods_of(app, route)):
            theirs = ask(browser, method, address(route, elsewhere), token)
            nobodys = dict.fromkeys(names, MADE_UP) | PLAIN
            missing = ask(browser, method, address(route, nobodys), token)
            assert theirs.status_int == missing.status_int == 404, f"{method} {route.path}"
            assert bare(theirs) == bare(missing), f"{method} {route.path}"
            asked += 1

    assert asked > len(routes_of(app)) // 2


def test_a_unit_of_another_organisation_is_not_there_for_a_report(browser, elsewhere, factories):
    assert elsewhere
    unit = factories.OrganisationUnit()

    for path in ("/outcomes", "/outcomes/report.pdf", "/outcomes/report.json"):
        theirs = browser.get(f"{path}?unit={unit.public_id}", status=404)
        missing = browser.get(f"{path}?unit={MADE_UP}", status=404)
        assert bare(theirs) == bare(missing)


def test_those_records_are_there_for_their_own_people(browser, elsewhere, factories, sign_in, db):
    """Or the test above would pass for want of records."""
    db.flush()
    appraiser = (
        db.query(factories.models.Appraisal)
        .filter_by(public_id=elsewhere["appraisal_id"])
        .one()
        .appraiser
    )
    sign_in(appraiser)

    for path in ("/appraisals/{appraisal_id}", "/people/{staff_id}/goals"):
        browser.get(path.format(**elsewhere), status=200)
