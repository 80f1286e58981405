import { fileURLToPath } from 'node:url';

// Clock zone and language are inputs, not accidents.
process.env['TZ'] = 'UTC';
process.env['LANG'] = 'C';
process.env['NO_COLOR'] = '1';
for (const name of Object.keys(process.env))
  if (
    /^COWA_(?!ZARF$|UDS$|COSIGN$|HELM$|KUSTOMIZE$|SYFT$|SBOM_IMAGES$|GRYPE$|GRYPE_DB$|SIGSTORE_SUITE$|SIGSTORE_ROOT$|TEMPLATES$|BUILDKITD$)/.test(
      name,
    )
  )
    delete process.env[name];

// The program is started from source many times over: what it compiles is kept between the starts.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('../../node_modules/.cache/cowa-release', import.meta.url),
);
