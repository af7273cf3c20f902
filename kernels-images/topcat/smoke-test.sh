#!/bin/sh
# Passes where TOPCAT can start: Java, the jar, the X server, the window manager and the agent's Node are there.
set -eu
for program in java Xvnc matchbox-window-manager socat tini; do
  command -v "$program" >/dev/null || { echo "missing: $program" >&2; exit 1; }
done
java -Djava.awt.headless=true -classpath /usr/share/java/starlink-topcat.jar uk.ac.starlink.topcat.Driver -version | grep TOPCAT
