-- The roles of an Olvery database, and what each may do. Run it as a superuser, in the database:
--
--     createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 olvery
--     psql --dbname=olvery --file=roles.sql
--     psql --dbname=olvery --command='\password olvery_owner' --command='\password olvery_desk'
--
-- and again after each `olvery-tui db upgrade`: it may be run as often as one likes.
--
--   olvery_owner  owns everything: `olvery-tui db upgrade`, `db copy`, `managers`, nothing else.
--   olvery_desk   is what terminals, the worker and the import use. It can't change the schema,
--                 delete or change events, drop a constraint or a trigger, empty a table, read the
--                 hash of a password, change managers without the password of one, or give a
--                 row its number.
--
-- A login of each person's own is a member of the second: CREATE ROLE anna LOGIN IN ROLE olvery_desk;

\set ON_ERROR_STOP on
BEGIN;

SELECT 'CREATE ROLE ' || name || ' LOGIN'
FROM unnest(ARRAY['olvery_owner', 'olvery_desk']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE olvery_owner NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE olvery_desk NOSUPERUSER NOCREATEDB NOCREATEROLE;

-- Who is not named here does not get in.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO olvery_owner, olvery_desk', current_database()) \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO olvery_owner;
GRANT USAGE ON SCHEMA public TO olvery_desk;

-- Seats are kept apart by the one, parts of names are found by the other.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Everything belongs to the owner, also what somebody else has made.
SELECT format('ALTER TABLE %I OWNER TO olvery_owner', tablename)
FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'olvery_owner'
\gexec
SELECT format('ALTER FUNCTION %s OWNER TO olvery_owner', oid::regprocedure)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'olvery\_%'
\gexec

-- What terminals may do, column by column: read everything but hashes of passwords; add rows, whose
-- numbers the tables give by themselves; change all but a row's key. Nothing of the audit trail or
-- of payments is changed (the key of event_chain stands for the right to hold its row), what an
-- order was paid and what several persons share is kept by triggers, and of managers only a name is
-- added that an import brings: the rest goes through the functions below, or is the owner's.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, olvery_desk;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, olvery_desk;
WITH found AS (
    SELECT relname AS name, attname AS part, attidentity <> '' AS is_numbered,
        EXISTS (
            SELECT FROM pg_index
            WHERE indrelid = pg_class.oid AND indisprimary AND attnum = ANY(indkey)
        ) AS is_key
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
        AND NOT attisdropped
), granted AS (
    SELECT 'SELECT' AS what, name, part FROM found
    WHERE (name, part) <> ('manager', 'password_hash')
    UNION ALL
    SELECT 'INSERT', name, part FROM found
    WHERE CASE name
        WHEN 'manager' THEN part IN ('last_name', 'first_name')
        ELSE NOT is_numbered
            AND name NOT IN ('alembic_version', 'event_chain', 'location', 'shared_value')
            AND (name, part) <> ('orders', 'paid')
    END
    UNION ALL
    SELECT 'UPDATE', name, part FROM found
    WHERE CASE name
        WHEN 'event_chain' THEN part = 'id'
        WHEN 'location' THEN NOT is_key
        ELSE NOT is_key AND (name, part) <> ('orders', 'paid')
            AND name NOT IN ('alembic_version', 'event', 'event_seal', 'manager', 'payment')
    END
)
SELECT format('GRANT %s (%s) ON %I TO olvery_desk', what, string_agg(quote_ident(part), ', '), name)
FROM granted GROUP BY what, name
\gexec

-- They take away only what is written anew with every change of its ticket or person, counts of
-- wrong passwords, opening hours, managers' own presets, and what is sold as long as nothing refers
-- to it.
SELECT format('GRANT DELETE ON %I TO olvery_desk', name)
FROM unnest(ARRAY[
    'seat_assignment', 'ticket_modifier', 'person_word', 'sign_in_delay', 'opening_hours',
    'closed_day', 'own_preset', 'service', 'room', 'workplace', 'service_variant', 'tariff', 'modifier'
]) AS name
WHERE to_regclass('public.' || name) IS NOT NULL
\gexec

-- What values have to be like, and signing in.
SELECT format('REVOKE ALL ON FUNCTION %1$s FROM PUBLIC', oid::regprocedure),
    format('GRANT EXECUTE ON FUNCTION %1$s TO olvery_desk', oid::regprocedure)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'olvery\_%'
\gexec

-- Tables that the next upgrade makes can be read and written before this has run again.
ALTER DEFAULT PRIVILEGES FOR ROLE olvery_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE ON TABLES TO olvery_desk;
ALTER DEFAULT PRIVILEGES FOR ROLE olvery_owner IN SCHEMA public
    REVOKE ALL ON SEQUENCES FROM olvery_desk;

-- A transaction that somebody leaves open in psql gives back what it holds.
ALTER ROLE olvery_desk SET idle_in_transaction_session_timeout = '30s';

COMMIT;
