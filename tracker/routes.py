"""Every URL of the service, in the order a person meets them."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from tracker import outcome_routes

if TYPE_CHECKING:
    from pyramid.config import Configurator

CONTEXTS = "tracker.security.contexts."
AROUND_INDUCTIONS = "tracker.security.induction_contexts."
AROUND_MEASURES = "tracker.security.measure_contexts."
STATIC = Path(__file__).parent / "static"


def includeme(config: "Configurator") -> None:
    config.add_static_view(
        f"static/{_version(STATIC)}",
        "tracker:static",
        cache_max_age=31_536_000,
        content_encodings=["gzip"],
    )
    config.add_route("health", "/health")
    # Early: a program asks it some twenty times a second.
    config.add_route("scim", "/scim/v2/*path")
    config.add_route("home", "/")
    config.add_route("guide", "/guide")
    config.add_route("guide.appraisal", "/guide/appraisal")
    config.add_route("kept_text.list", "/kept-text")
    config.add_route("kept_text.drop", "/kept-text/drop")
    config.add_route("display", "/display")
    _sign_in(config)
    _appraisals(config)
    _goal_offers(config)
    _evidence(config)
    _inductions(config)
    _starter_plans(config)
    _welcome(config)
    _practice(config)
    _screens(config)
    _self_assessments(config)
    _systems(config)
    _surveys(config)
    _champions(config)
    _verifications(config)
    outcome_routes.add_routes(config)
    _measures(config)
    _oversight(config)
    _frameworks(config)
    _profiles(config)
    config.add_route("cds.feedback", "/cds-services/{service_id}/feedback")
    config.add_route("scim_source.list", "/connections/people")
    config.add_route("scim_source.change", "/connections/people/{token_id}")


def _version(folder: Path) -> str:
    """Name the files by what is in them: browsers keep them for a year, until the name changes."""
    content = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            content.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return content.hexdigest()[:12]


def _sign_in(config: "Configurator") -> None:
    config.add_route("sign_in", "/sign-in")
    config.add_route("provider.go", "/sign-in/provider")
    config.add_route("provider.prove", "/sign-in/provider/prove")
    config.add_route("provider.back", "/sign-in/provider/back")
    config.add_route("sign_in.organisation", "/sign-in/organisation")
    config.add_route("sign_out", "/sign-out")


def _appraisals(config: "Configurator") -> None:
    """Team page, appraisals, goals, barriers."""
    one = {"factory": CONTEXTS + "appraisal_from_url"}
    person = {"factory": CONTEXTS + "staff_member_from_url"}
    config.add_route("team", "/team")
    config.add_route("round", "/team/round")
    config.add_route("stand_in.own", "/team/stand-ins")
    config.add_route("stand_in.list", "/stand-ins")
    config.add_route(
        "stand_in.end", "/stand-ins/{stand_in_id}/end", factory=CONTEXTS + "stand_in_from_url"
    )
    config.add_route("appraisal.list", "/appraisals")
    config.add_route("appraisal.start", "/people/{staff_id}/appraisals/start", **person)
    config.add_route("appraisal", "/appraisals/{appraisal_id}", **one)
    config.add_route("appraisal.prepare", "/appraisals/{appraisal_id}/prepare", **one)
    config.add_route("appraisal.private", "/appraisals/{appraisal_id}/private-notes", **one)
    config.add_route("appraisal.bring", "/appraisals/{appraisal_id}/bring", **one)
    config.add_route("appraisal.share", "/appraisals/{appraisal_id}/share", **one)
    config.add_route("appraisal.meet", "/appraisals/{appraisal_id}/meeting", **one)
    config.add_route("appraisal.time", "/appraisals/{appraisal_id}/time", **one)
    config.add_route("appraisal.sign", "/appraisals/{appraisal_id}/sign", **one)
    config.add_route("appraisal.take_back", "/appraisals/{appraisal_id}/take-back", **one)
    config.add_route("appraisal.people", "/appraisals/{appraisal_id}/people", **one)
    config.add_route("appraisal.agree_second", "/appraisals/{appraisal_id}/people/agree", **one)
    config.add_route("appraisal.end_second", "/appraisals/{appraisal_id}/people/end", **one)
    config.add_route("appraisal.record", "/appraisals/{appraisal_id}/record", **one)
    config.add_route("appraisal.add_to", "/appraisals/{appraisal_id}/record/add", **one)
    config.add_route("appraisal.text", "/appraisals/{appraisal_id}/record.txt", **one)
    config.add_route("appraisal.print", "/appraisals/{appraisal_id}/record.pdf", **one)
    config.add_route("goal.add", "/appraisals/{appraisal_id}/goals/add", **one)
    config.add_route("goal.change", "/appraisals/{appraisal_id}/goals/{goal_id}/change", **one)
    config.add_route("goal.drop", "/appraisals/{appraisal_id}/goals/{goal_id}/drop", **one)
    config.add_route("goal.list", "/people/{staff_id}/goals", **person)
    _goals(config)
    config.add_route("barrier.list", "/barriers")
    config.add_route("barrier", "/barriers/{barrier_id}", factory=CONTEXTS + "barrier_from_url")
    config.add_route("look.list", "/who-looked")


def _goals(config: "Configurator") -> None:
    """One goal and its story."""
    one = {"factory": CONTEXTS + "goal_from_url"}
    config.add_route("goal", "/goals/{goal_id}", **one)
    config.add_route("goal.step", "/goals/{goal_id}/step", **one)
    config.add_route("goal.steps", "/goals/{goal_id}/steps", **one)
    config.add_route("goal.close", "/goals/{goal_id}/finish", **one)
    config.add_route("goal.reopen", "/goals/{goal_id}/take-up-again", **one)


def _goal_offers(config: "Configurator") -> None:
    """Goals offered to many, and what there is to learn from."""
    one = {"factory": "tracker.security.offers.offer_from_url"}
    config.add_route("goal_offer.list", "/goal-offers")
    config.add_route("goal_offer.made", "/goal-offers/made")
    config.add_route("goal_offer.add", "/goal-offers/add")
    config.add_route("goal_offer.answer", "/goal-offers/{offer_id}", **one)
    config.add_route("goal_offer.review", "/goal-offers/{offer_id}/review", **one)
    config.add_route("resource.list", "/resources")
    config.add_route("resource.add", "/resources/add")
    config.add_route("resource.change", "/resources/{resource_id}/change")


def _evidence(config: "Configurator") -> None:
    """Name the pages of what shows that somebody can do something."""
    one = {"factory": "tracker.security.evidence_context.evidence_from_url"}
    config.add_route("own_data", "/your-data")
    config.add_route("retention", "/how-long-records-are-kept")
    config.add_route("evidence.list", "/evidence")
    config.add_route("evidence.add", "/evidence/add")
    config.add_route("evidence", "/evidence/{evidence_id}", **one)
    config.add_route("evidence.file", "/evidence/{evidence_id}/file", **one)
    config.add_route(
        "evidence.move", "/evidence/{evidence_id}/{move:bring|take-back|put-away}", **one
    )


def _inductions(config: "Configurator") -> None:
    """Inductions, their tasks and the readiness talk."""
    one = {"factory": CONTEXTS + "induction_from_url"}
    config.add_route("induction.list", "/inductions")
    config.add_route("induction.oversight", "/new-starters")
    config.add_route("induction.csv", "/new-starters.csv")
    config.add_route("given_task.list", "/given-tasks")
    config.add_route(
        "given_task.done",
        "/given-tasks/{task_id}",
        factory=AROUND_INDUCTIONS + "given_task_from_url",
    )
    config.add_route("induction", "/inductions/{induction_id}", **one)
    config.add_route("induction.task", "/inductions/{induction_id}/tasks/{task_id}", **one)
    config.add_route("induction.meetings", "/inductions/{induction_id}/meetings", **one)
    config.add_route("induction.missing", "/inductions/{induction_id}/missing", **one)
    config.add_route("induction.buddy", "/inductions/{induction_id}/buddy", **one)
    config.add_route("induction.offer", "/inductions/{induction_id}/new-steps", **one)
    config.add_route("induction.welcome", "/inductions/{induction_id}/welcome", **one)
    config.add_route("readiness", "/inductions/{induction_id}/readiness", **one)
    config.add_route("readiness.save", "/inductions/{induction_id}/readiness/save", **one)
    config.add_route("readiness.sign", "/inductions/{induction_id}/readiness/sign", **one)
    config.add_route("readiness.take_back", "/inductions/{induction_id}/readiness/take-back", **one)


def _starter_plans(config: "Configurator") -> None:
    """Name the pages where a trust writes what its new starters get."""
    one = {"factory": AROUND_INDUCTIONS + "template_from_url"}
    config.add_route("template.list", "/starter-plans")
    config.add_route("template.add", "/starter-plans/add")
    config.add_route("template.preview", "/starter-plans/preview")
    config.add_route("template.helpers", "/starter-plans/helpers")
    config.add_route("template.settings", "/starter-plans/settings")
    config.add_route("template", "/starter-plans/{template_id}", **one)
    config.add_route("template.line", "/starter-plans/{template_id}/steps/{line_key}", **one)
    config.add_route("template.milestone", "/starter-plans/{template_id}/milestones", **one)
    config.add_route("template.change", "/starter-plans/{template_id}/change", **one)


def _welcome(config: "Configurator") -> None:
    """Name the pages before day one. Whoever has the link may open them."""
    one = "/welcome/{welcome_id:[2-9a-z]{16}}"
    config.add_route("welcome.code", "/welcome")
    config.add_route("welcome", one)
    config.add_route("welcome.practice", one + "/practice/{number:[1-9]}")
    config.add_route("welcome.end", one + "/practice/end")


def _practice(config: "Configurator") -> None:
    """Name the pages of practice in spotting alerts."""
    one = {"factory": CONTEXTS + "practice_from_url"}
    config.add_route("practice", "/practice")
    config.add_route("own_alerts", "/your-alerts")
    config.add_route("practice.start", "/practice/start")
    config.add_route("practice.end", "/practice/{form_id}/end", **one)
    config.add_route("practice.screen", "/practice/{form_id}/{number:[0-9]{1,2}}", **one)


def _self_assessments(config: "Configurator") -> None:
    """Name the pages of a self-assessment of one's own: no id, they are the person's own."""
    config.add_route("self_assessment", "/self-assessment")
    config.add_route("self_assessment.start", "/self-assessment/start")
    config.add_route("self_assessment.question", "/self-assessment/question")
    config.add_route("self_assessment.finish", "/self-assessment/finish")
    config.add_route("self_assessment.end", "/self-assessment/end")
    config.add_route("self_assessment.bring", "/self-assessment/bring")
    config.add_route("self_assessment.history", "/self-assessment/then-and-now")


def _champions(config: "Configurator") -> None:
    """Name the pages of champions and buddies."""
    asked = {"factory": "tracker.security.champion_context.champion_request_from_url"}
    config.add_route("champion.list", "/champions")
    config.add_route("champion.own", "/champions/me")
    config.add_route("champion.offer", "/champions/me/offer")
    config.add_route("champion.stop", "/champions/me/stop")
    config.add_route("champion.session", "/champions/me/time")
    config.add_route("champion.bring", "/champions/me/bring")
    config.add_route("champion.ask", "/champions/ask")
    config.add_route("champion.answer", "/champions/requests/{request_id}/answer", **asked)
    config.add_route("champion.thank", "/champions/requests/{request_id}/thank", **asked)
    config.add_route(
        "induction.buddies",
        "/inductions/{induction_id}/buddies",
        factory=CONTEXTS + "induction_from_url",
    )


def _systems(config: "Configurator") -> None:
    """Name the pages of the register of digital systems."""
    one = {"factory": CONTEXTS + "system_from_url"}
    config.add_route("system.list", "/systems")
    config.add_route("system.tell", "/systems/tell")
    config.add_route("system.add", "/systems/add")
    config.add_route("system.export", "/systems/register.csv")
    config.add_route("system.import", "/systems/import")
    config.add_route("system.import_file", "/systems/import/{file_id}")
    config.add_route("system", "/systems/{system_id}", **one)
    config.add_route("system.change", "/systems/{system_id}/change", **one)
    config.add_route("system.alert", "/systems/{system_id}/alerts", **one)
    config.add_route("system.use", "/systems/{system_id}/users", **one)
    config.add_route("system.opinion", "/systems/{system_id}/reliability", **one)
    config.add_route("system.barrier", "/systems/{system_id}/in-the-way", **one)
    config.add_route("system.set_aside", "/systems/{system_id}/set-aside", **one)


def _verifications(config: "Configurator") -> None:
    """Name the pages where somebody asks a colleague what they have seen."""
    one = {"factory": "tracker.security.survey_contexts.verification_from_url"}
    config.add_route("verification.list", "/seen-by-others")
    config.add_route("verification.ask", "/seen-by-others/ask")
    config.add_route("verification", "/seen-by-others/{verification_id}", **one)
    config.add_route("verification.withdraw", "/seen-by-others/{verification_id}/withdraw", **one)
    config.add_route("verification.hr", "/seen-by-others/{verification_id}/hr", **one)


def _surveys(config: "Configurator") -> None:
    """Name the pages of survey rounds: for those who answer, and for those who run them."""
    one = {"factory": "tracker.security.survey_contexts.survey_from_url"}
    config.add_route("survey", "/surveys/{round_id}", **one)
    config.add_route("survey.begin", "/surveys/{round_id}/begin", **one)
    config.add_route("survey.page", "/surveys/{round_id}/questions", **one)
    config.add_route("survey.thanks", "/surveys/{round_id}/thanks", **one)
    config.add_route("learning_needs", "/learning-needs")
    config.add_route("learning_needs.csv", "/learning-needs.csv")
    config.add_route("survey_round.list", "/survey-rounds")
    config.add_route("survey_round.add", "/survey-rounds/add")
    config.add_route("survey_round", "/survey-rounds/{round_id}", **one)
    config.add_route("survey_round.csv", "/survey-rounds/{round_id}/results.csv", **one)
    config.add_route("survey_round.compare", "/survey-rounds/{round_id}/compare", **one)
    config.add_route("survey_round.remind", "/survey-rounds/{round_id}/remind", **one)
    config.add_route("survey_round.close", "/survey-rounds/{round_id}/close", **one)


def _screens(config: "Configurator") -> None:
    """Name the pages on which trainers write screens to practise with."""
    config.add_route("screens", "/screens")
    config.add_route("screens.new", "/screens/new")
    config.add_route("screens.import", "/screens/file")
    config.add_route("screens.preview", "/screens/preview")
    config.add_route("screens.step", "/screens/{screen_id}/step")
    config.add_route("screens.file", "/screens/{screen_id}/file.json")
    config.add_route("screens.one", "/screens/{screen_id}")


def _measures(config: "Configurator") -> None:
    """Name the pages of measures and of registered comparisons."""
    one = {"factory": AROUND_MEASURES + "measure_from_url"}
    config.add_route("measure.list", "/measures")
    config.add_route("measure.add", "/measures/add")
    config.add_route("measure", "/measures/{measure_key}", **one)
    config.add_route("measure.change", "/measures/{measure_key}/change", **one)
    config.add_route("measure.chart", "/measures/{measure_key}/chart", **one)
    config.add_route("measure.rebase", "/measures/{measure_key}/new-start", **one)
    config.add_route("measure.note", "/measures/{measure_key}/note", **one)
    config.add_route("measure.unmark", "/measures/{measure_key}/take-back", **one)
    comparison = {"factory": AROUND_MEASURES + "comparison_from_url"}
    config.add_route("comparison.list", "/comparisons")
    config.add_route("comparison.register", "/comparisons/register")
    config.add_route("comparison.explore", "/comparisons/explore")
    config.add_route("comparison", "/comparisons/{comparison_id}", **comparison)


def _oversight(config: "Configurator") -> None:
    """Name the pages for HR and administrators."""
    config.add_route("cycle.list", "/appraisal-rounds")
    config.add_route("cycle.change", "/appraisal-rounds/change")
    config.add_route("exclusion.add", "/appraisal-rounds/left-out/add")
    config.add_route("exclusion.end", "/appraisal-rounds/left-out/{exclusion_id}/end")
    config.add_route("hr_export.list", "/to-hr")
    config.add_route("hr_export.map", "/to-hr/columns")
    kinds = "{kind:appraisals|achievements|withdrawals}"
    config.add_route("hr_export.file", f"/to-hr/{{export_id}}/{kinds}.csv")
    config.add_route("dates", "/dates")
    config.add_route("dates.csv", "/dates.csv")
    config.add_route("mail.unreached", "/mail/not-reached")
    config.add_route("mail.own", "/mail")
    config.add_route("mail.texts", "/mail/texts")
    config.add_route("mail.text", "/mail/texts/{kind}")
    config.add_route("connections", "/connections")
    config.add_route("directory.unmatched", "/connections/directory/unmatched")
    config.add_route("directory.roles", "/connections/directory/roles")
    config.add_route("connections.test", "/connections/{source}/test")
    config.add_route("jobs", "/jobs")
    config.add_route("jobs.act", "/jobs/{job_id}")
    config.add_route("import.list", "/imports")
    config.add_route("import.fresh", "/imports/fresh-file")
    config.add_route("import", "/imports/{import_id}")
    config.add_route("import.answer", "/imports/{import_id}/answer")
    config.add_route("import.rejected", "/imports/{import_id}/not-taken-in.csv")
    person = {"factory": CONTEXTS + "staff_member_from_url"}
    config.add_route("line", "/people/{staff_id}/manager", **person)
    config.add_route("line.dispute", "/people/{staff_id}/manager/wrong", **person)
    config.add_route("line.set", "/people/{staff_id}/manager/set", **person)
    config.add_route("line.settle", "/people/{staff_id}/manager/settle", **person)
    config.add_route("line.mend", "/managers-to-put-right")
    config.add_route("returner.list", "/people-who-came-back")
    config.add_route("column_map.list", "/maps/{kind}")
    config.add_route("column_map", "/maps/{kind}/files/{file_id}")
    config.add_route("column_map.remove", "/maps/{kind}/saved/{map_id}/remove")


def _frameworks(config: "Configurator") -> None:
    """Name the pages on which frameworks are written, read, taken in and handed on."""
    one = {"factory": "tracker.security.framework_contexts.framework_from_url"}
    config.add_route("framework.list", "/frameworks")
    config.add_route("framework.begin", "/frameworks/begin")
    config.add_route("framework.import", "/frameworks/import")
    config.add_route("framework.upload", "/frameworks/import/{upload_id}")
    here = "/frameworks/{framework_id}"
    config.add_route("framework", here, **one)
    config.add_route("framework.rename", here + "/rename", **one)
    config.add_route("framework.next", here + "/next-version", **one)
    config.add_route("framework.changes", here + "/changes", **one)
    config.add_route("framework.people", here + "/people", **one)
    config.add_route("framework.step", here + "/step", **one)
    config.add_route("framework.retire", here + "/retire", **one)
    config.add_route("framework.file", here + "/file", **one)
    config.add_route("framework.answer", here + "/answer", **one)
    config.add_route("framework.comment", here + "/comments", **one)
    config.add_route("framework.resolve", here + "/comments/{comment_id}", **one)
    config.add_route("domain.add", here + "/domains/add", **one)
    config.add_route("domain", here + "/domains/{domain_id}", **one)
    config.add_route("domain.change", here + "/domains/{domain_id}/change", **one)
    config.add_route("domain.place", here + "/domains/{domain_id}/place", **one)
    config.add_route("competence.add", here + "/domains/{domain_id}/add", **one)
    config.add_route("competence", here + "/competences/{competence_id}", **one)
    config.add_route("competence.change", here + "/competences/{competence_id}/change", **one)
    config.add_route("competence.place", here + "/competences/{competence_id}/place", **one)


def _profiles(config: "Configurator") -> None:
    """Name the pages of role profiles: what each kind of work needs."""
    config.add_route("profile.list", "/profiles")
    config.add_route("profile.coverage", "/profiles/coverage")
    config.add_route("profile.add", "/profiles/add")
    config.add_route("profile", "/profiles/{profile_id}")
    config.add_route("profile.change", "/profiles/{profile_id}/change")
