import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseStatement } from '../../src/attestation/statement.ts';
import Report from '../../src/commands/report.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { canonicalJson } from '../../src/report/dossier/canonical-json.ts';
import type { Dossier } from '../../src/report/dossier/dossier.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { demoRelease, root } from '../support/demo-release.ts';
import { readXml } from '../support/read-xml.ts';

const at = demoRelease('cpu', 'reviewer');

afterEach(() => {
  process.exitCode = undefined;
});

async function report(out: string, ...args: readonly string[]) {
  const captured = await captureOutput<Awaited<ReturnType<Report['run']>>>(() =>
    Report.run([at('dist/cpu'), '--key', at('release.pub'), '--out', at(out), '--quiet', ...args], {
      root,
    }),
  );
  return { ...captured, code: captured.error ?? process.exitCode ?? 0 };
}
const read = async (out: string): Promise<Dossier> =>
  JSON.parse(await readFile(at(out, 'report.json'), 'utf8'));

describe('report', () => {
  beforeAll(async () => {
    vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
    const { error } = await report(
      'first',
      ...['--sign-key', at('reviewer.key'), '--for', 'Site 7', '--prepared-by', 'J. Doe'],
      ...['--marking', 'EXERCISE'],
    );
    if (error !== undefined) throw error;
  });

  it('writes every format, and report.json in its one form that keeps to the schema', async () => {
    expect(await readdir(at('first'))).toEqual([
      'report.html',
      'report.intoto.jsonl',
      'report.json',
      'report.junit.xml',
      'report.md',
      'report.oscal.json',
      'report.sarif',
    ]);
    const text = await readFile(at('first', 'report.json'), 'utf8');
    const dossier: Dossier = JSON.parse(text);
    expect(canonicalJson(dossier)).toBe(text);
    expect(schemaFaults('dossier-report', dossier)).toEqual([]);
    expect(dossier.run).toMatchObject({
      command: 'report',
      audience: 'Site 7',
      preparedBy: 'J. Doe',
      marking: 'EXERCISE',
      network: 'none',
    });
    expect(dossier.release).toMatchObject({ product: 'cowabungaai-demo', flavor: 'cpu' });
    expect(dossier.contents.images.length).toBeGreaterThan(1);
    expect(dossier.provenance.map(({ state }) => state)).toContain('accepted');
    // No place on this machine is told.
    expect(text).not.toContain(at());
    for (const each of dossier.checks)
      if (each.outcome === 'pass') expect(each.evidence, each.id).not.toEqual([]);
    expect(readXml(await readFile(at('first', 'report.junit.xml'), 'utf8')).name).toBe(
      'testsuites',
    );
    JSON.parse(await readFile(at('first', 'report.sarif'), 'utf8'));
  });

  it('signs the digest of each', async () => {
    const bundle = JSON.parse(await readFile(at('first', 'report.intoto.jsonl'), 'utf8'));
    const { subjects, predicateType, predicate } = parseStatement(
      Buffer.from(bundle.dsseEnvelope.payload, 'base64'),
      { allowOldType: false },
    );
    expect(predicateType).toBe('https://cowabungaai.dev/attestations/report/v1');
    expect(predicate['status']).toBe((await read('first')).verdict.status);
    for (const name of await readdir(at('first'))) {
      if (name === 'report.intoto.jsonl') continue;
      const digest = digestOf(await readFile(at('first', name)));
      expect(subjects.find((each) => each.name === name)?.digest.sha256, name).toBe(
        digest.replace('sha256:', ''),
      );
    }
    const page = await readFile(at('first', 'report.html'), 'utf8');
    expect(page).toContain(digestOf(await readFile(at('first', 'report.json'))));
  });

  it('says in text and JSON what the first screen says', async () => {
    const text = await report('text');
    expect(text.stdout).toMatch(/^READY WITH CONDITIONS {2}cowabungaai-demo/);
    expect(text.stdout).toContain('Not signed');
    expect(text.code).toBe(0);
    const json = await report('text', '--json');
    const said: unknown = JSON.parse(json.stdout);
    expect(schemaFaults('report-result', said)).toEqual([]);
    expect(said).toMatchObject({ status: 'caveat', outcome: 'pass', signed: false });
  });

  it('takes what a scanner said, and fails by what is severe in it', async () => {
    const match = (severity: string) => ({
      descriptor: { name: 'grype' },
      matches: [
        { vulnerability: { id: 'CVE-1', severity }, artifact: { name: 'a', version: '1' } },
      ],
    });
    await writeFile(at('high.json'), JSON.stringify(match('High')));
    await writeFile(at('low.json'), JSON.stringify(match('Low')));
    expect((await report('scanned', '--scan', at('low.json'))).code).toBe(0);
    const both = await report('scanned', '--scan', at('low.json'), '--scan', at('high.json'));
    expect(both.code).toBe(1);
    const { scans, verdict, notLookedAt, evidence } = await read('scanned');
    expect(scans.map(({ counts }) => counts.high)).toEqual([0, 1]);
    expect([verdict.status, verdict.outcome]).toEqual(['not-met', 'pass']);
    expect(notLookedAt.map(({ id }) => id)).not.toContain('vulnerabilities');
    expect(evidence.map(({ name }) => name)).toContain('high.json');
  });

  it('shows growth against an earlier report, and earlier runs', async () => {
    await mkdir(at('runs/a'), { recursive: true });
    await writeFile(at('runs/a/report.json'), await readFile(at('first/report.json')));
    await writeFile(at('runs/other.json'), '{}');
    const { error, stdout } = await report(
      'next',
      ...['--previous', at('first/report.json'), '--history', at('runs')],
    );
    expect(error).toBeUndefined();
    expect(stdout).toContain('Passed over in --history, no reports of this program: other.json');
    const { previous, history } = await read('next');
    expect(previous?.images.every(({ before, after }) => before === after)).toBe(true);
    expect(history.map(({ name, status }) => [name, status])).toEqual([
      ['a/report.json', 'caveat'],
    ]);
  });

  it('is weakened by a flag, and says so', async () => {
    const { stderr } = await report('weak', '--insecure-allow-unsigned');
    expect(stderr).toContain('--insecure-allow-unsigned');
    expect((await read('weak')).run.insecure).toEqual(['--insecure-allow-unsigned']);
  });

  it.each<[string, readonly string[], string]>([
    ['into what is judged', ['--out', 'dist/cpu/report'], 'OUTPUT_IN_INPUT'],
    ['into a folder of no folder', ['--out', 'gone/report'], 'OUTPUT_NO_FOLDER'],
    [
      'over a report it is compared with',
      ['--out', 'first', '--previous', 'first/report.json'],
      'OUTPUT_IS_INPUT',
    ],
    [
      'with a report that is none',
      ['--out', 'o', '--previous', 'release.pub'],
      'REPORT_DOCUMENT_INVALID',
    ],
    [
      'with a scan that is none',
      ['--out', 'o', '--scan', 'runs/other.json'],
      'SCAN_FORMAT_UNKNOWN',
    ],
  ])('refuses to write %s', async (_, args, code) => {
    const paths = args.map((arg) => (arg.startsWith('--') ? arg : at(arg)));
    const { error } = await captureOutput(() =>
      Report.run([at('dist/cpu'), '--key', at('release.pub'), '--quiet', ...paths], { root }),
    );
    expect(error).toMatchObject({ code });
  });

  it('puts no report without a signature over one that somebody signed', async () => {
    await report('again', '--sign-key', at('reviewer.key'));
    expect(await readdir(at('again'))).toContain('report.intoto.jsonl');
    const before = await readFile(at('again/report.json'));
    expect((await report('again')).error).toMatchObject({ code: 'OUTPUT_SIGNED_REPORT' });
    expect(await readFile(at('again/report.json'))).toEqual(before);
    expect((await report('again', '--sign-key', at('reviewer.key'))).error).toBeUndefined();
  });
});
