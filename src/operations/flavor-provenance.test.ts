import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type aMachine, assemble, judge, key, run } from '../../test/support/assemble-in-memory.ts';
import { smallRelease } from '../../test/support/small-release.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { type Provenance, readProvenance } from '../attestation/provenance.ts';
import { parseStatement, requireSubject } from '../attestation/statement.ts';
import { digestOf } from '../oci/digest.ts';
import { onlyKey } from '../ports/signature-judge.ts';
import { packageManifest } from '../zarf/oci-manifest.ts';
import { parsePackageDefinition } from '../zarf/parse-definition.ts';
import { attachedResult } from './attached-results.ts';
import { takeArchiveFiles } from './take-archive-files.ts';

const bundle = 'uds-bundle-small-gpu-amd64-1.2.3.tar.zst';
const api = 'zarf-package-api-amd64-1.2.3.tar.zst';
const model = 'zarf-package-model-gpu-amd64-1.2.3.tar.zst';

type Machine = ReturnType<typeof aMachine>;

async function fileOf({ outputs }: Machine, name: string): Promise<Uint8Array> {
  const bytes = await outputs.get('gpu')?.read(name);
  if (bytes === undefined) throw new Error(`no ${name}`);
  return bytes;
}

async function payloadOf(machine: Machine, archive: string): Promise<Uint8Array> {
  const signed = await fileOf(machine, `${archive}.provenance.intoto.jsonl`);
  const judged = await judge.judgeStatement(signed, onlyKey(key), run);
  if (judged.outcome !== 'valid') throw new Error(judged.reason);
  return judged.statement?.payload ?? new Uint8Array();
}

const read = async (machine: Machine, archive: string): Promise<Provenance> =>
  readProvenance(await payloadOf(machine, archive));

const sha256 = (text: unknown): string =>
  createHash('sha256')
    .update(typeof text === 'string' || text instanceof Uint8Array ? text : '')
    .digest('hex');

/** `kind name` of everything it was made from. */
const inputsOf = ({ resolvedDependencies }: Provenance): readonly string[] =>
  resolvedDependencies.map(({ name, annotations }) => `${String(annotations?.['kind'])} ${name}`);

describe('the provenance of a flavor', () => {
  it('lies signed beside every archive, is about its bytes, and is listed with the release', async () => {
    const { machine } = await assemble({ provenance: true });
    const sums = Buffer.from(await fileOf(machine, 'SHA256SUMS')).toString('utf8');
    for (const archive of [bundle, api, model]) {
      const digest = digestOf(await fileOf(machine, archive));
      const statement = parseStatement(await payloadOf(machine, archive), { allowOldType: false });
      expect(requireSubject(statement, digest, 'https://slsa.dev/provenance/v1').name).toBe(
        archive,
      );
      expect(sums).toContain(`  ${archive}.provenance.intoto.jsonl\n`);
    }
  });

  it('is also about the manifest that the archive has in a registry', async () => {
    const { machine } = await assemble({ provenance: true });
    for (const name of [api, model]) {
      const source = new MemoryArchiveSource({ [name]: await fileOf(machine, name) });
      const ports = { blobs: new MemoryBlobStore(), compute: inProcessCompute() };
      const { files, definition } = await takeArchiveFiles(
        await source.open(name),
        name,
        ports,
        run,
      );
      const said = parsePackageDefinition(definition ?? new Uint8Array(0), 'built').definition;
      const { digest } = packageManifest({ definition: said ?? expect.unreachable(), files });
      expect((await read(machine, name)).subjects.at(-1)).toEqual({
        name: `${name}#manifest`,
        digest: { sha256: digest.slice('sha256:'.length) },
      });
    }
    expect((await read(machine, bundle)).subjects.at(-1)?.name).toBe(`${bundle}#manifest`);
  });

  it('names everything a package was made from, by digest', async () => {
    const { machine } = await assemble({ provenance: true });
    const provenance = await read(machine, model);
    expect(inputsOf(provenance)).toEqual([
      'base-image example.com/base:1',
      'definition cowa-release.yaml',
      'definition model-gpu/zarf.yaml',
      'image example.com/model:1',
      'image-file files/model',
      'manifest model-gpu/config.yaml',
      'payload payloads/weights.bin',
    ]);
    const files = smallRelease();
    for (const { name = '', digest, annotations } of provenance.resolvedDependencies) {
      if (annotations?.['kind'] === 'image' || annotations?.['kind'] === 'base-image')
        expect(digest?.['sha256']).toHaveLength(64);
      else expect(digest, name).toEqual({ sha256: sha256(files[name]) });
    }
    expect(provenance.byproducts.map(({ name }) => name)).toEqual([
      'checksums.txt',
      'components/main.tar',
    ]);
  });

  it('of a bundle names its packages by what their content hangs on', async () => {
    const { machine } = await assemble({ provenance: true });
    const provenance = await read(machine, bundle);
    const roots = await Promise.all(
      [api, model].map(async (archive) => (await read(machine, archive)).subjects[1]),
    );
    const packages = provenance.resolvedDependencies.filter(
      ({ annotations }) => annotations?.['kind'] === 'package',
    );
    expect(packages.map(({ name, digest }) => [name, digest])).toEqual([
      ['api#zarf.yaml', roots[0]?.digest],
      ['model-gpu#zarf.yaml', roots[1]?.digest],
    ]);
    expect(inputsOf(provenance)).toContain('definition bundle-gpu/uds-bundle.yaml');
  });

  it('names the builder, what was allowed, and programs by digest', async () => {
    const builder = { id: 'https://ci.example.org/builders/1', version: { node: '26.0.0' } };
    const tools = [
      { name: 'sh', digest: { sha256: 'd'.repeat(64) }, annotations: { kind: 'tool' } },
    ];
    const { machine } = await assemble({ provenance: { builder, tools, runActions: true } });
    const provenance = await read(machine, api);
    expect(provenance.builder).toEqual({ ...builder, dependencies: [] });
    expect(provenance.internalParameters).toMatchObject({ runActions: true, sbomEngine: 'none' });
    expect(inputsOf(provenance)).toContain('tool sh');
  });

  it('tells names of templates and no values', async () => {
    const definition = String(smallRelease()['cowa-release.yaml']).replace(
      '{ path: model-gpu }',
      '{ path: model-gpu, set: { TOKEN: s3cret-value, REGION: north } }',
    );
    const { machine } = await assemble({
      provenance: true,
      files: {
        'cowa-release.yaml': definition,
        'model-gpu/zarf.yaml': String(smallRelease()['model-gpu/zarf.yaml']).replace(
          'name: model-gpu\n',
          'name: model-gpu\n  description: "###ZARF_PKG_TMPL_TOKEN### ###ZARF_PKG_TMPL_REGION###"\n',
        ),
      },
    });
    const payload = Buffer.from(await payloadOf(machine, model)).toString('utf8');
    expect(readProvenance(Buffer.from(payload)).externalParameters['templates']).toEqual([
      'REGION',
      'TOKEN',
    ]);
    expect(payload).not.toMatch(/s3cret-value|north/);
  });

  it('keeps its bytes when nothing changed, and is made anew when how it was made did', async () => {
    const { machine } = await assemble({ provenance: true });
    const name = `${api}.provenance.intoto.jsonl`;
    const before = await fileOf(machine, name);
    await assemble({ machine, provenance: true });
    expect(await fileOf(machine, name)).toEqual(before);
    const revision = { commit: 'c'.repeat(40), folder: '', dirty: true };
    await assemble({ machine, provenance: { revision } });
    const provenance = await read(machine, api);
    expect(provenance.resolvedDependencies.at(-1)).toEqual({
      name: 'source',
      digest: { gitCommit: 'c'.repeat(40) },
      annotations: { kind: 'source', folder: '', dirty: true },
    });
  });

  it('is the same on two machines', async () => {
    const payloads = [];
    for (const _ of [1, 2]) {
      const { machine } = await assemble({ provenance: true });
      // Signatures of packages are made anew, and are part of the archive.
      const { resolvedDependencies } = await read(machine, api);
      payloads.push(JSON.stringify(resolvedDependencies));
    }
    expect(payloads[0]).toBe(payloads[1]);
  });

  it('carries results of tests and of scanners, each signed for, about every archive', async () => {
    const results = [
      attachedResult('unit', Buffer.from('{"result":"PASSED","passedTests":["a"]}'), 'unit'),
      attachedResult('scan', Buffer.from('{"version":"2.1.0","runs":[]}'), 'scan'),
    ];
    const { machine, steps } = await assemble({ provenance: true, results });
    expect(steps.filter(({ error }) => error !== undefined)).toEqual([]);
    const sums = Buffer.from(await fileOf(machine, 'SHA256SUMS')).toString('utf8');
    for (const name of ['result-unit.json', 'result-scan.sarif']) expect(sums).toContain(name);
    for (const [name, predicateType] of [
      ['result-unit', 'https://in-toto.io/attestation/test-result/v0.1'],
      ['result-scan', 'https://in-toto.io/attestation/reference/v0.1'],
    ]) {
      const signed = await fileOf(machine, `${name}.intoto.jsonl`);
      const judged = await judge.judgeStatement(signed, onlyKey(key), run);
      if (judged.outcome !== 'valid') throw new Error(judged.reason);
      const statement = parseStatement(judged.statement?.payload ?? new Uint8Array(), {
        allowOldType: false,
      });
      expect(statement.predicateType).toBe(predicateType);
      const about = [bundle, api, model].flatMap((name) => [name, `${name}#manifest`]);
      expect(statement.subjects.map((each) => each.name)).toEqual(about);
    }
    // A second run finds them as its own.
    const again = await assemble({ machine, provenance: true, results });
    expect(again.steps.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('is not written for a release that nobody signs', async () => {
    const { machine } = await assemble({ provenance: true, signed: false });
    const names = (await machine.outputs.get('gpu')?.list()) ?? [];
    expect(names.filter((name) => name.includes('provenance'))).toEqual([]);
  });
});
