-- The contract: every table that an import fills, typed and keyed.
--
-- Ids are text, always. Money is DECIMAL in yuan, with four decimals, for goods that are priced below the cent.
-- Times are TIMESTAMP in the shop's own zone.
-- Absent is NULL. The last columns of a table say where the row came from.
--
-- `-- key: …` is the primary key. It is held by the check `keys.sql` and not by an index: an index over
-- 100 million lines costs more memory than the lines themselves and halves the speed of an import.

-- key: shop
CREATE TABLE shops (
    shop        VARCHAR NOT NULL,
    time_zone   VARCHAR NOT NULL,
    as_of       TIMESTAMP               -- the earliest `covered_until` over its order_lines and tickets
);

-- key: shop, sku_id
CREATE TABLE products (
    shop          VARCHAR NOT NULL,
    sku_id        VARCHAR NOT NULL,
    product_name  VARCHAR,
    category      VARCHAR,
    unit_cost     DECIMAL(18, 4) CHECK (unit_cost >= 0)
);

-- key: shop, sku_id, batch_id
CREATE TABLE batches (
    shop            VARCHAR NOT NULL,
    sku_id          VARCHAR NOT NULL,
    batch_id        VARCHAR NOT NULL,
    supplier        VARCHAR,
    produced_on     DATE,
    received_on     DATE,
    units_received  BIGINT CHECK (units_received >= 0),
    units_in_stock  BIGINT CHECK (units_in_stock >= 0)
);

-- key: shop, customer_id
CREATE TABLE customers (
    shop            VARCHAR NOT NULL,
    customer_id     VARCHAR NOT NULL,
    tier            VARCHAR,
    first_order_at  TIMESTAMP
);

-- key: shop, order_id, line_id
CREATE TABLE order_lines (
    shop              VARCHAR NOT NULL,
    order_id          VARCHAR NOT NULL,
    line_id           VARCHAR NOT NULL,       -- the source's, else the ordinal within its order
    sku_id            VARCHAR,
    batch_id          VARCHAR,
    batch_source      VARCHAR CHECK (batch_source IN ('given', 'inferred', 'week')),
    customer_id       VARCHAR,
    channel           VARCHAR,
    fulfilment        VARCHAR,
    province          VARCHAR,
    warehouse         VARCHAR,
    courier           VARCHAR,
    quantity          BIGINT NOT NULL CHECK (quantity >= 0),
    amount            DECIMAL(18, 4) CHECK (amount >= 0),   -- gross of refunds
    ordered_at        TIMESTAMP NOT NULL,
    paid_at           TIMESTAMP,
    shipped_at        TIMESTAMP,
    delivered_at      TIMESTAMP,
    cancelled         BOOLEAN,
    freight_insured   BOOLEAN,
    returns_recorded  BOOLEAN,                -- false: this source says nothing of this line's returns
    source            VARCHAR NOT NULL,       -- the profile that brought the row
    updated_at        TIMESTAMP,              -- the row's own update time, else the export time of its file
    import_id         BIGINT NOT NULL         -- the import that last wrote the row (see `imports`)
);

-- key: shop, ticket_id
CREATE TABLE tickets (
    shop                    VARCHAR NOT NULL,
    ticket_id               VARCHAR NOT NULL,
    order_id                VARCHAR,
    line_id                 VARCHAR,
    sku_id                  VARCHAR,
    type                    VARCHAR NOT NULL CHECK (type IN (
        'return', 'exchange', 'repair', 'refund_only', 'refund_before_shipping', 'reship', 'other')),
    reason_text             VARCHAR,
    quantity                BIGINT CHECK (quantity >= 0),
    requested_at            TIMESTAMP,
    responded_at            TIMESTAMP,        -- the first of audit and 待客户反馈
    outcome                 VARCHAR NOT NULL CHECK (outcome IN ('open', 'approved', 'rejected', 'withdrawn', 'closed')),
    closed_at               TIMESTAMP,
    refund_amount           DECIMAL(18, 4),   -- below 0 where a cancellation charged the customer after all
    refunded_at             TIMESTAMP,
    compensation            DECIMAL(18, 4) CHECK (compensation >= 0),
    recovered               DECIMAL(18, 4) CHECK (recovered >= 0),
    contacted_at            TIMESTAMP,
    received_at             TIMESTAMP,
    replacement_shipped_at  TIMESTAMP,
    freight_cost            DECIMAL(18, 4) CHECK (freight_cost >= 0),
    freight_paid_by         VARCHAR,
    description             VARCHAR,          -- phones masked on the way in
    handler                 VARCHAR,
    repair_vendor           VARCHAR,
    promised_on             DATE,
    parent_ticket_id        VARCHAR,
    auto_approved           BOOLEAN,
    source                  VARCHAR NOT NULL,
    updated_at              TIMESTAMP,
    import_id               BIGINT NOT NULL
);

-- key: shop, ticket_id, offered_at
CREATE TABLE offers (
    shop        VARCHAR NOT NULL,
    ticket_id   VARCHAR NOT NULL,
    offered_at  TIMESTAMP NOT NULL,
    kind        VARCHAR NOT NULL CHECK (kind IN ('explain', 'coupon', 'partial_refund', 'parts')),
    amount      DECIMAL(18, 4) CHECK (amount >= 0),
    accepted    BOOLEAN
);

-- key: shop, dispute_id
CREATE TABLE disputes (
    shop        VARCHAR NOT NULL,
    dispute_id  VARCHAR NOT NULL,
    ticket_id   VARCHAR,
    order_id    VARCHAR NOT NULL,
    opened_at   TIMESTAMP NOT NULL,
    ruled_at    TIMESTAMP,
    liable      VARCHAR NOT NULL CHECK (liable IN ('merchant', 'both', 'buyer', 'carrier', 'platform', 'none', 'open'))
);

-- key: shop, survey_id
CREATE TABLE surveys (
    shop         VARCHAR NOT NULL,
    survey_id    VARCHAR NOT NULL,
    order_id     VARCHAR NOT NULL,
    ticket_id    VARCHAR,
    score        BIGINT NOT NULL CHECK (score BETWEEN 1 AND 5),
    answered_at  TIMESTAMP NOT NULL
);

-- key: shop, ticket_id
CREATE TABLE followups (
    shop           VARCHAR NOT NULL,
    ticket_id      VARCHAR NOT NULL,
    customer_id    VARCHAR NOT NULL,        -- masked where our own list came back; the ticket then tells whose it is
    arm            VARCHAR NOT NULL CHECK (arm IN ('control', 'message', 'coupon')),
    assigned_at    TIMESTAMP NOT NULL,
    coupon_amount  DECIMAL(18, 4) CHECK (coupon_amount >= 0),
    contacted_at   TIMESTAMP,               -- when the customer was reached; NULL: not, or not yet
    answered       BOOLEAN                  -- whether he answered
);

-- What each source has told us of, and until when. Written by every import.
-- `dated`: its rows carry a day (a status column without a date does not). `refund_dated`: its tickets carry
-- a refund day of their own. Both are NULL for tables to which they do not apply.
-- key: shop, source, table_name
CREATE TABLE coverage (
    shop            VARCHAR NOT NULL,
    source          VARCHAR NOT NULL,
    table_name      VARCHAR NOT NULL,
    covered_from    TIMESTAMP,
    covered_until   TIMESTAMP,
    until_assumed   BOOLEAN NOT NULL,         -- true: nobody said it, the newest time in the file stands for it
    dated           BOOLEAN NOT NULL,
    refund_dated    BOOLEAN
);

-- Snapshots of what people typed (see meeting.py), taken at each build.
-- key: name, effective_from
CREATE TABLE policies (
    name            VARCHAR NOT NULL,
    effective_from  TIMESTAMP NOT NULL,
    value           DOUBLE NOT NULL
);

-- key: reason_text
CREATE TABLE reasons (
    reason_text  VARCHAR NOT NULL,
    reason       VARCHAR NOT NULL CHECK (reason IN (
        'damaged', 'malfunction', 'wrong_size', 'not_as_described', 'not_received', 'missing_parts',
        'changed_mind', 'ordered_by_mistake', 'other')),
    liable       VARCHAR NOT NULL CHECK (liable IN ('merchant', 'both', 'buyer', 'carrier', 'platform', 'none'))
);

-- What became of the flags of the past; `judged_on` is the day from which a verdict counts.
-- key: shop, sku_id, batch_id
CREATE TABLE verdicts (
    shop       VARCHAR NOT NULL,
    sku_id     VARCHAR NOT NULL,
    batch_id   VARCHAR NOT NULL,
    verdict    VARCHAR NOT NULL CHECK (verdict IN ('confirmed', 'false_alarm')),
    judged_on  DATE NOT NULL
);

-- One row per imported file. `report` is what the import printed of it, as JSON.
-- key: import_id
CREATE TABLE imports (
    import_id    BIGINT NOT NULL,
    shop         VARCHAR NOT NULL,
    file_name    VARCHAR NOT NULL,
    sha256       VARCHAR NOT NULL,
    profile      VARCHAR NOT NULL,
    exported_at  TIMESTAMP,
    imported_at  TIMESTAMP NOT NULL,
    rows_read    BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    report       VARCHAR NOT NULL
);
