/** A word for a POSIX shell that means exactly this text. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./@:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Verifies the release by the key in it, whose fingerprint was compared before. */
export function verifyCommand(): readonly string[] {
  return ['cowa-release verify release --key release/release.pub'];
}

/** Holds a file against a statement of ours, by the release key, with cosign; no log is asked: there is none offline. */
export function attestationCommand(
  predicateType: string,
  statement: string,
  file: string,
): readonly string[] {
  return [
    'cosign verify-blob-attestation --key release/release.pub --insecure-ignore-tlog \\',
    `  --type ${predicateType} --bundle ${statement} ${file}`,
  ];
}

/**
 * Proves key, statements and files with tools every machine has; stops where something is wrong. The same steps as
 * in docs/bootstrap.md, in one piece and for the pages of the kit, too, writing nothing into it. What is laid in later, with signatures of its own,
 * counts as the file it is about: about a file that nobody vouches for it is told like that file.
 */
export function openSslCommands(): readonly string[] {
  return `(
set -e
: "\${FINGERPRINT:?put the fingerprint here that was read to you}"
work=$(mktemp -d)
# That the key signed a statement, and that every file it names is there as it was signed.
prove() {
  sed -n 's/.*"payload":"\\([^"]*\\)".*/\\1/p' "$1" | base64 -d > "$work/payload.json"
  sed -n 's/.*"sig":"\\([^"]*\\)".*/\\1/p' "$1" | base64 -d > "$work/statement.sig"
  printf 'DSSEv1 28 application/vnd.in-toto+json %s ' "$(wc -c < "$work/payload.json" | tr -d ' ')" > "$work/signed"
  cat "$work/payload.json" >> "$work/signed"
  openssl dgst -sha256 -verify "$work/key" -signature "$work/statement.sig" "$work/signed"
  grep -o '{"name":"[^"]*","digest":{"sha256":"[0-9a-f]*"}}' "$work/payload.json" |
    sed 's/^{"name":"\\(.*\\)","digest":{"sha256":"\\(.*\\)"}}$/\\2  \\1/' | grep -v '#' > "$work/files"
  sha256sum -c --strict --quiet "$work/files"
  cut -c 67- "$work/files" | LC_ALL=C sort > "$work/expected"
}
cp release/release.pub "$work/key"
actual=$(openssl pkey -pubin -in "$work/key" -outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1)
if [ "$actual" = "$FINGERPRINT" ]; then echo 'the key is the right one'; else echo "ANOTHER KEY: $actual"; exit 1; fi
cd release
prove release.intoto.jsonl
ls -Ap | grep -Ev '^(run\\.json|(release|approval)(\\.[0-9]+)?\\.intoto\\.jsonl)$' |
  sed -E 's/\\.(approval|reproduced)(\\.[0-9]+)?\\.intoto\\.jsonl$//; s/\\.[0-9]+\\.sigstore\\.json$//' |
  LC_ALL=C sort -u > "$work/present"
diff "$work/expected" "$work/present"
echo 'the release is signed by that key; nothing is missing, nothing was added'
cd ..
prove handover.intoto.jsonl
release=$(sha256sum < release/release.intoto.jsonl | cut -d ' ' -f 1)
grep -qF '"statement":"sha256:'"$release"'"' "$work/payload.json" ||
  { echo 'THESE PAGES GO WITH ANOTHER RELEASE'; exit 1; }
find . ! -type d ! -path './release/*' ! -name handover.intoto.jsonl | cut -c 3- | LC_ALL=C sort > "$work/present"
diff "$work/expected" "$work/present"
echo 'so are these pages and the report, and they go with this release'
)`.split('\n');
}
