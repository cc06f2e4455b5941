"""A trust of 20,000 staff with six rounds of history, written by the database itself.

Everybody has a manager with forty people; everybody has six signed appraisals, each with two
goals, notes of both sides, answers, signatures and a seal. The figures are made up.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from tracker.db import session_for
from tracker.services.framework_seed import seed_framework
from tracker.services.organisations import add_organisation, find_organisation

if TYPE_CHECKING:
    from sqlalchemy import Engine

TEAM, ROUNDS, GOALS, ANSWERS = 40, 6, 2, 6
CODE = "RBIG"
#: a signed text is about this long
LETTERS = 900

#: each statement fills one table; the numbers of rows follow from people, rounds and goals
STATEMENTS = (
    """INSERT INTO organisation_unit (id, organisation_id, public_id, source_key, code, name, kind,
         effective_from)
       SELECT u, :organisation, 'bigunit' || u, 'U' || u, 'C' || u, 'Ward ' || u, 'Ward',
         DATE '2015-04-01' FROM generate_series(1, :people / 40) u""",
    """INSERT INTO post (id, organisation_id, source_key, title, staff_group, job_role,
         organisation_unit_id)
       SELECT u, :organisation, 'PO' || u, 'Staff Nurse', 'Nursing and Midwifery Registered',
         'Staff Nurse', u FROM generate_series(1, :people / 40) u""",
    """INSERT INTO staff_member (id, organisation_id, public_id, source_key, employee_number,
         family_name, given_name, email, hired_on)
       SELECT p, :organisation, 'bigperson' || p, 'P' || p, (30000000 + p)::text,
         'Family' || p, 'Given', 'p' || p || '@big.example', DATE '2019-04-01'
       FROM generate_series(1, :people) p""",
    """INSERT INTO assignment (id, organisation_id, source_key, number, staff_member_id, post_id,
         organisation_unit_id, staff_group, job_role, status, is_primary, started_on,
         effective_from)
       SELECT p, :organisation, 'A' || p, p || '-1', p, (p - 1) / 40 + 1, (p - 1) / 40 + 1,
         'Nursing and Midwifery Registered', 'Staff Nurse', 'active', true,
         DATE '2019-04-01', DATE '2019-04-01' FROM generate_series(1, :people) p""",
    # The manager of each forty is the first of the next forty: one loop through the whole trust.
    """INSERT INTO reporting_line (id, organisation_id, staff_member_id, manager_id, source,
         starts_on, recorded_at)
       SELECT p, :organisation, p, (((p - 1) / 40 + 1) % (:people / 40)) * 40 + 1, 'hr',
         DATE '2019-04-01', now() FROM generate_series(1, :people) p""",
    """INSERT INTO appraisal (id, organisation_id, public_id, appraisee_id, appraiser_id,
         previous_id, stage, due_on, opened_on, held_on, next_due_on, summary, version,
         is_goals_only)
       SELECT (p - 1) * 6 + r, :organisation, 'bigappr' || ((p - 1) * 6 + r), p,
         (((p - 1) / 40 + 1) % (:people / 40)) * 40 + 1,
         CASE WHEN r > 1 THEN (p - 1) * 6 + r - 1 END, 'signed',
         :last - (6 - r) * 182, :last - (6 - r) * 182 - 28, :last - (6 - r) * 182,
         :last - (6 - r) * 182 + 182, 'We agreed.', 3, false
       FROM generate_series(1, :people) p, generate_series(1, 6) r""",
    """INSERT INTO appraisal_step (organisation_id, appraisal_id, step, by_id, at)
       SELECT organisation_id, id, s, appraiser_id, held_on
       FROM appraisal, unnest(ARRAY['opened', 'shared', 'held', 'signed', 'sealed']) s""",
    """INSERT INTO appraisal_preparation (organisation_id, appraisal_id, side, went_well,
         got_in_the_way, would_help, wellbeing, version, saved_at, shared_at)
       SELECT organisation_id, id, s, repeat('It went well. ', 10), repeat('It was slow. ', 5),
         'Half an hour.', '', 4, held_on, held_on
       FROM appraisal, unnest(ARRAY['appraisee', 'appraiser']) s""",
    """INSERT INTO signature (organisation_id, appraisal_id, side, signer_id, statement, signed_at,
         content, content_hash, proof, agrees)
       SELECT organisation_id, id, s, CASE s WHEN 'appraisee' THEN appraisee_id
         ELSE appraiser_id END, '', held_on, repeat('x', :letters), md5(id::text), 'directory',
         true
       FROM appraisal, unnest(ARRAY['appraisee', 'appraiser']) s""",
    """INSERT INTO sealed_record (organisation_id, appraisal_id, content, content_hash, sealed_at)
       SELECT organisation_id, id, repeat('x', :letters), md5(id::text), held_on FROM appraisal""",
    """INSERT INTO goal (id, organisation_id, public_id, staff_member_id, competence_id, wording,
         reason, due_on, progress, agreed_at, is_dropped, version)
       SELECT (a.id - 1) * 2 + g, a.organisation_id, 'biggoal' || ((a.id - 1) * 2 + g),
         a.appraisee_id, :competence, 'I answer drug alerts of sort ' || g || ' by myself', '',
         a.held_on + 150, CASE WHEN g = 1 THEN 'confident' ELSE 'getting_there' END, a.held_on,
         false, 1
       FROM appraisal a, generate_series(1, 2) g""",
    """INSERT INTO appraisal_goal (organisation_id, appraisal_id, goal_id, is_carried_over)
       SELECT a.organisation_id, a.id, (a.id - 1) * 2 + g, false
       FROM appraisal a, generate_series(1, 2) g""",
    """INSERT INTO appraisal_goal (organisation_id, appraisal_id, goal_id, is_carried_over)
       SELECT a.organisation_id, a.id, (a.previous_id - 1) * 2 + 2, true
       FROM appraisal a WHERE a.previous_id IS NOT NULL""",
    """INSERT INTO goal_progress (organisation_id, goal_id, progress, note, by_id, at)
       SELECT organisation_id, id, 'getting_there', 'It helps.', staff_member_id,
         due_on - 60 FROM goal""",
    """INSERT INTO offer_of_support (organisation_id, goal_id, kind, description, offered_at)
       SELECT organisation_id, id, 'champion', 'Ade, on Tuesdays', agreed_at FROM goal""",
    """INSERT INTO barrier (organisation_id, public_id, staff_member_id, goal_id, kind,
         description, owner_id, raised_at, outcome)
       SELECT organisation_id, 'bigbar' || id, staff_member_id, id, 'hardware',
         'One computer for eleven of us', NULL, agreed_at, ''
       FROM goal WHERE id % 6 = 0""",
    """INSERT INTO self_assessment (id, organisation_id, staff_member_id, occasion, appraisal_id,
         started_at)
       SELECT id, organisation_id, appraisee_id, 'appraisal', id, held_on FROM appraisal""",
    """INSERT INTO self_assessment_answer (organisation_id, self_assessment_id, competence_id,
         confidence, answered_at)
       SELECT a.organisation_id, a.id, c.id, 1 + (a.id + c.id) % 4, a.held_on
       FROM appraisal a, (SELECT id FROM competence WHERE organisation_id = :organisation
         ORDER BY id LIMIT 6) c""",
    """INSERT INTO audit_event (organisation_id, at, kind, actor_id, subject_id, record, reason,
         details)
       SELECT a.organisation_id, a.held_on, k, a.appraiser_id, a.appraisee_id,
         'appraisal:' || a.id, 'appraiser', '{}'::json
       FROM appraisal a, unnest(ARRAY['appraisal.opened', 'appraisal.read', 'appraisal.signed',
         'appraisal.sealed', 'team.read']) k""",
)
#: tables whose ids were given: what comes next counts on from there
COUNTED = (
    "organisation_unit",
    "post",
    "staff_member",
    "assignment",
    "reporting_line",
    "appraisal",
    "goal",
    "self_assessment",
)


def build(engine: "Engine", *, people: int, today: date) -> int:
    """Write it all and give the organisation's id. Everybody is due in the next four weeks."""
    with session_for(engine) as db:
        add_organisation(db, CODE, "Big Trust", vpd="999")
        organisation = find_organisation(db, CODE)
        seed_framework(db, organisation)
        db.flush()
        organisation_id = organisation.id
        competence = db.scalar(text("SELECT min(id) FROM competence"))
    values = {
        "organisation": organisation_id,
        "people": people,
        "last": today - timedelta(days=170),
        "letters": LETTERS,
        "competence": competence,
    }
    with engine.begin() as connection:
        # What is written here is right by making; to ask at each of millions of rows is slow.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in STATEMENTS:
            asked = text(statement)
            names = {name for name in values if f":{name}" in statement}
            connection.execute(asked, {name: values[name] for name in names})
        for table in COUNTED:
            connection.execute(
                text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")  # noqa: S608
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return organisation_id
