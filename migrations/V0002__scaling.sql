-- Scaling of the workers: who decides, what operations asked for, what was decided, and what came of it.

SET lock_timeout = '5s';

-- Who holds a lease, for people; the term is what decides.
ALTER TABLE leases
    ADD COLUMN holder   text,
    ADD COLUMN taken_at timestamptz;

-- Queue monitors that run, so that operations see whether one stands by.
CREATE TABLE scaling_monitors (
    instance text PRIMARY KEY,
    seen_at  timestamptz NOT NULL DEFAULT now()
);

-- What operations asked for: one row, written by the leading monitor only.
CREATE TABLE scaling_steering (
    name       text PRIMARY KEY CHECK (name = 'workers'),
    document   jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO scaling_steering (name, document) VALUES ('workers', '{}');

-- Every command once, so that one that is delivered twice is applied once and answered alike.
CREATE TABLE scaling_commands (
    id         uuid PRIMARY KEY,
    term       bigint NOT NULL,
    actor      text NOT NULL,
    command    jsonb NOT NULL,
    given_at   timestamptz NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    -- Why it was refused; empty when it was applied.
    refusal    jsonb
);
CREATE INDEX scaling_commands_by_time ON scaling_commands (applied_at);

-- Every decision with its inputs, also the decision to change nothing.
CREATE TABLE scaling_decisions (
    term          bigint NOT NULL CHECK (term >= 0),
    sequence      bigint NOT NULL CHECK (sequence >= 0),
    at            timestamptz NOT NULL DEFAULT now(),
    target        integer NOT NULL CHECK (target >= 0),
    reason        text NOT NULL CHECK (reason <> ''),
    mode          text NOT NULL CHECK (mode IN ('observe', 'propose', 'act')),
    is_change     boolean NOT NULL,
    -- Whether the record carries the monitor's memory, so that a replay can begin here.
    is_checkpoint boolean NOT NULL,
    record        jsonb NOT NULL,
    PRIMARY KEY (term, sequence)
);
CREATE INDEX scaling_decisions_by_time ON scaling_decisions (at);
CREATE INDEX scaling_decisions_changes ON scaling_decisions (term, sequence) WHERE is_change;
CREATE INDEX scaling_decisions_checkpoints ON scaling_decisions (term, sequence) WHERE is_checkpoint;

-- Changes that wait for a person.
CREATE TABLE scaling_proposals (
    id           uuid PRIMARY KEY,
    term         bigint NOT NULL,
    sequence     bigint NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    from_workers integer NOT NULL CHECK (from_workers >= 0),
    to_workers   integer NOT NULL CHECK (to_workers >= 0),
    -- Reason, cost and what else a person wants to know.
    detail       jsonb NOT NULL,
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'withdrawn')),
    decided_by   text,
    decided_at   timestamptz,
    CHECK ((state = 'open') = (decided_at IS NULL))
);
-- One at a time: what is confirmed is what was shown.
CREATE UNIQUE INDEX scaling_proposals_open ON scaling_proposals ((true)) WHERE state = 'open';
CREATE INDEX scaling_proposals_by_time ON scaling_proposals (made_at DESC);

-- Changes that were begun, each a deployment where the platform makes it one.
CREATE TABLE scaling_changes (
    id           uuid PRIMARY KEY,
    term         bigint NOT NULL,
    sequence     bigint NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz,
    from_workers integer NOT NULL CHECK (from_workers >= 0),
    to_workers   integer NOT NULL CHECK (to_workers >= 0),
    actuator     text NOT NULL,
    -- A confirmed proposal is carried out once.
    proposal_id  uuid UNIQUE REFERENCES scaling_proposals,
    result       text CHECK (result IN ('applied', 'failed', 'superseded', 'unknown')),
    detail       jsonb NOT NULL DEFAULT '{}',
    CHECK ((ended_at IS NULL) = (result IS NULL))
);
CREATE INDEX scaling_changes_by_time ON scaling_changes (started_at DESC);
