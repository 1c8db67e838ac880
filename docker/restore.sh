#!/bin/sh
# Put what a folder of docker/backup.sh holds in the place of all that MongoDB and Redis hold:
#
#     docker/restore.sh FOLDER
#
# The sites are stopped meanwhile, and started again.
set -eu
if docker-compose version > /dev/null 2>&1; then compose=docker-compose; else compose='docker compose'; fi
folder=${1:-}
if [ ! -s "$folder/redis.rdb" ] || [ ! -s "$(echo "$folder"/mongo.*.gz)" ]; then
    echo 'Usage: docker/restore.sh FOLDER, one that docker/backup.sh has made.' >&2
    exit 2
fi
gzip -t "$folder"/mongo.*.gz
if [ "$(head -c 5 "$folder/redis.rdb")" != REDIS ]; then
    echo "$folder/redis.rdb is no copy of Redis' data. Nothing was changed." >&2
    exit 1
fi
on_mongo() { $compose exec -T mongo "$@"; }

# Who might write while this goes on. They are started again, whatever happens.
sites=$($compose ps --services --filter status=running | grep -Evx 'mongo|redis|mongrel2' || true)
# shellcheck disable=SC2086  # several names
if [ -n "$sites" ]; then
    trap '$compose start $sites' EXIT
    $compose stop $sites
fi

if on_mongo sh -c 'command -v mongorestore' > /dev/null; then
    on_mongo mongosh --quiet --eval 'db.getMongo().getDBNames()
        .filter(name => !["admin", "config", "local"].includes(name))
        .forEach(name => db.getSiblingDB(name).dropDatabase())' < /dev/null
    if [ -e "$folder/mongo.archive.gz" ]; then
        on_mongo mongorestore --quiet --drop --archive --gzip < "$folder/mongo.archive.gz"
    else
        on_mongo sh -c 'mkdir /tmp/dump && tar -xzC /tmp/dump' < "$folder/mongo.tar.gz"
        on_mongo sh -c 'mongorestore --quiet --drop --dir /tmp/dump; rm -r /tmp/dump' < /dev/null
    fi
elif [ -e "$folder/mongo.tar.gz" ]; then
    on_mongo python -m launcher.mongodump restore < "$folder/mongo.tar.gz"
else
    echo "$folder is from MongoDB itself, which runs elsewhere; the embedded server cannot read it." >&2
    exit 1
fi

# Redis reads its append-only file when it starts: here it is one that begins with the copy.
$compose stop redis
# shellcheck disable=SC2016  # for the shell inside
$compose run --rm --no-deps -T redis sh -c '
    rm -rf /data/dump.rdb /data/appendonlydir
    mkdir /data/appendonlydir
    cat > /data/appendonlydir/appendonly.aof.1.base.rdb
    echo "file appendonly.aof.1.base.rdb seq 1 type b" > /data/appendonlydir/appendonly.aof.manifest
' < "$folder/redis.rdb"
$compose start redis
for _ in $(seq 300); do
    if [ "$($compose exec -T redis redis-cli ping < /dev/null 2>&1)" = PONG ]; then
        echo "MongoDB and Redis hold what $folder holds."
        exit
    fi
    sleep 1
done
echo 'Redis did not start with the copy. Look at: docker-compose logs redis' >&2
exit 1
