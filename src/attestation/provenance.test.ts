import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { provenanceType, readProvenance } from './provenance.ts';
import {
  type ArchiveProvenance,
  bundleBuildType,
  localBuilderId,
  packageBuildType,
  renderProvenance,
} from './render-provenance.ts';

const archive = {
  name: 'zarf-package-api-amd64-1.0.0.tar.zst',
  digest: digestOf(Buffer.from('a')),
};
const root = { kind: 'package', digest: digestOf(Buffer.from('zarf.yaml')) } as const;
const pinned = (name: string, kind: string) => ({
  name,
  digest: { sha256: digestOf(Buffer.from(name)).slice(7) },
  annotations: { kind },
});

const made = (changes: Partial<ArchiveProvenance> = {}): ArchiveProvenance => ({
  archive,
  root,
  externalParameters: { flavor: 'gpu' },
  internalParameters: { sourceDateEpoch: 1_700_000_000 },
  dependencies: [pinned('b.yaml', 'values'), pinned('a.yaml', 'manifest')],
  builder: { id: localBuilderId, version: { 'cowa-release': '1.0.0', node: '26.0.0' } },
  byproducts: [pinned('sboms.tar', '')],
  ...changes,
});

/** Provenance of a strange builder, with members changed, by path; undefined takes one away. */
const foreign = (changes: Readonly<Record<string, unknown>>): Buffer => {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256: 'a'.repeat(64) } }],
    predicateType: provenanceType,
    predicate: {
      buildDefinition: {
        buildType: 'https://ci.example.org/workflow/v1',
        externalParameters: { workflow: { ref: 'refs/heads/main' } },
        resolvedDependencies: [
          { uri: 'git+https://git.example.org/app', digest: { gitCommit: 'b'.repeat(40) } },
        ],
      },
      runDetails: {
        builder: { id: 'https://ci.example.org/hosted' },
        metadata: { invocationId: '7', startedOn: '2026-01-02T03:04:05Z' },
      },
    },
  };
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const holder = names.reduce<object>((at, name) => Reflect.get(at, name), statement);
    Reflect.set(holder, last, value);
  }
  return Buffer.from(JSON.stringify(statement));
};

describe('provenance', () => {
  it('is read as it was written, dependencies by kind and name', () => {
    const read = readProvenance(Buffer.from(renderProvenance(made())));
    expect(read).toMatchObject({
      buildType: packageBuildType,
      externalParameters: { flavor: 'gpu' },
      internalParameters: { sourceDateEpoch: 1_700_000_000 },
      builder: { id: localBuilderId, version: { node: '26.0.0' }, dependencies: [] },
      metadata: {},
      unknown: [],
    });
    expect(read.subjects.map(({ name }) => name)).toEqual([
      archive.name,
      `${archive.name}#zarf.yaml`,
    ]);
    expect(read.resolvedDependencies.map(({ name }) => name)).toEqual(['a.yaml', 'b.yaml']);
    expect(read.byproducts.map(({ name }) => name)).toEqual(['sboms.tar']);
  });

  it('is the same text whatever order things were found in, and names nothing twice', () => {
    const { dependencies } = made();
    const shuffled = [...dependencies].reverse();
    expect(renderProvenance(made({ dependencies: [...shuffled, ...dependencies] }))).toBe(
      renderProvenance(made()),
    );
  });

  it('says how bundles are made', () => {
    const text = renderProvenance(made({ root: { ...root, kind: 'bundle' } }));
    const read = readProvenance(Buffer.from(text));
    expect(read.buildType).toBe(bundleBuildType);
    expect(read.subjects[1]?.name).toBe(`${archive.name}#manifest`);
  });

  it('of a strange builder is read, and what nobody knows is listed', () => {
    const read = readProvenance(
      foreign({
        'predicate.runDetails.ci_runner': 'large',
        'predicate.buildDefinition.resolvedDependencies.0.x_note': 1,
      }),
    );
    expect(read.builder).toEqual({
      id: 'https://ci.example.org/hosted',
      version: {},
      dependencies: [],
    });
    expect(read.metadata).toEqual({ invocationId: '7', startedOn: '2026-01-02T03:04:05Z' });
    expect(read.unknown).toEqual([
      'buildDefinition.resolvedDependencies[0].x_note',
      'runDetails.ci_runner',
    ]);
  });

  it('of a strange builder may stand in the older type of statement', () => {
    const old = foreign({ _type: 'https://in-toto.io/Statement/v0.1' });
    expect(readProvenance(old).buildType).toBe('https://ci.example.org/workflow/v1');
  });

  const dependencies = 'predicate.buildDefinition.resolvedDependencies';

  it.each([
    {
      what: 'another predicate',
      at: 'predicateType',
      value: 'https://x/v1',
      code: 'STATEMENT_PREDICATE',
    },
    { what: 'no definition', at: 'predicate.buildDefinition' },
    { what: 'a definition that is a list', at: 'predicate.buildDefinition', value: [] },
    { what: 'no builder', at: 'predicate.runDetails.builder' },
    { what: 'a builder without id', at: 'predicate.runDetails.builder.id' },
    { what: 'a builder with an empty id', at: 'predicate.runDetails.builder.id', value: '' },
    { what: 'no build type', at: 'predicate.buildDefinition.buildType' },
    { what: 'no external parameters', at: 'predicate.buildDefinition.externalParameters' },
    { what: 'dependencies that are no list', at: dependencies, value: {} },
    { what: 'a dependency that is a text', at: dependencies, value: ['x'] },
    { what: 'a dependency that is nothing', at: dependencies, value: [{ name: 'x' }] },
    { what: 'more than can be read', at: dependencies, value: Array(20_001).fill({ uri: 'a' }) },
    { what: 'a digest cut short', at: `${dependencies}.0.digest`, value: { sha256: 'ab' } },
    {
      what: 'a digest in capitals',
      at: `${dependencies}.0.digest`,
      value: { sha256: 'A'.repeat(64) },
    },
    { what: 'a digest that is a number', at: `${dependencies}.0.digest`, value: { sha256: 7 } },
    {
      what: 'a version that is no text',
      at: 'predicate.runDetails.builder.version',
      value: { a: 1 },
    },
    {
      what: 'an invocation that is no text',
      at: 'predicate.runDetails.metadata.invocationId',
      value: 7,
    },
    {
      what: 'a subject without digest',
      at: 'subject.0.digest',
      value: {},
      code: 'STATEMENT_SUBJECT',
    },
  ])('with $what is refused', ({ at, value, code = 'STATEMENT_PROVENANCE' }) => {
    expect(() => readProvenance(foreign({ [at]: value }))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
