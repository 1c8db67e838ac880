#!/bin/sh
# Start Mongrel2 afresh: with new idents, because connection ids begin anew as well and a late answer
# must not find a stranger, and without the pid file of an earlier life.
set -eu
rm -f mongrel2.pid mongrel2.sqlite
cp /etc/mongrel2.conf mongrel2.conf
while grep -q '@IDENT@' mongrel2.conf; do
    # Twice in a row: send_ident and recv_ident of one handler are the same.
    ident=$(cat /proc/sys/kernel/random/uuid)
    sed -i "0,/@IDENT@/s//$ident/" mongrel2.conf
    sed -i "0,/@IDENT@/s//$ident/" mongrel2.conf
done
# As many connections as this container may have; Mongrel2 does not refuse those above, it collapses.
descriptors=$(ulimit -H -n)
if [ "$descriptors" = unlimited ] || [ "$descriptors" -gt 20000 ]; then
    descriptors=20000
fi
ulimit -n "$descriptors"
sed -i "s/@DESCRIPTORS@/$descriptors/; s/@DOMAIN@/$SITE_DOMAIN/; s/@PORT@/$SITE_PORT/" mongrel2.conf
m2sh load --config mongrel2.conf --db mongrel2.sqlite
# m2sh says nothing of its failures; what counts is what it has written.
if ! m2sh servers --db mongrel2.sqlite | grep -q '^main '; then
    echo 'The configuration was not loaded. Compare mongrel2.conf with what m2sh says above.' >&2
    exit 1
fi
if [ "${LOG_FORMAT:-text}" = json ]; then
    # Mongrel2 writes lines of text; one reads them from a pipe and writes JSON.
    rm -f log
    mkfifo log
    TZ=UTC LC_ALL=C mawk -W interactive -f /usr/local/lib/as-json.awk < log &
    exec > log 2>&1
fi
mongrel2 mongrel2.sqlite main &
server=$!
# Mongrel2 cuts what it has in hand when it is told to stop. So it is told a little later, while who
# asks by name, or a balancer, already goes elsewhere, and what came before is answered.
trap 'sleep "${DRAIN_SECONDS:-0}"; kill -TERM "$server" 2>/dev/null' TERM INT
while kill -0 "$server" 2>/dev/null; do
    status=0
    wait "$server" || status=$?
done
exit "$status"
