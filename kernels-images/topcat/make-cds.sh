#!/bin/sh
# Makes the class-data archive that lets TOPCAT's window appear in about a second.
# usage: make-cds.sh <archive>      Idempotent: does nothing while the archive fits the installed jar and Java.
set -eu
archive=${1:?usage: make-cds.sh <archive>}
jar=/usr/share/java/starlink-topcat.jar
[ -e "$jar" ] || { echo "TOPCAT is not installed ($jar): install the Debian package topcat." >&2; exit 1; }
stamp="$(stat -L -c '%Y %s' "$jar" "$(command -v java)" | tr '\n' ' ')$(cksum <"$0")"
[ -s "$archive" ] && [ "$(cat "$archive.stamp" 2>/dev/null)" = "$stamp" ] && exit 0

work=$(mktemp -d "${TMPDIR:-/tmp}/topcat-cds.XXXXXX")
mkdir -p "$(dirname "$archive")"
x=; app=
finish() {
  [ -z "$app" ] || kill "$app" 2>/dev/null || true
  [ -z "$x" ] || kill "$x" 2>/dev/null || true
  rm -rf "$work" "$archive.part"
}
trap finish EXIT
trap 'exit 130' INT TERM

# -displayfd: the X server picks a free display and says which, so nothing clashes and nothing is guessed.
mkfifo "$work/display"
Xvnc -displayfd 3 -SecurityTypes None -nolisten tcp -rfbport -1 -rfbunixpath "$work/vnc" \
  -geometry 1024x768 3>"$work/display" >"$work/xvnc.log" 2>&1 &
x=$!
read -r display <"$work/display"

# The archive is written when Java ends; INT ends it in the ordinary way, once its first window stands.
cd "$work"
DISPLAY=:$display HOME=$work java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ArchiveClassesAtExit="$archive.part" \
  -Duser.home="$work" -Djsamp.hub.profiles=std -Djsamp.localhost=127.0.0.1 \
  -Duk.ac.starlink.topcat.cmdname=topcat -classpath "$jar" uk.ac.starlink.topcat.Driver -nohub \
  >"$work/topcat.log" 2>&1 &
app=$!
# Without xwininfo (x11-utils) nobody can tell when the window stands: time for a slow machine, then.
command -v xwininfo >/dev/null || sleep 10
tries=0
while command -v xwininfo >/dev/null && ! xwininfo -display ":$display" -root -tree 2>/dev/null | grep -q '"TOPCAT"'; do
  tries=$((tries + 1))
  if [ "$tries" -gt 300 ] || ! kill -0 "$app" 2>/dev/null; then
    echo "TOPCAT's window did not appear; TOPCAT will start without the archive. Its last lines:" >&2
    tail -n 5 "$work/topcat.log" >&2
    exit 1
  fi
  sleep 0.1
done
sleep 1   # what is loaded just after the first window belongs in the archive too
kill -TERM "$app"
wait "$app" || true
app=
[ -s "$archive.part" ] || { echo "Java wrote no archive:" >&2; tail -n 5 "$work/topcat.log" >&2; exit 1; }
mv "$archive.part" "$archive"
printf '%s' "$stamp" >"$archive.stamp"
