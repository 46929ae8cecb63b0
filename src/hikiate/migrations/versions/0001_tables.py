"""Create the tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "allocation_results",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("inventory_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("average", sa.Numeric(), nullable=True),
        sa.Column(
            "status",
            sa.Enum("allocated", "released", "shipped", name="result_status"),
            server_default="allocated",
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "named-lot",
                "single-lot",
                "oldest-receipt",
                "newest-receipt",
                "earliest-expiry",
                "lowest-price",
                "highest-price",
                "preferred-location",
                "fewest-lots",
                name="pick_reason",
            ),
            nullable=False,
        ),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity > 0", name="result_quantity_positive"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("results_by_lot", "allocation_results", ["inventory_id", "id"], unique=False)
    op.create_index("results_by_order", "allocation_results", ["order_id"], unique=False)
    op.create_index("results_by_run", "allocation_results", ["run_id", "id"], unique=False)
    op.create_index(
        "timed_holds",
        "allocation_results",
        ["hold_until"],
        unique=False,
        postgresql_where=sa.text("status = 'allocated' AND hold_until IS NOT NULL"),
    )
    op.create_table(
        "allocation_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "status",
            sa.Enum("queued", "running", "completed", "failed", "cancelled", name="run_status"),
            nullable=False,
        ),
        sa.Column(
            "allocation_method",
            sa.Enum(
                "FIFO",
                "LIFO",
                "FEFO",
                "CHEAPEST",
                "DEAREST",
                "LOCATION",
                "FEWEST_LOTS",
                "SPECIFIC",
                "AVERAGE",
                "TOTAL_AVERAGE",
                "MOVING_AVERAGE",
                name="allocation_method",
            ),
            nullable=False,
        ),
        sa.Column(
            "costing_method",
            sa.Enum("LOT", "AVERAGE", "TOTAL_AVERAGE", "MOVING_AVERAGE", name="costing_method"),
            nullable=False,
        ),
        sa.Column("allocation_date", sa.Date(), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=True),
        sa.Column("orders", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lines", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("requested_quantity", sa.Numeric(), server_default="0", nullable=False),
        sa.Column("allocated_quantity", sa.Numeric(), server_default="0", nullable=False),
        sa.Column("short_quantity", sa.Numeric(), server_default="0", nullable=False),
        sa.Column("allocated_price", sa.Numeric(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "unfinished_runs",
        "allocation_runs",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    op.create_table(
        "allocation_shortages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.String(collation="C"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("shortages_by_run", "allocation_shortages", ["run_id", "id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), server_default="0", nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("body", sa.LargeBinary(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("caller", "method", "path", "key"),
    )
    op.create_index("idempotency_keys_by_age", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on_error", sa.Text(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("waiting", "completed", "refused", name="import_status"),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "items",
        sa.Column("item_code", sa.String(collation="C"), nullable=False),
        sa.Column("safety_stock", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("quantity_step", sa.BigInteger(), nullable=True),
        sa.Column("average", sa.Numeric(), nullable=True),
        sa.Column("new_stock", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("quantity_step > 0", name="quantity_step_positive"),
        sa.CheckConstraint("safety_stock >= 0", name="safety_stock_not_negative"),
        sa.PrimaryKeyConstraint("item_code"),
    )
    op.create_index(
        "items_with_new_stock", "items", ["item_code"], unique=False, postgresql_where=sa.text("new_stock IS NOT NULL")
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column(
            "fulfilment", sa.Enum("partial", "complete", name="fulfilment"), server_default="partial", nullable=False
        ),
        sa.Column(
            "status",
            sa.Enum("open", "partially_allocated", "allocated", "shipped", "cancelled", name="order_status"),
            server_default="open",
            nullable=False,
        ),
        sa.Column(
            "is_open",
            sa.Boolean(),
            sa.Computed("status IN ('open', 'partially_allocated')", persisted=True),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "demand",
        "orders",
        [sa.literal_column("(-priority)"), sa.literal_column("coalesce(requested_date, 'infinity'::date)"), "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index("orders_by_creation", "orders", ["created_at"], unique=False)
    op.create_index("orders_by_customer", "orders", ["customer", "id"], unique=False)
    op.create_index("orders_by_status", "orders", ["status", "id"], unique=False)
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("inventory_id", sa.BigInteger(), nullable=False),
        sa.Column("item_code", sa.String(collation="C"), nullable=False),
        sa.Column("kind", sa.Enum("receipt", "adjustment", "shipment", name="movement_kind"), nullable=False),
        sa.Column("quantity_change", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("result_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "adjustments_by_item",
        "stock_movements",
        ["item_code", "created_at"],
        unique=False,
        postgresql_where=sa.text("kind = 'adjustment'"),
    )
    op.create_index("movements_by_lot", "stock_movements", ["inventory_id", "id"], unique=False)
    op.create_table(
        "allocation_run_chunks",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("order_ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("requested_quantity", sa.Numeric(), nullable=False),
        sa.Column("line_orders", sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("line_numbers", sa.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("line_quantities", sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["allocation_runs.id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "position"),
    )
    op.create_table(
        "inventories",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_code", sa.String(collation="C"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("allocated_quantity", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("receipt_date", sa.Date(), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("lot_number", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("held", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "is_supply",
            sa.Boolean(),
            sa.Computed("allocated_quantity < quantity", persisted=True),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("allocated_quantity BETWEEN 0 AND quantity", name="not_oversold"),
        sa.CheckConstraint("quantity >= 0", name="on_hand_not_negative"),
        sa.CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        sa.ForeignKeyConstraint(
            ["item_code"],
            ["items.item_code"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "inventories_by_expiry",
        "inventories",
        [sa.literal_column("coalesce(expiration_date, 'infinity'::date)"), "id"],
        unique=False,
    )
    op.create_index("inventories_by_item", "inventories", ["item_code", "id"], unique=False)
    op.create_index("inventories_by_lot_number", "inventories", ["lot_number", "id"], unique=False)
    op.create_index(
        "supply",
        "inventories",
        ["item_code", "receipt_date", "id"],
        unique=False,
        postgresql_where=sa.text("is_supply"),
    )
    op.create_table(
        "new_lots",
        sa.Column("item_code", sa.String(collation="C"), nullable=False),
        sa.Column("inventory_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("item_code", "inventory_id"),
    )
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.String(collation="C"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("inventory_id", sa.BigInteger(), nullable=True),
        sa.Column("lot_number", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("min_remaining_days", sa.Integer(), nullable=True),
        sa.Column("single_lot", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("no_date_reversal", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("allocated_quantity", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("shipped_quantity", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "is_open",
            sa.Boolean(),
            sa.Computed("NOT is_cancelled AND allocated_quantity + shipped_quantity < quantity", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "allocated_quantity >= 0 AND shipped_quantity >= 0 AND allocated_quantity + shipped_quantity <= quantity",
            name="not_overfilled",
        ),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.ForeignKeyConstraint(
            ["item_code"],
            ["items.item_code"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "line_no"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("lines_by_item", "order_lines", ["item_code", "order_id"], unique=False)
    op.create_index(
        "open_lines_by_item",
        "order_lines",
        ["item_code", "order_id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )


def downgrade() -> None:
    for table in (
        "order_lines",
        "new_lots",
        "inventories",
        "allocation_run_chunks",
        "stock_movements",
        "orders",
        "items",
        "imports",
        "idempotency_keys",
        "audit",
        "allocation_shortages",
        "allocation_runs",
        "allocation_results",
    ):
        op.drop_table(table)
    for enum in (
        "allocation_method",
        "costing_method",
        "fulfilment",
        "import_status",
        "movement_kind",
        "order_status",
        "pick_reason",
        "result_status",
        "run_status",
    ):
        op.execute(f"DROP TYPE {enum}")
