-- Gives the service its own database, and reports a way in. Run once per environment by the cluster's administrator,
-- in the service's database, before the app is created; running it again changes nothing:
--   psql "$ADMINISTRATORS_URI_OF_DATABASE_loadsure" --set ON_ERROR_STOP=1 --single-transaction --file infra/bootstrap/roles.sql
-- Terraform has made the users; a user made by the platform may connect, and nothing else (since PostgreSQL 15).

-- An administrator of a managed cluster is no superuser and must belong to the role that it gives the database to.
GRANT loadsure TO CURRENT_USER;

-- The owner of the database owns its schema "public", so that migrations can make tables there.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO loadsure', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO loadsure_reports', current_database());
END
$$;

-- Sees no table until one is granted: GRANT SELECT ON quotes, bookings TO loadsure_reports;
GRANT USAGE ON SCHEMA public TO loadsure_reports;
