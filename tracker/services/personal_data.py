"""Which tables hold something about a person, and what makes a row theirs.

One list, for the export of all that is held about somebody and for its disposal. A test holds
that every table is either here, or among those that hold nobody's own record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, or_, select

from tracker.models import Base

PERSON = "staff_member"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A table with something about a person."""

    table: str
    #: what it holds, in the words of the person
    heading: str
    #: columns that make a row theirs, each with the table that it names
    of: tuple[tuple[str, str], ...]
    #: further columns with which a row is disposed of: it cannot stay without the other
    goes_with: tuple[tuple[str, str], ...] = ()
    #: keys and hashes, that say nothing to anybody
    left_out: frozenset[str] = frozenset()


def _own(table: str, heading: str, column: str = "staff_member_id", **more: Any) -> Part:  # noqa: ANN401
    return Part(table=table, heading=heading, of=((column, PERSON),), **more)


def _of(table: str, heading: str, *parents: str, **more: Any) -> Part:  # noqa: ANN401
    of = tuple((f"{parent}_id", parent) for parent in parents)
    return Part(table=table, heading=heading, of=of, **more)


WITH_APPRAISAL = (("appraisal_id", "appraisal"),)

PARTS = (
    _own("staff_member", "You, as HR knows you", "id"),
    _own("assignment", "Your posts"),
    _own("reporting_line", "Who manages you"),
    _own("line_dispute", "Where HR was told that your manager is wrong"),
    _own("line_trouble", "What HR has to mend about who manages you"),
    _own("appraisal", "Your appraisals", "appraisee_id"),
    _of("appraisal_preparation", "Notes before your appraisals", "appraisal"),
    _of("appraisal_step", "Steps of your appraisals", "appraisal"),
    _of("second_appraiser", "Who joined your appraisals", "appraisal"),
    _own(
        "appointment",
        "Meetings that were arranged",
        "person_id",
        goes_with=(*WITH_APPRAISAL, ("induction_id", "induction")),
    ),
    _own("appraisal_exclusion", "Times when you were left out of the appraisal round"),
    Part(
        table="stand_in",
        heading="Times when somebody stood in for you, or you for them",
        of=(("manager_id", PERSON), ("delegate_id", PERSON)),
    ),
    _of("signature", "Signatures", "appraisal", "induction"),
    _of("sealed_record", "Records that both signed", "appraisal", "induction"),
    _of("addendum", "What was added to signed records", "sealed_record"),
    _own("goal", "Your goals"),
    _of("goal_progress", "How your goals went", "goal"),
    _of("goal_step", "Steps of your goals", "goal"),
    _of("offer_of_support", "Help that was offered", "goal"),
    _of("appraisal_goal", "Goals in appraisals", "appraisal", "goal"),
    _own("goal_offer_answer", "Goals that were offered to many, and what you said"),
    _own("barrier", "What stood in your way"),
    _own("brought_outcome", "What you brought of your own outcomes", goes_with=WITH_APPRAISAL),
    _own("private_note", "Notes for yourself", goes_with=WITH_APPRAISAL),
    _own("kept_text", "Text kept for you when your session had ended"),
    _own("evidence", "What shows what you can do"),
    _of("evidence_competence", "What your evidence is for", "evidence"),
    _of("evidence_step", "What you did with your evidence", "evidence"),
    _own("self_assessment", "Your self-assessments"),
    _of("self_assessment_answer", "What you said in them", "self_assessment"),
    _own("verification", "Checks of what you can do"),
    _of("verification_step", "Steps of those checks", "verification"),
    _own("survey_invitation", "Surveys that you were asked to take part in"),
    _own(
        "survey_response",
        "Surveys with names that you took part in",
        left_out=frozenset({"key_hash"}),
    ),
    _of("survey_answer", "What you said in them", "survey_response"),
    _own("induction", "Your first months"),
    _of("induction_task", "Tasks of your first months", "induction"),
    _of("invitation", "The welcome before day one", "induction", left_out=frozenset({"code"})),
    _of("task_offer_answer", "New tasks that were offered", "induction"),
    _of("readiness_talk", "Your readiness talks", "induction"),
    _of("readiness_line", "What you agreed in them", "readiness_talk"),
    _of("readiness_signature", "Signatures under them", "readiness_talk"),
    _of("sealed_readiness", "Readiness talks that both signed", "readiness_talk"),
    _own("induction_helper", "Where you help new starters"),
    _own("champion", "What you offer as a champion"),
    _own(
        "champion_request",
        "Help from a champion that you asked for",
        "person_id",
        goes_with=(("champion_id", "champion"), ("induction_id", "induction")),
    ),
    _of("support_session", "Help that you gave as a champion", "champion"),
    _own("practice_form", "Your practice in spotting alerts"),
    _of("practice_answer", "What you said in practice", "practice_form"),
    _own("system_opinion", "How reliable you find systems"),
    _own("mail_choice", "What mail you want"),
    _own("address_problem", "Trouble with your mail address"),
    _own("outbox_message", "Mail to you", "recipient_id", left_out=frozenset({"dedupe_key"})),
    _own(
        "hr_export_line",
        "What was handed to HR about you",
        goes_with=(*WITH_APPRAISAL, ("verification_id", "verification")),
    ),
    _own("scim_user", "Your account, as your trust's system of accounts told us of it"),
    _own(
        "access_token",
        "Keys that you made for your spreadsheets",
        left_out=frozenset({"token_hash", "former_hash"}),
    ),
    _own("directory_account", "Your accounts in the trust's directory"),
    _own("report_reader", "Reports that you are mailed about"),
    _own(
        "held_proof",
        "Where you have just shown who you are, to sign",
        left_out=frozenset({"session_id", "about"}),
    ),
    _own("sign_in_session", "When you signed in", left_out=frozenset({"token_hash"})),
)

#: nobody's own record: the trust's data, or groups'. People show in some of them because they did
#: a piece of work; the audit trail of what they did has it.
NOBODYS = frozenset({
    "hr_export",
    "alert_day", "alert_event", "alert_feedback", "alert_staff_month", "alert_stale_day",
    "alert_tree", "alert_year",
    "annotation", "appraisal_cycle", "audit_event", "column_map", "competence",
    "competence_origin", "digital_system", "directory_mark", "directory_role", "disposal", "domain",
    "feedback_source",
    "framework", "framework_author", "chart_setting", "measure_version", "registered_comparison",
    "framework_comment", "framework_review", "framework_step", "framework_upload", "goal_offer",
    "goal_offer_review", "import_run", "incident", "incident_candidate", "induction_template",
    "induction_template_version", "job", "learning_resource", "level_descriptor", "mail_text",
    "observation", "organisation", "organisation_unit", "outcome_measure", "planned_record",
    "post", "practice_difficulty", "practice_template", "published_months", "published_report",
    "rare_event_day",
    "rebase", "register_file", "rejected_record", "retention_period", "role_profile",
    "role_requirement", "saved_report", "scim_group", "scim_member",
    "service_call_day", "sign_in_attempt", "survey_count",
    "survey_question", "survey_round", "survey_token", "system_alert", "system_use", "unit_signal",
    "worker_beat",
    "waiting_file",
})  # fmt: skip

BY_TABLE = {part.table: part for part in PARTS}


def table_of(part: Part) -> Table:
    return Base.metadata.tables[part.table]


def ids_of(name: str, people: Any, *, is_disposal: bool = False) -> Select[Any]:  # noqa: ANN401
    """Select the ids of the rows of one table that are about these people (ids, or a select)."""
    return select(table_of(BY_TABLE[name]).c.id).where(
        is_about(name, people, is_disposal=is_disposal)
    )


def is_about(name: str, people: Any, *, is_disposal: bool = False) -> ColumnElement[bool]:  # noqa: ANN401
    """Give the condition that a row of one table is about these people."""
    part = BY_TABLE[name]
    table = table_of(part)
    links = part.of + part.goes_with if is_disposal else part.of
    return or_(
        *(
            table.c[column].in_(
                people if target == PERSON else ids_of(target, people, is_disposal=is_disposal)
            )
            for column, target in links
        )
    )


def deepest_first() -> Iterator[Part]:
    """Give the parts in the order in which they can be deleted."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in BY_TABLE:
            yield BY_TABLE[table.name]
