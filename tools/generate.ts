// Everything in the tree that is made from something else. `--check` changes nothing and fails when
// the tree is not what its sources say; `--manifest` makes only what the built program needs.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { settle } from './generated-files.ts';

const check = process.argv.includes('--check');
let failed = false;

const manifestOnly = process.argv.includes('--manifest');

// First what the others import.
for (const tool of manifestOnly
  ? []
  : [
      'generate-schemas.ts',
      'generate-fits.ts',
      'generate-kubernetes-schema.ts',
      'generate-catalog.ts',
    ]) {
  const script = fileURLToPath(new URL(tool, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...(check ? ['--check'] : [])], {
    stdio: 'inherit',
  });
  if (status !== 0) failed = true;
}

const { commandFiles } = await import('./generate-command-pages.ts');
if (manifestOnly) {
  const name = 'oclif.manifest.json';
  const text = (await commandFiles()).get(name);
  if (text === undefined) throw new Error('no manifest was made');
  settle({ files: new Map([[name, text]]), folders: [] }, check);
} else {
  const { errorCodeRows, errorCodesModule, errorTable } = await import('./generate-error-table.ts');
  const { findingCodes, findingCodesModule, findingCodesPage } = await import(
    './generate-finding-codes.ts'
  );
  const { checkPages } = await import('./generate-check-pages.ts');
  const { crossChecksPage } = await import('./generate-cross-checks.ts');
  const { resultSchemas } = await import('./generate-result-schemas.ts');
  const errors = errorCodeRows();
  const codes = findingCodes(new Set(errors.map(({ code }) => code)));
  const files = new Map([
    ...(await commandFiles()),
    ...checkPages(codes),
    ...resultSchemas(),
    ['docs/cross-checks.md', crossChecksPage()] as const,
    ['docs/errors.md', errorTable(errors)] as const,
    ['docs/findings.md', findingCodesPage(codes)] as const,
    ['src/checks/finding-codes.gen.ts', findingCodesModule(codes)] as const,
    ['src/cli/error-codes.gen.ts', errorCodesModule(errors)] as const,
  ]);
  const changed = settle({ files, folders: ['docs/commands', 'docs/checks'] }, check);
  for (const path of changed)
    process.stderr.write(check ? `${path} is not what the source says\n` : `${path}\n`);
  if (check && changed.length > 0) failed = true;
}

if (check && failed) process.stderr.write('run: npm run generate\n');
if (failed) process.exitCode = 1;
