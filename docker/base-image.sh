#!/bin/sh
# Make the base image debian:12-slim on a machine that cannot pull it. Needs root, debootstrap, docker.
#
#     sudo docker/base-image.sh [FILE WITH CERTIFICATES]
#
# The certificates are those that package servers show on this machine, if it needs its own; they
# stay in the local image.
set -eu
image=${BASE_IMAGE:-debian:12-slim}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

debootstrap --variant=minbase --include=ca-certificates bookworm "$folder"
if [ $# -gt 0 ]; then
    cp "$1" "$folder/usr/local/share/ca-certificates/machine.crt"
    chroot "$folder" update-ca-certificates
fi
rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/*
tar -C "$folder" -c . | docker import - "$image"
echo "$image is ready."
