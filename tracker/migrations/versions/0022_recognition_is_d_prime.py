"""Alert recognition in practice is how far screens are told apart; hits and false alarms neutral."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MEASURE = sa.table(
    "outcome_measure",
    *(sa.column(name) for name in ("key", "name", "unit", "direction", "numerator", "denominator")),
    sa.column("is_built_in", sa.Boolean()),
)


def upgrade() -> None:
    _change(
        "alert_recognition_practice",
        name="Alert recognition in practice",
        unit="d_prime",
        numerator=(
            "How far screens that need action are told from those that do not, in first rounds"
        ),
        denominator="",
    )
    _change("practice_false_alarms", direction="neutral")


def downgrade() -> None:
    _change(
        "alert_recognition_practice",
        name="Alerts told apart in practice",
        unit="percent",
        numerator="Practice screens told rightly, with or without something that needs action",
        denominator="Practice screens answered in a person's first round",
    )
    _change("practice_false_alarms", direction="decrease")


def _change(key: str, **values: str) -> None:
    op.execute(
        sa.update(MEASURE).where(MEASURE.c.key == key, MEASURE.c.is_built_in).values(**values)
    )
