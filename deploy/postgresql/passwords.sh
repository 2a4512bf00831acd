#!/bin/sh
# Inside the container of compose.yaml: the roles, their rights, and their passwords.
set -eu
psql --username=postgres --dbname=olvery --quiet --file=/setup/roles.sql
for role in owner desk; do
    psql --username=postgres --dbname=olvery --quiet --set=password="$(cat /run/secrets/$role)" <<SQL
ALTER ROLE olvery_$role PASSWORD :'password';
SQL
done
