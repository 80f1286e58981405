import { posix } from 'node:path';
import { MemoryWorkspace } from '../../src/adapters/memory/workspace.ts';
import type { Outcome } from '../../src/checks/check.ts';
import { parseReleaseDefinition } from '../../src/config/parse-release-definition.ts';
import type { DeployedPackage, PlacedDocument } from '../../src/lint/deployed-package.ts';
import type { DeployedBundle, DeployedRelease } from '../../src/lint/deployed-release.ts';
import type { LintResult } from '../../src/lint/lint-check.ts';
import { udsCore } from '../../src/lint/target-profiles.ts';
import { gatherDeployment } from '../../src/operations/gather-deployment.ts';
import { resolvePackage } from '../../src/operations/resolve-package.ts';
import { parseYamlDocument } from '../../src/support/yaml-document.ts';
import { parseUdsBundle } from '../../src/uds/parse-bundle.ts';

/** Files of a repository by path. */
export type Files = Readonly<Record<string, string>>;

const run = { signal: new AbortController().signal };

/** What lint would see of one package among files. */
export function deployedPackage(
  files: Files,
  {
    file = 'zarf.yaml',
    flavor = '',
    set = {},
  }: { file?: string; flavor?: string; set?: Readonly<Record<string, string>> } = {},
): Promise<DeployedPackage> {
  const workspace = new MemoryWorkspace(files);
  return resolvePackage(
    {
      definitionPath: file,
      architecture: 'amd64',
      set,
      payloads: [],
      allowActions: true,
      tellFlaws: true,
      ...(flavor === '' ? {} : { zarfFlavor: flavor }),
    },
    { workspace },
    run,
  ).then((resolved) => gatherDeployment(resolved, workspace, run, udsCore));
}

/** What lint would see of everything: packages by their `zarf.yaml`, bundles, the release definition. */
export async function deployedRelease(
  files: Files,
  more: Partial<DeployedRelease> = {},
  set: Readonly<Record<string, string>> = {},
): Promise<DeployedRelease> {
  const named = (name: string): string[] =>
    Object.keys(files).filter((path) => posix.basename(path) === name);
  const text = files['cowa-release.yaml'];
  const release =
    text === undefined ? undefined : parseReleaseDefinition(Buffer.from(text), 'cowa-release.yaml');
  if (text !== undefined && release?.definition === undefined)
    throw new Error(JSON.stringify(release?.problems));
  const packages: DeployedPackage[] = [];
  for (const file of named('zarf.yaml')) {
    const known = [...(files[file] ?? '').matchAll(/^\s*flavor:\s*([a-z0-9-]+)/gm)];
    const flavors = new Set(known.length === 0 ? [''] : known.map(([, name = '']) => name));
    for (const flavor of flavors)
      packages.push(await deployedPackage(files, { file, flavor, set }));
  }
  const bundles = named('uds-bundle.yaml').map((file): DeployedBundle => {
    const parsed = parseUdsBundle(Buffer.from(files[file] ?? ''), 'authored');
    if (parsed.bundle === undefined) throw new Error(JSON.stringify(parsed.problems));
    return {
      file,
      definition: parsed.bundle,
      flavor: undefined,
      config: documentAt(files, posix.join(posix.dirname(file), 'uds-config.yaml')),
      packages: parsed.bundle.packages.map((entry, index) => ({
        entry,
        pointer: `/packages/${index}`,
        package: packages.find(
          ({ definition, flavor }) =>
            definition.metadata.name === entry.name && (entry.flavor ?? flavor) === flavor,
        ),
      })),
      at: (pointer) => ({ file, ...parsed.locate(pointer) }),
    };
  });
  const { definition, locate } = release ?? {};
  return {
    label: '.',
    definition,
    definitionAt:
      locate === undefined
        ? undefined
        : (pointer) => ({ file: 'cowa-release.yaml', ...locate(pointer) }),
    packages,
    bundles,
    documents: new Map(Object.entries(files)),
    files: new Set(Object.keys(files)),
    unread: [],
    ...more,
  };
}

function documentAt(files: Files, file: string): PlacedDocument | undefined {
  const { document } = parseYamlDocument(Buffer.from(files[file] ?? ''));
  if (files[file] === undefined || document === undefined) return undefined;
  return { file, value: document.value, at: (pointer) => ({ file, ...document.locate(pointer) }) };
}

/** Results of a check as lines: `fail zarf.yaml:3:5 message`; others than failures by outcome alone. */
export function told<Facts>(
  check: { evaluate(facts: Facts): Iterable<LintResult> },
  facts: Facts,
): readonly string[] {
  return [...check.evaluate(facts)].map(({ outcome, subject, message, severity }) => {
    if (outcome === 'pass' || outcome === 'not-applicable') return outcome;
    const place = subject.line === undefined ? '' : `:${subject.line}:${subject.column}`;
    return `${severity ?? outcome} ${subject.name}${place} ${message}`;
  });
}

/** Outcomes of a check, `pass` left out. */
export function faults<Facts>(
  check: { evaluate(facts: Facts): Iterable<LintResult> },
  facts: Facts,
): readonly string[] {
  const quiet: readonly Outcome[] = ['pass', 'not-applicable'];
  return told(check, facts).filter((line) => !quiet.some((outcome) => line === outcome));
}

/** A package with one local chart; what is given replaces or adds files. */
export function chartPackage(
  zarf: string,
  values: string,
  template: string,
  more: Files = {},
): Files {
  return {
    'zarf.yaml': zarf,
    'values.yaml': values,
    'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
    'chart/values.yaml': '{}\n',
    'chart/templates/all.yaml': template,
    ...more,
  };
}
