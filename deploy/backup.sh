#!/bin/sh
# Copies the database and a folder of pictures into FOLDER, which is made and must not exist.
#   PRESCREEN_DATABASE_URL=… PRESCREEN_BLOBS_URL=file:///… deploy/backup.sh FOLDER
# The rows first: a picture that comes later is in no row and harms nobody. Pictures on S3 are not
# copied here: keep versions of the bucket, as long as backups of the database are kept.
set -eu
umask 077
folder=$1
mkdir "$folder"
case $PRESCREEN_DATABASE_URL in
    postgresql*)
        url=$(printf %s "$PRESCREEN_DATABASE_URL" | sed 's/^postgresql+asyncpg/postgresql/; s/\([?&]\)ssl=/\1sslmode=/')
        # The engine's own tables are filled again from ours.
        pg_dump --format=custom --exclude-schema=dbos --file="$folder/database.dump" --dbname="$url"
        ;;
    sqlite*)
        # SQLite's own online backup: whole, though others write meanwhile.
        python3 -c 'import sqlite3, sys
source, copy = (sqlite3.connect(name) for name in sys.argv[1:])
source.backup(copy)' "${PRESCREEN_DATABASE_URL#*:///}" "$folder/database.db"
        ;;
    *)
        echo "PRESCREEN_DATABASE_URL: neither postgresql nor sqlite" >&2
        exit 2
        ;;
esac
case ${PRESCREEN_BLOBS_URL:-} in
    file://*) tar -C "${PRESCREEN_BLOBS_URL#file://}" -cf "$folder/blobs.tar" . ;;
    s3://*) ;;
    *)
        echo "PRESCREEN_BLOBS_URL: file:///FOLDER or s3://BUCKET" >&2
        exit 2
        ;;
esac
cd "$folder"
set -- database.*
if [ -e blobs.tar ]; then set -- "$@" blobs.tar; fi
sha256sum "$@" >SHA256SUMS
