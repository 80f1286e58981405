#!/bin/sh
# Fetches a 7B model with 4-bit GPTQ weights into .model/ for plain zarf: a snapshot at a commit, each file compared with MODEL_SUMS
# (a SHA256SUMS file). There is no default revision that could change under us.
set -eu
: "${MODEL_REPO_ID:?owner/name of the repository on the model hub}"
: "${MODEL_REVISION:?a commit, 40 hex digits}"
: "${MODEL_SUMS:?path of a file of SHA-256 digests and names}"
case "$MODEL_REVISION" in
*[!0-9a-f]*) echo "MODEL_REVISION $MODEL_REVISION is not a commit" >&2; exit 1 ;;
esac
sums=$(realpath "$MODEL_SUMS")
mkdir -p .model
cd .model
while read -r _ name; do
  mkdir -p "$(dirname "$name")"
  curl --fail --location --retry 3 --output "$name" "https://huggingface.co/$MODEL_REPO_ID/resolve/$MODEL_REVISION/$name"
done < "$sums"
sha256sum --check --quiet --strict "$sums"
