#!/usr/bin/env bash
# Prints the path of the Helm that charts are compared with, built once as a Go module of a pinned version into the
# cache folder of this user. Where it cannot be had it prints nothing, and says why on standard error.
set -u
module=helm.sh/helm/v3
version=v3.19.2
# As the checksum database of Go has it; `go install` asks that, and this is what was looked at here.
sum=h1:psQjaM8aIWrSVEly6PgYtLu/y6MRSmok4ERiGhZmtUY=
at_least=1.24
folder=${XDG_CACHE_HOME:-$HOME/.cache}/cowa-release/tools/helm-$version

without() {
  echo "charts are not compared with Helm itself: $1" >&2
  exit 0
}
new_enough() { [ "$(printf '%s\n' "$at_least" "$1" | sort -V | head -n 1)" = "$at_least" ]; }

go=
for each in "$(command -v go)" /usr/local/go/bin/go; do [ -n "$each" ] && [ -x "$each" ] && go=$each && break; done
if [ -z "$go" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  offered=$(apt-cache policy golang-go 2>/dev/null | sed -n 's/.*Candidate: \([0-9]*:\)\{0,1\}\([0-9.]*\).*/\2/p')
  if [ -n "$offered" ] && new_enough "$offered"; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends golang-go >/dev/null 2>&1
    go=$(command -v go)
  fi
fi
[ -n "$go" ] || without "there is no Go $at_least or later to build it with"
have=$("$go" env GOVERSION 2>/dev/null | sed 's/^go//')
new_enough "${have:-0}" || without "it needs Go $at_least, and $go is ${have:-no Go}"

if [ ! -x "$folder/helm" ]; then
  log=$(mktemp)
  # No setting of this machine turns the checksum database off, and no other Go is fetched.
  GOBIN=$folder GOFLAGS=-trimpath GOSUMDB=sum.golang.org GONOSUMDB='' GOPRIVATE='' GOTOOLCHAIN=local CGO_ENABLED=0 \
    timeout 170 "$go" install "$module/cmd/helm@$version" >"$log" 2>&1
  status=$?
  why=$(tail -n 1 "$log")
  rm -f "$log"
  [ "$status" -ne 124 ] || without "building it takes longer than three minutes here; the next run goes on from there"
  [ "$status" -eq 0 ] || without "$module@$version cannot be built: $why"
fi
"$go" version -m "$folder/helm" 2>/dev/null | grep -qF "$sum" || without "$folder/helm is not $module $version"
echo "$folder/helm"
