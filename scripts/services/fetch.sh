#!/bin/sh
# Fills .services/{kafka,debezium,registry} through Maven. A second run does nothing.
#   scripts/services/fetch.sh                          the broker
#   scripts/services/fetch.sh --connect --registry     also Debezium for Kafka Connect, and the schema registry
set -eu
cd "$(dirname "$0")/../.."
export MAVEN_OPTS=-Xmx512m
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1
sets=kafka registry=
for a in "$@"; do case $a in
  --connect) sets="kafka debezium" ;;
  --registry) registry=1 ;;
  *) echo "tasktrack: fetch.sh does not know $a" >&2; exit 2 ;;
esac; done
for d in $sets; do
  want=$(sha256sum "scripts/services/$d/pom.xml" | cut -c1-16)
  [ "$(cat ".services/$d/.stamp" 2>/dev/null || true)" = "$want" ] && continue
  echo "fetching $d through Maven"
  rm -rf ".services/$d"
  mvn -q -B -ntp -C -f "scripts/services/$d/pom.xml" "$plugin:copy-dependencies" -DincludeScope=runtime -DoutputDirectory="$PWD/.services/$d" \
    || { echo "tasktrack: Maven could not fetch $d (no network, or no Maven repository within reach)." >&2; exit 1; }
  echo "$want" > ".services/$d/.stamp"
done
v=3.0.9
if [ -n "$registry" ] && [ ! -f ".services/registry/apicurio-registry-app-$v-runner.jar" ]; then
  echo "fetching the schema registry through Maven"
  # The older plugin on purpose: the newer one wants a parent POM that not every mirror has.
  mvn -q -B -ntp -C org.apache.maven.plugins:maven-dependency-plugin:2.8:copy -Dartifact="io.apicurio:apicurio-registry-app:$v:zip:all" -DoutputDirectory="$PWD/.services/dl"
  mkdir -p .services/registry
  (cd .services/registry && jar xf "../dl/apicurio-registry-app-$v-all.zip")
  rm -r .services/dl
fi
