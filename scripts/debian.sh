#!/bin/sh
# Installs the Debian packages named, those that are missing. What cannot be installed is named,
# with what is weaker without it; nothing but a library that Python needs ends the set-up.
missing=""
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then as_root=""; elif command -v sudo >/dev/null; then as_root="sudo"; else as_root="none"; fi
if [ "$as_root" != none ] && command -v apt-get >/dev/null; then
    echo "Installing Debian packages:$missing"
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    $as_root apt-get update -q >/dev/null 2>&1
    # shellcheck disable=SC2086 # a list of names
    $as_root apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1
fi

for package in $missing; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" && continue
    case $package in
        tesseract-ocr) what="doubtful machine readable zones get no second reader" ;;
        tesseract-ocr-script-*) what="titles in its script stay unread, and such documents go to a person" ;;
        libgl1 | libglib2.0-0) what="OpenCV may not start" ;;
        postgresql) what="the tests on PostgreSQL are skipped" ;;
        nginx-light) what="the test with several replicas is skipped" ;;
        chromium) what="the browser tests are skipped" ;;
        fonts-*) what="samples cannot be drawn; the committed ones are there" ;;
        *) what="some parts may not work" ;;
    esac
    echo "Could not install $package: $what. Install it with: apt-get install $package"
done
exit 0
