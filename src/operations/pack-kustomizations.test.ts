import { describe, expect, it } from 'vitest';
import { assemble } from '../../test/support/assemble-in-memory.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';

const files = {
  'api/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: api, version: 1.2.3 }
components:
  - name: api
    required: true
    manifests: [{ name: m, namespace: n, kustomizations: [over], kustomizeAllowAnyDirectory: true }]
`,
  'api/over/kustomization.yaml': 'resources: []\n',
};

function kustomizer(
  built: Awaited<ReturnType<Kustomizer['build']>>,
): Kustomizer & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    identity: { name: 'kustomize', version: 'v5.0.0', sha256: 'c'.repeat(64) },
    build: async (folder, options) => {
      asked.push([folder, options]);
      return built;
    },
  };
}

describe('kustomizations of a package', () => {
  it('are built, and lie where Zarf looks for them; their files stand in the provenance', async () => {
    const program = kustomizer({ text: 'kind: ConfigMap\n' });
    const { machine, steps } = await assemble({
      files,
      ports: { kustomizer: program },
      provenance: true,
    });
    expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(program.asked).toEqual([['api/over', { anyFolder: true }]]);
    const statements = [...(machine.outputs.get('cpu')?.files ?? [])]
      .filter(([path]) => /api.*intoto/.test(path))
      .map(([, bytes]) => {
        const { dsseEnvelope } = JSON.parse(Buffer.from(bytes).toString());
        return Buffer.from(dsseEnvelope.payload, 'base64').toString();
      });
    expect(statements.join()).toContain('"kind":"kustomization"');
    expect(statements.join()).toContain('manifests/kustomization-m-0.yaml');
  });

  it.each([
    [{ refused: 'no such file' }],
    [{ refused: 'it is made of https://e.com/x', elsewhere: true as const }],
  ])('fail where kustomize refuses: %j', async (built) => {
    const { steps } = await assemble({ files, ports: { kustomizer: kustomizer(built) } });
    expect(steps.find(({ outcome }) => outcome === 'failed')?.error?.code).toBe(
      'PACK_KUSTOMIZATION',
    );
  });

  it('are refused before anything is done where no kustomize was named', async () => {
    await expect(assemble({ files })).rejects.toMatchObject({
      code: 'PACK_KUSTOMIZE_MISSING',
      message: expect.stringContaining('api/zarf.yaml:6:'),
    });
  });
});
