import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import Diff from '../../src/commands/diff.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Report from '../../src/commands/report.ts';
import { aPackage } from '../support/a-package.ts';
import { testKeys } from '../support/a-trust-policy.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { blobSignature } from '../support/trust-evidence.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);

async function archive(name: string, version: string): Promise<void> {
  const bare = aPackage()
    .image()
    .defining((text) =>
      text
        .replace('build:', 'build:\n  signed: true')
        .replace('version: 1.0.0', `version: ${version}`),
    );
  const yaml = bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content ?? '';
  const { bytes } = bare
    .with('zarf.bundle.sig', blobSignature(Buffer.from(yaml), 'rel-a'))
    .archive();
  await writeFile(at(name), bytes);
}
const run = (...argv: readonly string[]) => {
  process.exitCode = undefined;
  return captureOutput(() => Diff.run([...argv], config));
};
const judged = () => ['--key', at('rel.pub')];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-diff-'));
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  for (const key of ['anna', 'bert'])
    await captureOutput(() => KeysGenerate.run(['--out', at(key)], config));
  await writeFile(at('rel.pub'), testKeys['rel-a'].pem);
  await archive('zarf-package-demo-amd64-1.0.0.tar.zst', '1.0.0');
  await archive('zarf-package-demo-amd64-1.1.0.tar.zst', '1.1.0');
  for (const [version, out] of [
    ['1.0.0', 'old'],
    ['1.1.0', 'new'],
  ] as const) {
    const { error } = await captureOutput(() =>
      Report.run(
        [
          at(`zarf-package-demo-amd64-${version}.tar.zst`),
          ...judged(),
          '--out',
          at(out),
          '--sign-key',
          at('anna.key'),
        ],
        config,
      ),
    );
    if (error !== undefined) throw error;
  }
}, 60_000);
afterEach(() => {
  process.exitCode = undefined;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('diff', () => {
  it('says what changed between two reports alone, and who signed them', async () => {
    const { stdout, error } = await run(
      at('old/report.json'),
      at('new'),
      '--report-key',
      at('anna.pub'),
    );
    expect(error).toBeUndefined();
    expect(stdout).toMatch(/^DIFFERENT {2}/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('version 1.0.0 → 1.1.0');
    expect(stdout.match(/its report is signed by/g)).toHaveLength(2);
    expect(stdout).toContain('Ready with conditions');
    expect(stdout).not.toMatch(/\b(?:caveat|not-met),/);
    expect(process.exitCode ?? 0).toBe(0);
  });

  it('says the same of the archives themselves', async () => {
    const names = ['1.0.0', '1.1.0'].map((version) =>
      at(`zarf-package-demo-amd64-${version}.tar.zst`),
    );
    const { stdout } = await run(...names, ...judged(), '--output', 'json');
    const diff = JSON.parse(stdout);
    expect(schemaFaults('diff-result', diff)).toEqual([]);
    const reports = JSON.parse((await run(at('old'), at('new'), '--output', 'json')).stdout);
    expect(diff.sections).toEqual(reports.sections);
    const mixed = await run(at('old'), names[0] ?? '', ...judged());
    expect(mixed.stdout).toMatch(/^SAME {2}/);
  });

  it('fails where archives that are judged now fail, and says so', async () => {
    const archive = at('zarf-package-demo-amd64-1.1.0.tar.zst');
    const { stdout } = await run(at('old'), archive, '--key', at('bert.pub'));
    expect(stdout).toContain('NOT vouched for');
    expect(process.exitCode).toBe(1);
    const { stdout: good } = await run(at('old'), archive, ...judged());
    expect(good.replaceAll(/\s+/g, ' ')).toContain('themselves: they pass');
    expect(process.exitCode ?? 0).toBe(0);
  });

  it.each([
    ['another key', 1, 'NOT what was signed', async () => ['--report-key', at('bert.pub')]],
    [
      'no statement beside it',
      5,
      'UNSIGNED',
      async () => {
        await rm(at('copy/report.intoto.jsonl'));
        return ['--report-key', at('anna.pub')];
      },
    ],
    [
      'a statement of another report',
      1,
      'NOT what was signed',
      async () => {
        await writeFile(
          at('copy/report.intoto.jsonl'),
          await readFile(at('new/report.intoto.jsonl')),
        );
        return ['--report-key', at('anna.pub')];
      },
    ],
    [
      'a change since it was signed',
      1,
      'NOT what was signed',
      async () => {
        const text = await readFile(at('copy/report.json'), 'utf8');
        await writeFile(
          at('copy/report.json'),
          text.replace('"version":"1.0.0"', '"version":"9.0.0"'),
        );
        return ['--report-key', at('anna.pub')];
      },
    ],
    ['no key to judge it by', 0, 'no key was given', async () => []],
    ...['', '{}'].map(
      (text) =>
        [
          `'${text}' for a statement, and no key`,
          1,
          'NOT what was signed',
          async () => {
            await writeFile(at('copy/report.intoto.jsonl'), text);
            return [];
          },
        ] as const,
    ),
    [
      'a statement of another report, and no key',
      1,
      'NOT what was signed',
      async () => {
        const other = await readFile(at('new/report.intoto.jsonl'));
        await writeFile(at('copy/report.intoto.jsonl'), other);
        return [];
      },
    ],
  ] as const)('says so of a report with %s (exit code %i)', async (_name, code, words, prepare) => {
    await rm(at('copy'), { recursive: true, force: true });
    const { cp } = await import('node:fs/promises');
    await cp(at('old'), at('copy'), { recursive: true });
    const { stdout } = await run(at('copy'), at('new'), ...(await prepare()));
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words);
    expect(process.exitCode ?? 0).toBe(code);
  });

  it('is not proven where archives lack what the policy demands, and somebody was to be believed', async () => {
    await writeFile(
      at('strict.yaml'),
      'apiVersion: cowa-release/policy/v1\nrequired: [container, signature, statement]\n',
    );
    const sides = [at('old'), at('zarf-package-demo-amd64-1.1.0.tar.zst')];
    const { stdout, error } = await run(...sides, ...judged(), '--policy', at('strict.yaml'));
    expect(error).toBeUndefined();
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('not proven: judged now');
    expect(process.exitCode).toBe(5);
    await run(...sides, '--policy', at('strict.yaml'));
    expect(process.exitCode ?? 0).toBe(0);
  });

  it('fails on a change where that is asked for', async () => {
    await run(at('old'), at('new'), '--fail-on-change');
    expect(process.exitCode).toBe(1);
    await run(at('old'), at('old'), '--fail-on-change');
    expect(process.exitCode ?? 0).toBe(0);
  });

  it('writes every form, and signs their digests', async () => {
    const out = ['--out', at('changes'), '--sign-key', at('bert.key')];
    expect((await run(at('old'), at('new'), ...out)).error).toBeUndefined();
    expect(await readdir(at('changes'))).toEqual([
      'diff.html',
      'diff.intoto.jsonl',
      'diff.json',
      'diff.md',
    ]);
    const { dsseEnvelope } = JSON.parse(await readFile(at('changes/diff.intoto.jsonl'), 'utf8'));
    const statement = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString());
    const { digestOf } = await import('../../src/oci/digest.ts');
    for (const { name, digest } of statement.subject)
      expect(`sha256:${digest.sha256}`).toBe(digestOf(await readFile(at('changes', name))));
    expect(statement.predicate).toMatchObject({ outcome: 'different' });
    // Without a key the earlier statement does not stay beside what it is not about.
    await run(at('old'), at('old'), '--out', at('changes'));
    expect(await readdir(at('changes'))).toEqual(['diff.html', 'diff.json', 'diff.md']);
  });

  it.each([
    ['a signature without files', ['--sign-key', 'x.key'], 'DIFF_SIGN_NO_OUT'],
    ['an output in what is compared', ['--out', 'INPUT'], 'OUTPUT_IN_INPUT'],
  ])('refuses %s', async (_name, args, code) => {
    const given = args.map((each) => (each === 'INPUT' ? at('old/sub') : each));
    expect((await run(at('old'), at('new'), ...given)).error).toMatchObject({ code });
  });

  it('refuses a document that is no report', async () => {
    await writeFile(at('other.json'), '{"schema":"x"}');
    expect((await run(at('other.json'), at('new'))).error).toMatchObject({
      code: 'REPORT_DOCUMENT_INVALID',
    });
  });
});
