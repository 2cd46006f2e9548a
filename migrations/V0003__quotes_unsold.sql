-- Finding the quotes that led to nothing and are old enough to be removed, without reading those that were booked.

SET lock_timeout = '5s';

CREATE INDEX quotes_unsold ON quotes (created_at) WHERE status IN ('declined', 'failed', 'expired');
