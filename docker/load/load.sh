#!/bin/sh
# Ask every site for a page, one site after the other, and say how many answers came in a second.
# Bounded in time and in number of connections; ends with an error if one was not answered, or
# answered with an error (4xx, 5xx).
set -eu
seconds=${LOAD_SECONDS:-5}
connections=${LOAD_CONNECTIONS:-20}
server=${LOAD_SERVER:-mongrel2}

whole() {  # NAME VALUE MOST: a number from 1 to MOST, or the end
    case $2 in '' | *[!0-9]* | ?????*) bad=yes ;; *) bad=no ;; esac
    if [ "$bad" = yes ] || [ "$2" -lt 1 ] || [ "$2" -gt "$3" ]; then
        echo "$1 is '$2'. Set it to a number from 1 to $3." >&2
        exit 2
    fi
}
whole LOAD_SECONDS "$seconds" 60
whole LOAD_CONNECTIONS "$connections" 500

failed=0
while read -r host path; do
    name=$host.$SITE_DOMAIN:$SITE_PORT
    said=$(wrk --threads 1 --connections "$connections" --duration "${seconds}s" --timeout 10s \
        --latency --header "Host: $name" "http://$server:$SITE_PORT$path")
    echo "== $name$path"
    echo "$said"
    if echo "$said" | grep -Eq 'Socket errors|Non-2xx' || ! echo "$said" | grep -q '^Requests/sec'; then
        failed=1
    fi
done <<END
listsurf /login
readify /login
api.readify /healthz
spotichat /
nojs /
END
if [ "$failed" = 1 ]; then
    echo 'Some requests were answered with an error, or not at all. Look at: docker-compose logs' >&2
fi
exit "$failed"
