#!/bin/sh
# Fetches the weights into .model/ for plain zarf: one file, from a fixed address, compared with its digest.
# MODEL_URL and MODEL_SHA256 must name an immutable revision; there is no default that could change under us.
set -eu
: "${MODEL_URL:?the address of a GGUF file at an immutable revision}"
: "${MODEL_SHA256:?its SHA-256 in lower-case hex}"
mkdir -p .model
curl --fail --location --retry 3 --output .model/model.gguf.part "$MODEL_URL"
echo "$MODEL_SHA256  .model/model.gguf.part" | sha256sum --check --quiet
mv .model/model.gguf.part .model/model.gguf
