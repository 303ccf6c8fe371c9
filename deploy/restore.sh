#!/bin/sh
# Brings what deploy/backup.sh wrote to FOLDER into an empty database and an empty folder.
#   PRESCREEN_DATABASE_URL=… PRESCREEN_BLOBS_URL=file:///… deploy/restore.sh FOLDER
# Stop the service before. Afterwards: prescreen migrate, prescreen audit verify --head …, and erase
# again what was erased since the backup (docs/operations.md, Backups).
set -eu
umask 077
folder=$1
(cd "$folder" && sha256sum --quiet --check SHA256SUMS)
case $PRESCREEN_DATABASE_URL in
    postgresql*)
        url=$(printf %s "$PRESCREEN_DATABASE_URL" | sed 's/^postgresql+asyncpg/postgresql/; s/\([?&]\)ssl=/\1sslmode=/')
        tables=$(psql --no-psqlrc -tA --dbname="$url" \
            -c "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if [ "$tables" != 0 ]; then
            echo "The database is not empty: nothing was changed." >&2
            exit 1
        fi
        pg_restore --no-owner --exit-on-error --single-transaction --dbname="$url" \
            "$folder/database.dump"
        ;;
    sqlite*)
        file=${PRESCREEN_DATABASE_URL#*:///}
        if [ -e "$file" ]; then
            echo "$file is there: nothing was changed." >&2
            exit 1
        fi
        cp "$folder/database.db" "$file"
        ;;
    *)
        echo "PRESCREEN_DATABASE_URL: neither postgresql nor sqlite" >&2
        exit 2
        ;;
esac
if [ -e "$folder/blobs.tar" ]; then
    blobs=${PRESCREEN_BLOBS_URL#file://}
    mkdir -p "$blobs"
    tar -C "$blobs" -xf "$folder/blobs.tar"
fi
