-- A little of everything that a running service has, for new migrations to meet: at least one row per table. Add to it
-- with every table; a test looks.
INSERT INTO tenants (id, name) VALUES ('01990000-0000-7000-8000-000000000001', 'acme');
INSERT INTO api_keys (id, tenant_id, name, prefix, key_hash, scopes) VALUES
    ('01990000-0000-7000-8000-000000000002', '01990000-0000-7000-8000-000000000001', 'first', 'ls_', decode(repeat('ab', 32), 'hex'), '{quotes,read}');
INSERT INTO jobs (id, tenant_id, kind, subject_id, due_at, state, finished_at) VALUES
    ('01990000-0000-7000-8000-000000000003', '01990000-0000-7000-8000-000000000001', 'booking', '01990000-0000-7000-8000-000000000005', now(), 'done', now()),
    ('01990000-0000-7000-8000-000000000013', '01990000-0000-7000-8000-000000000001', 'quote', '01990000-0000-7000-8000-000000000014', now(), 'pending', NULL);
INSERT INTO quotes (id, tenant_id, status, request, user_id, freight_id, quote_token, premium, service_fee, tax, fee_amount, total_cost, currency, expires_at) VALUES
    ('01990000-0000-7000-8000-000000000004', '01990000-0000-7000-8000-000000000001', 'booked', '{}', 'user', 'LOAD-1', 'none', 50, 5, 2.25, 0, 57.25, 'USD', now());
INSERT INTO quotes (id, tenant_id, status, request, user_id, freight_id) VALUES
    ('01990000-0000-7000-8000-000000000014', '01990000-0000-7000-8000-000000000001', 'requested', '{}', 'user', 'LOAD-2');
INSERT INTO bookings (id, tenant_id, quote_id, status, attempts) VALUES
    ('01990000-0000-7000-8000-000000000005', '01990000-0000-7000-8000-000000000001', '01990000-0000-7000-8000-000000000004', 'active', 1);
INSERT INTO booking_attempts (booking_id, number, job_id, ended_at, outcome) VALUES
    ('01990000-0000-7000-8000-000000000005', 1, '01990000-0000-7000-8000-000000000003', now(), 'bought');
INSERT INTO certificates (id, tenant_id, booking_id, number, user_id, status) VALUES
    ('01990000-0000-7000-8000-000000000006', '01990000-0000-7000-8000-000000000001', '01990000-0000-7000-8000-000000000005', 'C-1', 'user', 'ACTIVE');
INSERT INTO cancellations (id, tenant_id, certificate_id, status, user_id, reason) VALUES
    ('01990000-0000-7000-8000-000000000007', '01990000-0000-7000-8000-000000000001', '01990000-0000-7000-8000-000000000006', 'failed', 'user', 'CANREQ');
INSERT INTO support_data (kind, items, refreshed_at) VALUES ('commodities', '[{}]', now());
INSERT INTO support_data_attempts (kind, attempted_at) VALUES ('commodities', now());
INSERT INTO leases (name, term, until) VALUES ('relay', 3, now());
INSERT INTO schedules (name, cron, next_run_at) VALUES ('support-data', '0 3 * * *', now());
INSERT INTO idempotency_keys (tenant_id, key, fingerprint, job_id, subject_id, expires_at) VALUES
    ('01990000-0000-7000-8000-000000000001', 'k', decode(repeat('cd', 32), 'hex'), '01990000-0000-7000-8000-000000000003', '01990000-0000-7000-8000-000000000005', now());
INSERT INTO audit_log (actor, action, subject) VALUES ('somebody', 'booking.settle', 'booking');
INSERT INTO scaling_monitors (instance) VALUES ('monitor-1');
INSERT INTO scaling_commands (id, term, actor, command, given_at) VALUES
    ('01990000-0000-7000-8000-000000000008', 1, 'somebody', '{}', now());
INSERT INTO scaling_decisions (term, sequence, target, reason, mode, is_change, is_checkpoint, record) VALUES
    (1, 1, 2, 'backlog', 'act', true, true, '{}');
INSERT INTO scaling_proposals (id, term, sequence, expires_at, from_workers, to_workers, detail) VALUES
    ('01990000-0000-7000-8000-000000000009', 1, 1, now(), 1, 2, '{}');
INSERT INTO scaling_changes (id, term, sequence, from_workers, to_workers, actuator) VALUES
    ('01990000-0000-7000-8000-00000000000a', 1, 1, 1, 2, 'local');
