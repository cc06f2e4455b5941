"""Who may do what, as one table. Read this page to audit access."""

import enum
from collections.abc import Callable
from typing import Any

from tracker.security import rules
from tracker.security.identity import Identity


class Permission(enum.StrEnum):
    #: the default of every view: refused to all
    NOBODY = "nobody"
    #: pages that must answer before sign-in
    ANYBODY = "anybody"
    #: pages that show the signed-in person's own things and nothing else
    OWN_PAGES = "own:read"
    #: an appraisal, and the record once it is signed
    READ_APPRAISAL = "appraisal:read"
    #: the meeting page and the goals in it
    CHANGE_APPRAISAL = "appraisal:change"
    #: one's own notes before the meeting, private until shared
    PREPARE_APPRAISAL = "appraisal:prepare"
    #: signing, and taking one's own signature back
    SIGN_APPRAISAL = "appraisal:sign"
    #: naming somebody as second appraiser
    PROPOSE_SECOND = "appraisal:propose_second"
    #: saying yes to a second appraiser
    AGREE_SECOND = "appraisal:agree_second"
    #: ending the part of a second appraiser, or stepping out as one
    END_SECOND = "appraisal:end_second"
    #: saying who stands in for whom
    NAME_STAND_INS = "stand_ins:name"
    #: ending it before its last day
    END_STAND_IN = "stand_in:end"
    #: starting somebody's appraisal
    START_APPRAISAL = "person:appraise"
    #: somebody's signed goals and the help promised
    READ_GOALS = "person:read_goals"
    #: how far somebody has come with a goal
    NOTE_PROGRESS = "goal:progress"
    #: offering a goal to a whole group
    OFFER_GOALS = "goals:offer"
    #: reading and answering a goal that the trust offers
    ANSWER_OFFER = "offer:answer"
    #: looking at an offered goal again, and ending it
    REVIEW_OFFER = "offer:review"
    #: the trust's list of things to learn from
    KEEP_RESOURCES = "resources:keep"
    #: notes for oneself beside an appraisal, and the outcomes of one's own that one brings
    OWN_SIDE = "appraisal:own_side"
    BRING_OUTCOMES = "appraisal:bring"
    #: what stands in somebody's way, and what is done about it
    ANSWER_BARRIER = "barrier:answer"
    #: what somebody keeps to show what they can do: theirs, and whom they showed it to
    READ_EVIDENCE = "evidence:read"
    CHANGE_EVIDENCE = "evidence:change"
    #: an induction, or the buddy's part of it
    READ_INDUCTION = "induction:read"
    #: what is missing, the readiness talk
    CHANGE_INDUCTION = "induction:change"
    #: choosing the buddy
    LEAD_INDUCTION = "induction:lead"
    #: one task of an induction that was given to IT or a trainer
    DO_GIVEN_TASK = "task:do"
    #: the templates that new starters get, who helps with their tasks, the words of the welcome
    WRITE_TEMPLATES = "template:write"
    #: one's own practice in spotting alerts: for nobody else, whatever their role
    PRACTISE = "practice:do"
    #: mock screens of the trust's own, to practise with
    WRITE_SCREENS = "screens:write"
    #: what became of the work: an organisation's or a unit's outcomes
    READ_OUTCOMES = "outcomes:read"
    #: reports that were published, for all who work here
    READ_PUBLISHED = "published:read"
    #: saved reports, their schedule and readers, publishing
    PUBLISH_REPORTS = "reports:publish"
    #: keys of one's own for spreadsheets that read the published outcomes
    KEEP_FEED_KEYS = "feed:keep"
    #: what is measured, and how: the data dictionary
    READ_MEASURES = "measures:read"
    #: a measure of the trust's own, charts, registered comparisons
    KEEP_MEASURES = "measures:keep"
    READ_MEASURE = "measure:read"
    CHANGE_MEASURE = "measure:change"
    READ_COMPARISON = "comparison:read"
    #: appraisal and induction dates and states of everyone
    READ_DATES = "dates:read"
    #: what HR may take over into its own system, and under which names
    EXPORT_TO_HR = "hr_export:make"
    #: the register of digital systems
    READ_SYSTEMS = "systems:read"
    #: its files, a new system, what people told of
    MANAGE_SYSTEMS = "systems:manage"
    #: one system, how reliable one finds it, what stands in one's way there
    READ_SYSTEM = "system:read"
    #: what a system's page says
    CHANGE_SYSTEM = "system:change"
    #: whether what somebody told of is a system of the register
    MANAGE_SYSTEM = "system:manage"
    #: how long records are kept
    SET_RETENTION = "retention:set"
    #: who offers help as a champion, one's own offer, what one was asked
    READ_CHAMPIONS = "champions:read"
    #: how many champions each profession has
    COUNT_CHAMPIONS = "champions:count"
    #: yes, not this time, done: what a champion says to a request
    ANSWER_REQUEST = "request:answer"
    #: thanks, or taking it back: what the one who asked says
    THANK_CHAMPION = "request:thank"
    #: how often which staff group is appraised, and who is left out
    READ_CYCLES = "cycles:read"
    CHANGE_CYCLES = "cycles:change"
    #: files of outcome data, and what of them somebody has to look at
    KEEP_FEEDS = "feeds:keep"
    #: import runs and the lines they refused
    READ_IMPORTS = "imports:read"
    #: who manages somebody; saying that it is wrong; setting it by hand; the list of what is wrong
    READ_LINE = "person:read_line"
    DISPUTE_LINE = "person:dispute_line"
    SET_LINE = "person:set_line"
    MEND_LINES = "lines:mend"
    #: making the two records of somebody who came back one
    LINK_STAFF = "staff:link"
    #: files of other systems, and the maps of their columns
    BRING_TABLES = "tables:bring"
    DRAW_MAPS = "maps:draw"
    #: a version of a framework: for its authors and those who are asked to read it
    READ_FRAMEWORK = "framework:read"
    #: the words of a draft
    CHANGE_FRAMEWORK = "framework:change"
    #: one's own answer, once one is asked to read it
    REVIEW_FRAMEWORK = "framework:review"
    #: who writes and reads, publication, the end of a version
    LEAD_FRAMEWORK = "framework:lead"
    #: the list of frameworks, new ones, files
    MANAGE_FRAMEWORKS = "frameworks:manage"
    #: what each kind of work needs
    MANAGE_PROFILES = "profiles:manage"
    #: the keys of identity providers that send people
    KEEP_SOURCES = "sources:keep"
    #: what workers do, and what became of mail
    KEEP_JOBS = "jobs:keep"
    #: how other systems are reached, what they brought, and what directory groups give
    KEEP_CONNECTIONS = "connections:keep"
    #: the words of each mail, and when the weekly one goes out
    KEEP_MAIL = "mail:keep"

    #: answering a survey round that one was asked in
    ANSWER_SURVEY = "survey:answer"
    #: a survey round's numbers, closing it, reminders
    RUN_SURVEY = "survey:run"
    #: the list of survey rounds, and opening one; what groups need to learn
    READ_NEEDS = "needs:read"
    #: what somebody asked to have verified
    READ_VERIFICATION = "verification:read"
    #: saying that one has seen it, or what would show it
    VERIFY = "verification:answer"
    #: taking it back, and whether HR may know
    ASK_VERIFICATION = "verification:ask"


Rule = Callable[[Identity, Any], bool]

#: A permission is granted when any one of its rules says yes.
GRANTS: dict[Permission, tuple[Rule, ...]] = {
    Permission.ANSWER_SURVEY: (rules.is_asked,),
    Permission.RUN_SURVEY: (rules.runs_survey,),
    Permission.READ_NEEDS: (rules.is_quality_lead,),
    Permission.READ_VERIFICATION: (rules.wants_verified, rules.asked_to_verify),
    Permission.VERIFY: (rules.asked_to_verify,),
    Permission.ASK_VERIFICATION: (rules.wants_verified,),
    Permission.NOBODY: (),
    Permission.ANYBODY: (rules.is_anybody,),
    Permission.OWN_PAGES: (rules.is_signed_in,),
    Permission.READ_APPRAISAL: (
        rules.is_appraisee,
        rules.is_appraiser,
        rules.stands_in,
        rules.is_second_appraiser,
    ),
    Permission.CHANGE_APPRAISAL: (
        rules.is_appraisee,
        rules.is_appraiser,
        rules.stands_in,
        rules.is_second_appraiser,
    ),
    Permission.PREPARE_APPRAISAL: (rules.is_appraisee, rules.is_appraiser),
    Permission.SIGN_APPRAISAL: (rules.is_appraisee, rules.is_appraiser, rules.stands_in),
    Permission.PROPOSE_SECOND: (rules.is_appraisee, rules.is_appraiser),
    Permission.AGREE_SECOND: (rules.is_appraisee,),
    Permission.END_SECOND: (
        rules.is_appraisee,
        rules.is_appraiser,
        rules.is_second_appraiser,
    ),
    Permission.NAME_STAND_INS: (rules.is_hr_officer, rules.is_administrator),
    Permission.END_STAND_IN: (rules.is_stood_in_for, rules.arranges_stand_ins),
    Permission.START_APPRAISAL: (rules.is_oneself, rules.manages_person),
    Permission.READ_GOALS: (rules.is_oneself, rules.manages_person),
    Permission.NOTE_PROGRESS: (rules.has_goal, rules.manages_goal, rules.helps_with_goal),
    Permission.OFFER_GOALS: (rules.has_quality_role, rules.is_administrator),
    Permission.ANSWER_OFFER: (rules.is_offered_to,),
    Permission.REVIEW_OFFER: (rules.owns_offer, rules.has_quality_role, rules.is_administrator),
    Permission.KEEP_RESOURCES: (rules.is_administrator,),
    Permission.OWN_SIDE: (
        rules.is_appraisee,
        rules.is_appraiser,
        rules.stands_in,
        rules.is_second_appraiser,
    ),
    Permission.BRING_OUTCOMES: (rules.is_appraisee,),
    Permission.ANSWER_BARRIER: (
        rules.owns_barrier,
        rules.manages_barrier,
        rules.stands_in_for_barrier,
    ),
    Permission.READ_EVIDENCE: (rules.has_evidence, rules.was_shown_evidence),
    Permission.CHANGE_EVIDENCE: (rules.has_evidence,),
    Permission.READ_INDUCTION: (rules.is_starter, rules.manages_starter, rules.is_buddy),
    Permission.CHANGE_INDUCTION: (rules.is_starter, rules.manages_starter),
    Permission.LEAD_INDUCTION: (rules.manages_starter,),
    Permission.DO_GIVEN_TASK: (rules.helps_with_task,),
    Permission.WRITE_TEMPLATES: (rules.is_administrator,),
    Permission.PRACTISE: (rules.practises,),
    Permission.WRITE_SCREENS: (rules.is_trainer,),
    Permission.READ_MEASURES: (rules.is_signed_in,),
    Permission.KEEP_MEASURES: (rules.is_quality_lead,),
    Permission.READ_MEASURE: (rules.has_measure,),
    Permission.CHANGE_MEASURE: (rules.keeps_measure,),
    Permission.READ_COMPARISON: (rules.keeps_comparison,),
    Permission.EXPORT_TO_HR: (rules.is_hr_officer,),
    Permission.READ_DATES: (rules.is_hr_officer,),
    Permission.READ_SYSTEMS: (rules.is_signed_in,),
    Permission.MANAGE_SYSTEMS: (rules.is_administrator,),
    Permission.READ_SYSTEM: (rules.may_see_system, rules.administers_system),
    Permission.CHANGE_SYSTEM: (rules.owns_system, rules.administers_system),
    Permission.MANAGE_SYSTEM: (rules.administers_system,),
    Permission.SET_RETENTION: (rules.is_administrator,),
    Permission.READ_CHAMPIONS: (rules.is_signed_in,),
    Permission.COUNT_CHAMPIONS: (rules.is_quality_lead, rules.is_administrator),
    Permission.ANSWER_REQUEST: (rules.was_asked,),
    Permission.THANK_CHAMPION: (rules.asked_champion, rules.was_helped),
    Permission.READ_CYCLES: (rules.is_hr_officer, rules.is_administrator),
    Permission.CHANGE_CYCLES: (rules.is_administrator,),
    Permission.READ_IMPORTS: (rules.is_administrator, rules.is_hr_officer),
    Permission.READ_LINE: (rules.is_oneself, rules.manages_person, rules.is_hr_officer),
    Permission.DISPUTE_LINE: (rules.is_oneself, rules.manages_person),
    Permission.SET_LINE: (rules.is_hr_officer,),
    Permission.MEND_LINES: (rules.is_hr_officer,),
    Permission.LINK_STAFF: (rules.is_administrator,),
    Permission.KEEP_FEEDS: (rules.is_quality_lead, rules.is_administrator),
    Permission.BRING_TABLES: (rules.is_administrator,),
    Permission.DRAW_MAPS: (rules.is_quality_lead, rules.is_administrator),
    Permission.READ_FRAMEWORK: (
        rules.administers_framework,
        rules.writes_framework,
        rules.reads_framework,
    ),
    Permission.CHANGE_FRAMEWORK: (rules.administers_framework, rules.writes_framework),
    Permission.REVIEW_FRAMEWORK: (rules.reads_framework,),
    Permission.LEAD_FRAMEWORK: (rules.administers_framework,),
    Permission.MANAGE_FRAMEWORKS: (rules.is_administrator,),
    Permission.MANAGE_PROFILES: (rules.is_administrator,),
    Permission.KEEP_SOURCES: (rules.is_administrator,),
    Permission.KEEP_JOBS: (rules.is_administrator,),
    Permission.KEEP_CONNECTIONS: (rules.is_administrator,),
    Permission.KEEP_MAIL: (rules.is_administrator,),
    Permission.READ_PUBLISHED: (rules.is_signed_in,),
    Permission.PUBLISH_REPORTS: (rules.is_quality_lead,),
    Permission.KEEP_FEED_KEYS: (rules.is_quality_lead,),
    Permission.READ_OUTCOMES: (rules.leads_quality, rules.is_own_unit),
}


def permits(who: Identity | None, permission: Permission, subject: object) -> bool:
    if permission is Permission.ANYBODY:
        return True
    return who is not None and any(rule(who, subject) for rule in GRANTS[permission])
