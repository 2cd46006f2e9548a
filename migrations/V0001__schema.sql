-- The schema of the Loadsure service. Conventions: migrations/README.md.

CREATE TABLE tenants (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- The tenant of a service without keys (AUTH_MODE=open), and of work that belongs to nobody, such as the
-- scheduled refresh of reference data.
INSERT INTO tenants (id, name) VALUES ('00000000-0000-7000-8000-000000000000', 'local');

CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES tenants,
    name         text NOT NULL CHECK (name <> ''),
    -- First characters of the key, so that a person can tell keys apart.
    prefix       text NOT NULL,
    -- SHA-256. A key has 256 random bits, so a slow hash would protect nothing more.
    key_hash     bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    scopes       text[] NOT NULL CHECK (scopes <@ ARRAY['quotes', 'bookings', 'read', 'webhooks', 'ops']),
    created_at   timestamptz NOT NULL DEFAULT now(),
    revoked_at   timestamptz
);
CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id);

-- The outbox: one row per unit of work, written in the transaction that accepts it. Redis only carries what stands here.
CREATE TABLE jobs (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES tenants,
    kind         text NOT NULL CHECK (kind IN
        ('quote', 'booking', 'cancellation', 'certificate', 'support-data', 'webhook', 'maintenance')),
    -- The row that the job works on; which table follows from the kind.
    subject_id   uuid NOT NULL,
    payload      jsonb NOT NULL DEFAULT '{}',
    state        text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'published', 'done', 'dead')),
    attempt      integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    -- When the relay publishes it. A new job is published by the API at once; the relay takes over a little later.
    due_at       timestamptz NOT NULL,
    reply_to     text,
    traceparent  text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    -- Id of the stream entry, by which the sweeper finds out whether Redis still has it.
    entry_id     text,
    finished_at  timestamptz,
    result       jsonb,
    error_code   text,
    -- One item per attempt that failed: attempt, at, why.
    errors       jsonb NOT NULL DEFAULT '[]',
    CHECK ((state IN ('done', 'dead')) = (finished_at IS NOT NULL))
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE state = 'pending';
CREATE INDEX jobs_published ON jobs (published_at) WHERE state = 'published';
CREATE INDEX jobs_dead ON jobs (finished_at DESC) WHERE state = 'dead';
CREATE INDEX jobs_done ON jobs (finished_at) WHERE state = 'done';
CREATE INDEX jobs_by_subject ON jobs (subject_id);

CREATE TABLE quotes (
    id                  uuid PRIMARY KEY,
    tenant_id           uuid NOT NULL REFERENCES tenants,
    status              text NOT NULL CHECK (status IN
        ('requested', 'active', 'declined', 'failed', 'expired', 'booked')),
    -- The application in the full form of docs/API.md.
    request             jsonb NOT NULL,
    user_id             text NOT NULL,
    freight_id          text NOT NULL,
    po_number           text,
    fee_type            text CHECK (fee_type IN ('percentage', 'fixed')),
    fee_value           numeric(21, 8) CHECK (fee_value >= 0),
    callback_url        text,
    -- The insurer's token: a bearer capability of unknown length. Never returned, never logged.
    quote_token         text,
    product_id          text,
    product_name        text,
    description         text,
    coverage_amount     numeric(15, 2),
    deductible          numeric(15, 2),
    premium             numeric(15, 2) CHECK (premium >= 0),
    service_fee         numeric(15, 2) CHECK (service_fee >= 0),
    tax                 numeric(15, 2) CHECK (tax >= 0),
    fee_amount          numeric(15, 2) CHECK (fee_amount >= 0),
    total_cost          numeric(15, 2),
    currency            text CHECK (currency ~ '^[A-Z]{3}$'),
    expires_at          timestamptz,
    payment_method_type text,
    terms_link          text,
    statement_of_fact   text,
    commodity_exclusions text[] NOT NULL DEFAULT '{}',
    reasons             jsonb NOT NULL DEFAULT '[]',
    error_code          text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, tenant_id),
    CHECK ((fee_type IS NULL) = (fee_value IS NULL)),
    CHECK (total_cost = premium + service_fee + tax + fee_amount),
    CHECK (status NOT IN ('active', 'expired', 'booked') OR (quote_token IS NOT NULL AND premium IS NOT NULL
        AND service_fee IS NOT NULL AND tax IS NOT NULL AND fee_amount IS NOT NULL AND total_cost IS NOT NULL
        AND currency IS NOT NULL AND expires_at IS NOT NULL))
);
CREATE INDEX quotes_by_tenant ON quotes (tenant_id, id DESC);
CREATE INDEX quotes_by_freight ON quotes (tenant_id, freight_id);
CREATE INDEX quotes_by_po_number ON quotes (tenant_id, po_number) WHERE po_number IS NOT NULL;
CREATE INDEX quotes_expiring ON quotes (expires_at) WHERE status = 'active';

CREATE TABLE bookings (
    id             uuid PRIMARY KEY,
    tenant_id      uuid NOT NULL REFERENCES tenants,
    -- One booking per quote, whatever happens: the last line of defence against buying twice.
    quote_id       uuid NOT NULL UNIQUE,
    status         text NOT NULL CHECK (status IN
        ('requested', 'purchasing', 'active', 'failed', 'outcome_unknown', 'cancelled')),
    attempts       integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    send_emails_to text[] NOT NULL DEFAULT '{}' CHECK (send_emails_to <@ ARRAY['USER', 'ASSURED']),
    callback_url   text,
    reasons        jsonb NOT NULL DEFAULT '[]',
    error_code     text,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, tenant_id),
    FOREIGN KEY (quote_id, tenant_id) REFERENCES quotes (id, tenant_id)
);
CREATE INDEX bookings_by_tenant ON bookings (tenant_id, id DESC);
CREATE INDEX bookings_unsettled ON bookings (updated_at) WHERE status IN ('purchasing', 'outcome_unknown');

-- The journal of purchases: written before anything is sent.
CREATE TABLE booking_attempts (
    booking_id uuid NOT NULL REFERENCES bookings,
    number     integer NOT NULL CHECK (number >= 1),
    job_id     uuid NOT NULL REFERENCES jobs,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    outcome    text CHECK (outcome IN ('bought', 'declined', 'postponed', 'lost_sight', 'given_up')),
    detail     text,
    PRIMARY KEY (booking_id, number),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX booking_attempts_by_job ON booking_attempts (job_id);

CREATE TABLE certificates (
    id                 uuid PRIMARY KEY,
    tenant_id          uuid NOT NULL REFERENCES tenants,
    booking_id         uuid NOT NULL UNIQUE,
    number             text NOT NULL UNIQUE CHECK (number <> ''),
    -- The user.id of the application: the insurer wants it again for every look-up.
    user_id            text NOT NULL,
    -- By the insurer's word; an unknown word is kept as it came.
    status             text NOT NULL CHECK (status <> ''),
    product_id         text,
    product_name       text,
    coverage_amount    numeric(15, 2),
    deductible         numeric(15, 2),
    premium            numeric(15, 2),
    service_fee        numeric(15, 2),
    tax                numeric(15, 2),
    currency           text,
    certificate_link   text,
    file_claim_link    text,
    valid_from         text,
    valid_to           text,
    cancellation_reason text,
    cancellation_info  text,
    canceled_by        text,
    canceled_date      text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    refreshed_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, tenant_id),
    FOREIGN KEY (booking_id, tenant_id) REFERENCES bookings (id, tenant_id)
);
CREATE INDEX certificates_by_tenant ON certificates (tenant_id, id DESC);

CREATE TABLE cancellations (
    id              uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL REFERENCES tenants,
    certificate_id  uuid NOT NULL,
    status          text NOT NULL CHECK (status IN ('requested', 'sending', 'done', 'failed')),
    user_id         text NOT NULL,
    reason          text NOT NULL CHECK (reason IN
        ('CANASD', 'CANNLN', 'CANPIE', 'CANCHP', 'CANVAL', 'CANREQ', 'CANCOP', 'CANREP', 'CANOTH')),
    additional_info text CHECK (additional_info <> ''),
    email_assured   boolean NOT NULL DEFAULT false,
    reasons         jsonb NOT NULL DEFAULT '[]',
    error_code      text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK (reason <> 'CANOTH' OR additional_info IS NOT NULL),
    FOREIGN KEY (certificate_id, tenant_id) REFERENCES certificates (id, tenant_id)
);
-- One cancellation of a certificate at a time.
CREATE UNIQUE INDEX cancellations_open ON cancellations (certificate_id) WHERE status IN ('requested', 'sending');
CREATE INDEX cancellations_by_certificate ON cancellations (certificate_id);

CREATE TABLE support_data (
    kind         text PRIMARY KEY CHECK (kind IN ('commodities', 'commodity-exclusions', 'equipment-types',
        'load-types', 'freight-classes', 'terms-of-sales')),
    items        jsonb NOT NULL CHECK (jsonb_typeof(items) = 'array' AND jsonb_array_length(items) > 0),
    refreshed_at timestamptz NOT NULL
);

-- How the last refresh of each list went, apart from the data, which a failure never touches.
CREATE TABLE support_data_attempts (
    kind         text PRIMARY KEY,
    attempted_at timestamptz NOT NULL,
    error        text
);

-- The right to do something alone, with a term that grows with every holder (fencing).
CREATE TABLE leases (
    name  text PRIMARY KEY,
    term  bigint NOT NULL DEFAULT 0,
    until timestamptz NOT NULL
);

CREATE TABLE schedules (
    name        text PRIMARY KEY,
    cron        text NOT NULL,
    next_run_at timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE idempotency_keys (
    tenant_id   uuid NOT NULL REFERENCES tenants,
    key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    -- SHA-256 of method, path and body: the same key with another request is refused.
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    job_id      uuid NOT NULL,
    subject_id  uuid NOT NULL,
    -- The answer that was given; empty while the first request has not been answered.
    status      smallint,
    location    text,
    body        jsonb,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_keys_expiring ON idempotency_keys (expires_at);

CREATE TABLE audit_log (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    tenant_id uuid REFERENCES tenants,
    actor     text NOT NULL,
    action    text NOT NULL,
    subject   text NOT NULL,
    before    jsonb,
    after     jsonb
);
CREATE INDEX audit_log_by_subject ON audit_log (subject, id DESC);
