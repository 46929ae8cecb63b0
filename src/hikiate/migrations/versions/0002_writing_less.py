"""Let a run write less: lines follow from results, which have two indexes less, and available lots are a table."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# What an open order was given is asked only when it was given anything.
_OPEN_LINES = """
    CREATE VIEW open_lines AS
    SELECT l.order_id, l.line_no, l.item_code, l.quantity - given.quantity AS open_quantity, l.inventory_id,
      l.lot_number, l.location, l.min_remaining_days, l.single_lot, l.no_date_reversal
    FROM orders o
    JOIN order_lines l ON l.order_id = o.id
    CROSS JOIN LATERAL (
      SELECT CASE WHEN o.status = 'open' THEN 0 ELSE coalesce((
        SELECT sum(r.quantity)::bigint FROM allocation_results r
        WHERE r.order_id = l.order_id AND r.line_no = l.line_no AND r.status <> 'released'), 0) END AS quantity
    ) AS given
    WHERE o.is_open AND given.quantity < l.quantity
"""


def upgrade() -> None:
    op.drop_index("results_by_lot", "allocation_results")
    op.drop_index("results_by_order", "allocation_results")
    op.add_column(
        "allocation_results", sa.Column("is_part", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index("results_by_line", "allocation_results", ["order_id", "line_no"])
    op.create_index("parts_by_run", "allocation_results", ["run_id", "id"], postgresql_where=sa.text("is_part"))
    op.create_index(
        "ended_results",
        "allocation_results",
        ["status", "id"],
        postgresql_where=sa.text("status <> 'allocated'"),
    )
    for column in ("results_after", "results_until"):
        op.add_column("allocation_runs", sa.Column(column, sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        "UPDATE allocation_runs SET results_after = r.first - 1, results_until = r.last FROM ("
        "  SELECT run_id, min(id) AS first, max(id) AS last FROM allocation_results GROUP BY run_id"
        ") AS r WHERE r.run_id = allocation_runs.id"
    )
    op.execute(
        "UPDATE allocation_runs SET results_after = (SELECT coalesce(max(id), 0) FROM allocation_results)"
        " WHERE status IN ('queued', 'running') AND results_until = 0"
    )
    op.drop_index("results_by_run", "allocation_results")
    for column in ("results_after", "results_until"):
        op.alter_column("allocation_runs", column, server_default=None)
    op.drop_index("open_lines_by_item", "order_lines")
    op.drop_index("lines_by_item", "order_lines")
    op.drop_constraint("not_overfilled", "order_lines")
    for column in ("is_open", "allocated_quantity", "shipped_quantity", "is_cancelled"):
        op.drop_column("order_lines", column)
    op.create_index("lines_by_item", "order_lines", ["item_code", "order_id", "line_no"])
    op.execute("ALTER TABLE order_lines RESET (fillfactor)")
    op.execute(_OPEN_LINES)
    op.create_table(
        "fixed_demand",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["allocation_runs.id"]),
        sa.PrimaryKeyConstraint("run_id", "order_id", "line_no"),
    )
    # Of a run that goes on, all lines are written: what was not open then may be now.
    op.execute(
        "INSERT INTO fixed_demand SELECT wanted.run_id, l.order_id, l.line_no, coalesce(open.quantity, 0)"
        " FROM (SELECT run_id, unnest(order_ids) AS order_id FROM allocation_run_chunks) AS wanted"
        " JOIN order_lines l ON l.order_id = wanted.order_id"
        " LEFT JOIN (SELECT run_id, unnest(line_orders) AS order_id, unnest(line_numbers) AS line_no,"
        "   unnest(line_quantities) AS quantity FROM allocation_run_chunks) AS open"
        "  ON (open.run_id, open.order_id, open.line_no) = (wanted.run_id, l.order_id, l.line_no)"
    )
    for column in ("line_orders", "line_numbers", "line_quantities"):
        op.drop_column("allocation_run_chunks", column)
    op.create_table(
        "available_lots",
        sa.Column("item_code", sa.String(collation="C"), nullable=False),
        sa.Column("receipt_date", sa.Date(), nullable=False),
        sa.Column("inventory_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("item_code", "receipt_date", "inventory_id"),
    )
    op.execute(
        "INSERT INTO available_lots"
        " SELECT item_code, receipt_date, id FROM inventories WHERE is_supply ORDER BY 1, 2, 3"
    )
    op.drop_index("supply", "inventories")
    op.drop_column("inventories", "is_supply")


def downgrade() -> None:
    op.add_column(
        "inventories",
        sa.Column(
            "is_supply", sa.Boolean(), sa.Computed("allocated_quantity < quantity", persisted=True), nullable=False
        ),
    )
    op.create_index("supply", "inventories", ["item_code", "receipt_date", "id"], postgresql_where=sa.text("is_supply"))
    op.drop_table("available_lots")
    for column, kind in (("line_orders", sa.BigInteger()), ("line_numbers", sa.Integer())):
        op.add_column("allocation_run_chunks", sa.Column(column, sa.ARRAY(kind), server_default="{}", nullable=False))
    op.add_column(
        "allocation_run_chunks",
        sa.Column("line_quantities", sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
    )
    op.execute(
        "UPDATE allocation_run_chunks c SET line_orders = f.orders, line_numbers = f.lines, line_quantities = f.open"
        " FROM (SELECT c.run_id, c.position, array_agg(l.order_id) AS orders, array_agg(l.line_no) AS lines,"
        "   array_agg(coalesce(f.quantity, l.quantity)) AS open"
        "  FROM allocation_run_chunks c CROSS JOIN unnest(c.order_ids) AS wanted(id)"
        "  JOIN order_lines l ON l.order_id = wanted.id"
        "  LEFT JOIN fixed_demand f ON f.order_id = l.order_id AND f.line_no = l.line_no AND f.run_id = c.run_id"
        "  GROUP BY c.run_id, c.position) AS f WHERE f.run_id = c.run_id AND f.position = c.position"
    )
    op.drop_table("fixed_demand")
    op.execute("DROP VIEW open_lines")
    op.execute("ALTER TABLE order_lines SET (fillfactor = 70)")
    op.drop_index("lines_by_item", "order_lines")
    for column in ("allocated_quantity", "shipped_quantity"):
        op.add_column("order_lines", sa.Column(column, sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "order_lines", sa.Column("is_cancelled", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute(
        "UPDATE order_lines SET allocated_quantity = given.allocated, shipped_quantity = given.shipped FROM ("
        "  SELECT order_id, line_no, coalesce(sum(quantity) FILTER (WHERE status = 'allocated'), 0) AS allocated,"
        "    coalesce(sum(quantity) FILTER (WHERE status = 'shipped'), 0) AS shipped"
        "  FROM allocation_results GROUP BY order_id, line_no"
        ") AS given WHERE given.order_id = order_lines.order_id AND given.line_no = order_lines.line_no"
    )
    op.execute(
        "UPDATE order_lines SET is_cancelled = true FROM orders"
        " WHERE orders.id = order_lines.order_id AND orders.status = 'cancelled'"
    )
    op.add_column(
        "order_lines",
        sa.Column(
            "is_open",
            sa.Boolean(),
            sa.Computed("NOT is_cancelled AND allocated_quantity + shipped_quantity < quantity", persisted=True),
            nullable=False,
        ),
    )
    op.create_check_constraint(
        "not_overfilled",
        "order_lines",
        "allocated_quantity >= 0 AND shipped_quantity >= 0 AND allocated_quantity + shipped_quantity <= quantity",
    )
    op.create_index("lines_by_item", "order_lines", ["item_code", "order_id"])
    op.create_index("open_lines_by_item", "order_lines", ["item_code", "order_id"], postgresql_where=sa.text("is_open"))
    for column in ("results_until", "results_after"):
        op.drop_column("allocation_runs", column)
    op.drop_index("ended_results", "allocation_results")
    op.drop_index("parts_by_run", "allocation_results")
    op.drop_index("results_by_line", "allocation_results")
    op.drop_column("allocation_results", "is_part")
    op.create_index("results_by_order", "allocation_results", ["order_id"])
    op.create_index("results_by_run", "allocation_results", ["run_id", "id"])
    op.create_index("results_by_lot", "allocation_results", ["inventory_id", "id"])
