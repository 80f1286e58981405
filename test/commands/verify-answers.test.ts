import { createPublicKey } from 'node:crypto';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { encodePreAuthentication } from '../../src/attestation/dsse.ts';
import { verifyMessageSignature } from '../../src/attestation/verify-key-signature.ts';
import Verify from '../../src/commands/verify.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { demoRelease, root } from '../support/demo-release.ts';
import { readXml } from '../support/read-xml.ts';

const packaged = 'zarf-package-llama-cpp-python-amd64-0.1.0-upstream.tar.zst';
const at = demoRelease('cpu', 'reviewer');
const good = () => at('dist/cpu', packaged);

beforeAll(async () => {
  await mkdir(at('bad'));
  const bytes = await readFile(good());
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  await writeFile(at('bad', packaged), bytes);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
});

async function verify(...args: readonly string[]) {
  const captured = await captureOutput<Awaited<ReturnType<Verify['run']>>>(() =>
    Verify.run([...args, '--key', at('release.pub'), '--quiet'], { root }),
  );
  return {
    ...captured,
    exitCode: captured.error === undefined ? (process.exitCode ?? 0) : captured.error,
  };
}
async function aPolicy(name: string, text: string): Promise<string> {
  await writeFile(at(name), `apiVersion: cowa-release/policy/v1\n${text}\n`);
  return at(name);
}

describe('--output', () => {
  it.each<[string, (text: string) => unknown]>([
    ['json', (text) => JSON.parse(text)],
    ['yaml', parse],
    ['sarif', (text) => JSON.parse(text)],
    ['junit', readXml],
    ['markdown', (text) => /^## ❌ FAIL\n/.test(text) || undefined],
    ['html', (text) => /^<!DOCTYPE html>\n/.test(text) || undefined],
  ])('%s is one document of its kind', async (format, read) => {
    const { stdout, stderr, exitCode } = await verify(at('bad', packaged), '--output', format);
    expect(read(stdout)).toBeTruthy();
    expect([stderr, exitCode]).toEqual(['', 1]);
  });

  it('keeps to the schema in JSON and YAML', async () => {
    const json = await verify(at('bad', packaged), '--output', 'json');
    const yaml = await verify(at('bad', packaged), '--output', 'yaml');
    expect(schemaFaults('verify-report', JSON.parse(json.stdout))).toEqual([]);
    expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  });

  it('tells in formats without a form for errors what could not be opened, as a result', async () => {
    const { stdout, stderr, exitCode } = await verify(at('gone.tar.zst'), '--output', 'junit');
    expect(readXml(stdout).attributes).toMatchObject({ errors: '1' });
    expect(stderr).toContain('Error [ARCHIVE_MISSING]');
    expect(exitCode).toBe(3);
    const json = await verify(at('gone.tar.zst'), '--output', 'json');
    expect(json.exitCode).toMatchObject({ code: 'ARCHIVE_MISSING' });
  });
});

describe('--report', () => {
  it('writes several at once, beside the text, and the same each time', async () => {
    await mkdir(at('r'), { recursive: true });
    const kinds = ['text', 'json', 'yaml', 'sarif', 'junit', 'markdown', 'html'];
    const flags = kinds.flatMap((kind) => ['--report', `${kind}=${at('r', `a.${kind}`)}`]);
    const { stdout, exitCode } = await verify(at('bad', packaged), ...flags);
    expect([stdout.split(' ')[0], exitCode]).toEqual(['FAIL', 1]);
    expect((await readdir(at('r'))).sort()).toEqual(kinds.map((kind) => `a.${kind}`).sort());
    const before = await Promise.all(kinds.map((kind) => readFile(at('r', `a.${kind}`), 'utf8')));
    await verify(at('bad', packaged), ...flags);
    const after = await Promise.all(kinds.map((kind) => readFile(at('r', `a.${kind}`), 'utf8')));
    expect(after).toEqual(before);
  });

  it('leaves a whole report in a folder, unsigned and the same each time, and refuses one in what is judged', async () => {
    await mkdir(at('d'), { recursive: true });
    const dossier = ['--report', `dossier=${at('d/report')}`];
    const { exitCode } = await verify(at('bad', packaged), ...dossier);
    expect(exitCode).toBe(1);
    expect((await readdir(at('d/report'))).sort()).toEqual([
      'report.html',
      'report.json',
      'report.junit.xml',
      'report.md',
      'report.oscal.json',
      'report.sarif',
    ]);
    const report = JSON.parse(await readFile(at('d/report/report.json'), 'utf8'));
    expect([report.schema, report.verdict.status, report.run.command]).toEqual([
      'cowa-release/report/v1',
      'not-met',
      'verify',
    ]);
    expect(await readFile(at('d/report/report.html'), 'utf8')).toContain('was not signed');
    const inside = await verify(at('dist/cpu'), '--report', `dossier=${at('dist/cpu/report')}`);
    expect(inside.exitCode).toMatchObject({ code: 'OUTPUT_IN_INPUT', exitCode: 2 });
    expect(await readdir(at('dist/cpu'))).not.toContain('report');
  });

  it('is written also when nothing could be opened', async () => {
    const file = at('gone.xml');
    const { exitCode } = await verify(at('gone.tar.zst'), '--report', `junit=${file}`);
    expect(exitCode).toMatchObject({ code: 'ARCHIVE_MISSING' });
    expect(readXml(await readFile(file, 'utf8')).attributes).toMatchObject({ errors: '1' });
  });

  it.each<[string, () => readonly string[], string]>([
    ['a kind that is none', () => [`pdf=${at('x')}`], 'OUTPUT_KIND_UNKNOWN'],
    ['no path', () => ['json='], 'OUTPUT_KIND_UNKNOWN'],
    ['no kind', () => [at('x.json')], 'OUTPUT_KIND_UNKNOWN'],
    ['the archive', () => [`json=${at('bad', packaged)}`], 'OUTPUT_IS_INPUT'],
    ['a link to the archive', () => [`json=${at('link')}`], 'OUTPUT_IS_INPUT'],
    ['the key', () => [`json=${at('release.pub')}`], 'OUTPUT_IS_INPUT'],
    ['two to one file', () => [`json=${at('x')}`, `yaml=${at('.', 'x')}`], 'OUTPUT_TWICE'],
    ['a folder', () => [`json=${at('dist')}`], 'OUTPUT_NO_FILE'],
    ['a device', () => ['json=/dev/null'], 'OUTPUT_NO_FILE'],
    ['a folder that is not there', () => [`json=${at('nowhere/x.json')}`], 'OUTPUT_NO_FOLDER'],
  ])('refuses %s before anything is read', async (_name, reports, code) => {
    await symlink(at('bad', packaged), at('link')).catch(() => undefined);
    const before = await readFile(at('bad', packaged));
    const flags = reports().flatMap((each) => ['--report', each]);
    const { exitCode, stdout } = await verify(at('bad', packaged), ...flags);
    expect(exitCode).toMatchObject({ code, exitCode: 2 });
    expect(stdout).toBe('');
    expect(await readFile(at('bad', packaged))).toEqual(before);
  });

  it('refuses to put a file into the folder that is judged', async () => {
    const { exitCode } = await verify(at('dist/cpu'), '--report', `html=${at('dist/cpu/r.html')}`);
    expect(exitCode).toMatchObject({ code: 'OUTPUT_IN_INPUT', exitCode: 2 });
    expect(await readdir(at('dist/cpu'))).not.toContain('r.html');
  });
});

describe('what is looked at', () => {
  it.each<[string, readonly string[], number, RegExp]>([
    [
      'a skip of required evidence',
      ['--skip', 'oci/*'],
      5,
      /oci could not be decided \(weakened by --skip oci\/\*\)/,
    ],
    [
      'a skip of other evidence',
      ['--skip', 'names/*'],
      0,
      /passes \(weakened by --skip names\/\*\)/,
    ],
    ['a choice of checks', ['--checks', 'names/*'], 5, /is not proven/],
    ['nothing left out', [], 0, /passes$/m],
  ])('%s', async (_name, flags, code, first) => {
    const { stdout, exitCode, result } = await verify(good(), ...flags);
    expect(exitCode).toBe(code);
    expect(stdout.replaceAll(/\n {4}/g, ' ').split('\n')[0]).toMatch(first);
    const left =
      result !== undefined && 'findings' in result
        ? result.findings.filter((each) => each.code === 'CHECK_SKIPPED')
        : [];
    expect(left.length > 0).toBe(flags.length > 0);
    expect(left.every(({ outcome }) => outcome === 'undecided')).toBe(true);
  });

  it('refuses a pattern that means no check, and guesses', async () => {
    const { exitCode } = await verify(good(), '--skip', 'oci/platfrom');
    expect(exitCode).toMatchObject({
      code: 'CHECK_PATTERN_UNKNOWN',
      exitCode: 2,
      suggestions: ["Did you mean 'oci/platform'?", expect.anything()],
    });
  });

  it('a skip over a folder leaves out its own checks, too', async () => {
    const { exitCode } = await verify(at('dist/cpu'), '--skip', 'statement/*');
    expect(exitCode).toBe(5);
  });
});

describe('--fail-on', () => {
  it.each<[string, readonly string[], number]>([
    ['nothing more', [], 0],
    ['undecided', ['--fail-on', 'undecided'], 5],
    ['warnings: its workloads are not hardened', ['--fail-on', 'warning'], 1],
  ])('%s', async (_name, flags, code) => {
    const { exitCode } = await verify(good(), '--skip', 'names/*', ...flags);
    expect(exitCode).toBe(code);
  });
});

describe('a policy', () => {
  const broken = async () => {
    const name = 'zarf-package-other-amd64-0.1.0-upstream.tar.zst';
    await cp(good(), at(name));
    return at(name);
  };
  const waiver = (expires: string) =>
    `waivers:\n  - { check: names/file-name, subject: "*", owner: jane, reason: renamed on the disc, expires: ${expires} }`;

  it('that waives a failure says so in the first line, with who and until when below', async () => {
    const policy = await aPolicy('waive.yaml', waiver('2126-12-31'));
    const { stdout, exitCode } = await verify(await broken(), '--policy', policy);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/\n {4}/g, ' ').split('\n')[0]).toContain(
      'weakened by the waiver of names/file-name until 2126-12-31',
    );
    expect(stdout).toContain('waived until 2126-12-31 by jane: renamed on the disc');
    expect(stdout).toContain('1 waived');
  });

  it('with a waiver that ran out fails, and names its owner', async () => {
    const policy = await aPolicy('ended.yaml', waiver('2020-12-31'));
    const { stdout, exitCode } = await verify(await broken(), '--policy', policy);
    expect(exitCode).toBe(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('ran out on 2020-12-31; its owner is jane');
  });

  it('does not revive a waiver by a clock that stands before what is signed', async () => {
    const policy = await aPolicy('clock.yaml', waiver('2025-06-30'));
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2025-01-01T00:00:00Z') });
    try {
      await cp(at('dist/cpu'), at('renamed'), { recursive: true });
      await cp(good(), at('renamed', 'zarf-package-other-amd64-0.1.0-upstream.tar.zst'));
      const { stdout, exitCode } = await verify(at('renamed'), '--policy', policy);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('WAIVER_EXPIRED');
    } finally {
      vi.useRealTimers();
    }
  });

  it('that lowers a check says so in the first line', async () => {
    const policy = await aPolicy('lower.yaml', 'severity: { names/file-name: note }');
    const { stdout, exitCode } = await verify(await broken(), '--policy', policy);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/\n {4}/g, ' ').split('\n')[0]).toContain(
      'which makes names/file-name a note',
    );
  });
});

describe('annotations', () => {
  it('go to standard error on GitHub, and leave standard output alone', async () => {
    vi.stubEnv('GITHUB_ACTIONS', 'true');
    const { stdout, stderr } = await verify(at('bad', packaged), '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ verdict: { outcome: 'fail' } });
    expect(stderr).toMatch(/^::error title=/);
  });

  it('are written nowhere else', async () => {
    vi.stubEnv('GITHUB_ACTIONS', '');
    expect((await verify(at('bad', packaged))).stderr).not.toContain('::error');
  });
});

describe('--attest', () => {
  const attest = (file: string, ...args: readonly string[]) =>
    verify(...args, '--attest', at(file), '--attest-key', at('reviewer.key'));

  async function statementIn(file: string) {
    const bundle = JSON.parse(await readFile(at(file), 'utf8'));
    const { payload, payloadType, signatures } = bundle.dsseEnvelope;
    const bytes = Buffer.from(payload, 'base64');
    const key = createPublicKey(await readFile(at('reviewer.pub'), 'utf8'));
    const signature = Buffer.from(signatures[0].sig, 'base64');
    expect(
      verifyMessageSignature(key, encodePreAuthentication(payloadType, bytes), signature),
    ).toBe(true);
    return JSON.parse(bytes.toString('utf8'));
  }

  it.each<[string, () => string, string, readonly string[], number]>([
    ['a pass', good, 'PASSED', [], 0],
    ['a failure', () => at('bad', packaged), 'FAILED', [], 1],
    ['what was not proven', good, 'FAILED', ['--skip', 'oci/*'], 5],
  ])('signs %s over the digest of the archive', async (_name, file, result, flags, code) => {
    const { exitCode } = await attest('vsa.json', file(), ...flags);
    expect(exitCode).toBe(code);
    const statement = await statementIn('vsa.json');
    const hex = digestOf(await readFile(file())).slice('sha256:'.length);
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: packaged, digest: { sha256: hex } }],
      predicateType: 'https://slsa.dev/verification_summary/v1',
      predicate: {
        verificationResult: result,
        policy: { uri: expect.stringContaining('built-in'), digest: { sha256: expect.anything() } },
        slsaVersion: '1.2',
      },
    });
    const { verifiedLevels } = statement.predicate;
    if (result === 'FAILED') expect(verifiedLevels).toEqual(['FAILED']);
    else expect(verifiedLevels).toContain('COWA_SIGNATURE_VERIFIED');
  });

  it('names the policy by digest and by its own name, and what was read by digest', async () => {
    const policy = await aPolicy('named.yaml', 'uri: https://example.mil/policies/il5');
    await attest('named.json', good(), '--policy', policy, '--skip', 'names/*');
    const { predicate } = await statementIn('named.json');
    expect(predicate.policy).toEqual({
      uri: 'https://example.mil/policies/il5',
      digest: { sha256: digestOf(await readFile(policy)).slice(7) },
    });
    const read = [
      'release.intoto.jsonl',
      `${packaged}.provenance.intoto.jsonl`,
      `${packaged}.sboms.intoto.jsonl`,
    ];
    expect(predicate.inputAttestations).toEqual(
      await Promise.all(
        read.map(async (uri) => ({
          uri,
          digest: { sha256: digestOf(await readFile(at('dist/cpu', uri))).slice(7) },
        })),
      ),
    );
    expect(JSON.stringify(predicate)).toContain('--skip names/*');
    expect(predicate.verifiedLevels).not.toContain('COWA_NAMES_VERIFIED');
  });

  it('signs a folder as a whole', async () => {
    await attest('folder.json', at('dist/cpu'));
    const { subject, predicate } = await statementIn('folder.json');
    expect(subject.map(({ name }: { name: string }) => name)).toContain(packaged);
    expect(predicate.resourceUri).toBe('pkg:generic/cowabungaai-demo@0.1.0?flavor=cpu');
  });

  it.each<[string, () => readonly string[], string, number]>([
    ['no key', () => [good(), '--attest', at('no.json')], 'ATTEST_KEY_MISSING', 2],
    [
      'two archives',
      () => [
        good(),
        at('bad', packaged),
        '--attest',
        at('no.json'),
        '--attest-key',
        at('reviewer.key'),
      ],
      'ATTEST_ONE',
      2,
    ],
    [
      'nothing to open',
      () => [at('gone.zst'), '--attest', at('no.json'), '--attest-key', at('reviewer.key')],
      'ARCHIVE_MISSING',
      3,
    ],
    [
      'an input as target',
      () => [good(), '--attest', at('reviewer.key'), '--attest-key', at('reviewer.key')],
      'OUTPUT_IS_INPUT',
      2,
    ],
    [
      'a public key',
      () => [good(), '--attest', at('no.json'), '--attest-key', at('reviewer.pub')],
      'KEY_PUBLIC_GIVEN',
      3,
    ],
  ])('refuses %s and writes nothing', async (_name, args, code, exit) => {
    const { exitCode } = await verify(...args());
    expect(exitCode).toMatchObject({ code, exitCode: exit });
    await expect(readFile(at('no.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
