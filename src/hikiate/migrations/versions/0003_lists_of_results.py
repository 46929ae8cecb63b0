"""Keep every list of results fast: lots know between which results theirs lie, and what is allocated has an index."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for column in ("results_after", "results_until"):
        op.add_column("inventories", sa.Column(column, sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE inventories SET results_after = r.first - 1, results_until = r.last FROM ("
        "  SELECT inventory_id, min(id) AS first, max(id) AS last FROM allocation_results GROUP BY inventory_id"
        ") AS r WHERE r.inventory_id = inventories.id"
    )
    op.create_index("allocated_results", "allocation_results", ["id"], postgresql_where=sa.text("status = 'allocated'"))


def downgrade() -> None:
    op.drop_index("allocated_results", "allocation_results")
    for column in ("results_until", "results_after"):
        op.drop_column("inventories", column)
