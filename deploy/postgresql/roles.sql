-- The roles of an Olvery database, and what each may do. Run it as a superuser, in the database:
--
--     createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 olvery
--     psql --dbname=olvery --file=roles.sql
--     psql --dbname=olvery --command='\password olvery_owner' --command='\password olvery_desk'
--
-- and again after each `olvery-tui db upgrade`: it may be run as often as one likes.
--
--   olvery_owner  owns everything and changes the schema: `olvery-tui db upgrade`, nothing else.
--   olvery_desk   is what terminals, the worker and the import use. It can't change the schema,
--                 delete or change events, drop a constraint or a trigger, or empty a table.
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
SELECT format('ALTER FUNCTION %I() OWNER TO olvery_owner', proname)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'olvery\_%'
\gexec

-- What terminals may do: read everything, add and change what managers add and change …
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, olvery_desk;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, olvery_desk;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO olvery_desk;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO olvery_desk;

-- … take away only what is written anew with every change of its ticket or person, and counts of
-- wrong passwords …
SELECT format('GRANT DELETE ON %I TO olvery_desk', name)
FROM unnest(ARRAY['seat_assignment', 'ticket_modifier', 'person_word', 'sign_in_delay']) AS name
WHERE to_regclass('public.' || name) IS NOT NULL
\gexec

-- … and neither rewrite the history nor say that the schema is another one.
SELECT format('REVOKE UPDATE ON %I FROM olvery_desk', name)
FROM unnest(ARRAY['event', 'event_seal', 'alembic_version']) AS name
WHERE to_regclass('public.' || name) IS NOT NULL
\gexec
SELECT format('REVOKE INSERT ON %I FROM olvery_desk', name)
FROM unnest(ARRAY['event_chain', 'alembic_version']) AS name
WHERE to_regclass('public.' || name) IS NOT NULL
\gexec

-- Tables that the next upgrade makes can be read and written before this has run again.
ALTER DEFAULT PRIVILEGES FOR ROLE olvery_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE ON TABLES TO olvery_desk;
ALTER DEFAULT PRIVILEGES FOR ROLE olvery_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO olvery_desk;

COMMIT;
