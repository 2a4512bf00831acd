#!/bin/sh
# Inside the container of compose.yaml: the roles, their rights, and their passwords. psql reads the
# passwords itself: on a command line every account of the machine could read them.
set -eu
psql --username=postgres --dbname=olvery --quiet --file=/setup/roles.sql
for role in owner desk; do
    [ -s "/run/secrets/$role" ] || { echo "no password in /run/secrets/$role" >&2; exit 1; }
    psql --username=postgres --dbname=olvery --quiet --set=ON_ERROR_STOP=1 <<SQL
\\set password \`cat /run/secrets/$role\`
ALTER ROLE olvery_$role PASSWORD :'password';
SQL
done
