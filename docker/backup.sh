#!/bin/sh
# Copy all that MongoDB and Redis hold into a new folder, while the sites run:
#
#     docker/backup.sh [FOLDER]
#
# What is in it belongs to people: only who makes it can read it. Each store is as it was at one
# moment of the copying, Mongo's collections each at its own; stop the sites for one moment of all.
set -eu
umask 077
if docker-compose version > /dev/null 2>&1; then compose=docker-compose; else compose='docker compose'; fi
folder=${1:-backup/$(date -u +%Y%m%dT%H%M%SZ)}
if [ -e "$folder" ]; then
    echo "$folder exists. Give the name of a folder that does not." >&2
    exit 2
fi
unfinished=$folder.part
rm -rf "$unfinished"
mkdir -p "$unfinished"
trap 'rm -rf "$unfinished"' EXIT

# The embedded server of machines without a registry has no mongodump beside it, but Python.
if $compose exec -T mongo sh -c 'command -v mongodump' > /dev/null; then
    $compose exec -T mongo mongodump --quiet --archive --gzip > "$unfinished/mongo.archive.gz"
else
    $compose exec -T mongo python -m launcher.mongodump dump > "$unfinished/mongo.tar.gz"
fi
gzip -t "$unfinished"/mongo.*.gz
# Not redis-cli --rdb -, which leaves the mark of the stream's end in the file.
# shellcheck disable=SC2016  # for the shell inside
$compose exec -T redis sh -c '
    count() { redis-cli INFO persistence | tr -d "\r" | sed -n "s/^$1://p"; }
    before=$(count rdb_saves)
    redis-cli BGSAVE SCHEDULE > /dev/null
    for _ in $(seq 600); do
        [ "$(count rdb_saves)" = "$before" ] || exec cat /data/dump.rdb
        sleep 1
    done' > "$unfinished/redis.rdb"
if [ "$(head -c 5 "$unfinished/redis.rdb")" != REDIS ]; then
    echo 'Redis did not give its data. Look at: docker-compose logs redis' >&2
    exit 1
fi
mv "$unfinished" "$folder"
echo "$folder holds the data of MongoDB and Redis."
