import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../test/support/assemble-in-memory.ts';
import { smallRelease } from '../../test/support/small-release.ts';
import { MemoryWebSource } from '../adapters/memory/web-source.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { LockedFlavor } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { planRelease } from './plan-release.ts';

const address = 'https://example.com/tool';
const sha256 = createHash('sha256').update('tool').digest('hex');
const definition = String(smallRelease()['cowa-release.yaml']);
const files = (declared: string): Record<string, string> => ({
  'cowa-release.yaml': `${definition}${declared}`,
  'api/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: api, version: 1.2.3 }
components:
  - name: api
    required: true
    files: [{ source: '${address}', shasum: ${sha256}, target: /opt/tool }]
`,
});
const declared = 'remoteInputs: { hosts: [example.com] }\n';
const withTool = (): MemoryWebSource => new MemoryWebSource({ [address]: 'tool' });

describe('a release that names a file by its address', () => {
  it('carries it, says where it is from, and does not fetch it twice', async () => {
    const web = withTool();
    const wish = { files: files(declared), fetching: { web }, provenance: true } as const;
    const { machine, steps } = await assemble(wish);
    expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(steps.find(({ id }) => id === `fetch ${address}`)).toMatchObject({
      outcome: 'done',
      counts: { cacheMisses: 1 },
    });
    expect(web.asked).toEqual([address]);
    const statements = [...(machine.outputs.get('cpu')?.files ?? [])]
      .filter(([path]) => /api.*intoto/.test(path))
      .map(([, bytes]) => {
        const { dsseEnvelope } = JSON.parse(Buffer.from(bytes).toString());
        return Buffer.from(dsseEnvelope.payload, 'base64').toString();
      });
    expect(statements.join()).toContain(`"uri":"${address}"`);
    const again = await assemble({ ...wish, machine });
    const fetch = again.steps.find(({ id }) => id === `fetch ${address}`);
    expect(fetch).toMatchObject({ outcome: 'reused', counts: { cacheHits: 1 } });
    expect(web.asked).toEqual([address]);
  });

  it('fails there alone when it cannot be had', async () => {
    const { steps } = await assemble({ files: files(declared) });
    const failed = steps.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ id, error }) => [id, error?.code])).toEqual([
      [`fetch ${address}`, 'FETCH_NOT_FOUND'],
    ]);
    expect(steps.find(({ id }) => id.includes('zarf-package-model-cpu'))?.outcome).toBe('done');
  });

  it('is refused as a whole when nobody declared the host', async () => {
    const plan = planRelease(
      { definitionPath: 'cowa-release.yaml', flavor: 'all', allowActions: false },
      { workspace: new MemoryWorkspace(smallRelease(files(''))) },
      { signal: new AbortController().signal },
    );
    await expect(plan).rejects.toMatchObject({
      code: 'INPUT_UNDECLARED',
      message: expect.stringContaining(`api/zarf.yaml:6:23 component 'api' names ${address}`),
    });
  });

  it('is refused for payloads, too', async () => {
    const from = `from: { url: 'https://models.example.com/w' }`;
    const plan = planRelease(
      { definitionPath: 'cowa-release.yaml', flavor: 'gpu', allowActions: false },
      {
        workspace: new MemoryWorkspace(
          smallRelease({
            'cowa-release.yaml': definition.replace('path: payloads/weights.bin', from),
          }),
        ),
      },
      { signal: new AbortController().signal },
    );
    await expect(plan).rejects.toMatchObject({
      code: 'INPUT_UNDECLARED',
      message: expect.stringContaining('model-gpu/weights.bin is to come from https://models'),
    });
  });

  it('carries a payload that is fetched, and names its origin', async () => {
    const weights = Buffer.from('weights of a very small model\n'.repeat(40));
    const url = 'https://models.example.com/w';
    const changed = definition.replace('path: payloads/weights.bin', `from: { url: '${url}' }`);
    const { machine, steps } = await assemble({
      files: {
        'cowa-release.yaml': `${changed}remoteInputs: { hosts: [models.example.com] }\n`,
        'payloads/weights.bin': undefined,
      },
      fetching: { web: new MemoryWebSource({ [url]: weights }) },
      provenance: true,
    });
    expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const files = machine.outputs.get('gpu')?.files ?? new Map();
    const textOf = (name: string): string =>
      Buffer.from(files.get(`dist/gpu/${name}`) ?? '').toString();
    const { payloads } = JSON.parse(textOf('report.json'));
    expect(payloads).toMatchObject([{ path: 'model-gpu/weights.bin', size: 1200 }]);
    const [line = ''] = textOf(
      'zarf-package-model-gpu-amd64-1.2.3.tar.zst.provenance.intoto.jsonl',
    ).split('\n');
    const { dsseEnvelope } = JSON.parse(line);
    expect(Buffer.from(dsseEnvelope.payload, 'base64').toString()).toContain(`"uri":"${url}"`);
  });

  it('takes only what the lock names', async () => {
    const lock = new Map<ReleaseFlavor, LockedFlavor>([['cpu', { images: [], payloads: [] }]]);
    const { steps } = await assemble({
      files: files(declared),
      fetching: { web: withTool() },
      lock,
    });
    expect(steps.find(({ id }) => id === `fetch ${address}`)?.error?.code).toBe(
      'INPUT_LOCK_MISSING',
    );
  });
});
