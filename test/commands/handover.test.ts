import { execFile } from 'node:child_process';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import Assemble from '../../src/commands/assemble.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import { digestOf } from '../../src/oci/digest.ts';

const root = join(import.meta.dirname, '../..');
const config = await loadProgram({ root, source: true });
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);
const kit = (...parts: readonly string[]) => at('kit/cpu', ...parts);

const assemble = (...more: readonly string[]) =>
  captureOutput<{ flavors: { handover: string | null }[] }>(
    () =>
      Assemble.run(
        [
          '-f',
          at('demo/cowa-release.yaml'),
          '--flavor',
          'cpu',
          '--key',
          at('a.key'),
          '--cache-dir',
          at('cache'),
          '--out',
          at('dist'),
          ...more,
        ],
        config,
      ) as never,
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-handover-'));
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  await cp(join(root, 'fixtures/demo'), at('demo'), { recursive: true });
  await captureOutput(() => KeysGenerate.run(['--out', at('a')], config));
  const { error } = await assemble('--handover', at('kit'));
  if (error !== undefined) throw error;
  await mkdir(at('bin'));
  // The command of the page, run from source.
  await writeFile(
    at('bin/cowa-release'),
    `#!/bin/sh\nexec ${process.execPath} ${join(root, 'bin/dev.js')} "$@"\n`,
  );
  await chmod(at('bin/cowa-release'), 0o755);
}, 120_000);
afterEach(() => {
  process.exitCode = undefined;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** The commands of the page that go by a name, as they stand. */
async function commands(name: string): Promise<string> {
  const page = await readFile(kit('HANDOVER.md'), 'utf8');
  const [, text] = new RegExp(`^\`\`\`sh ${name}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page) ?? [];
  if (text === undefined) throw new Error(`the page has no commands called ${name}`);
  return text;
}

interface Ended {
  readonly code: number;
  readonly said: string;
}

function shell(script: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const variables = { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}`, ...env };
  return new Promise((resolve) => {
    execFile('sh', ['-c', script], { cwd: kit(), env: variables }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, said: `${stdout}${stderr}` });
    });
  });
}

describe('assemble --handover', () => {
  it('makes a kit whose release is the very files that were made, and nothing in them is changed', async () => {
    expect(await readdir(kit())).toEqual([
      'CHECKLIST.html',
      'FINGERPRINT.txt',
      'HANDOVER.html',
      'HANDOVER.md',
      'SHA256SUMS',
      'handover.intoto.jsonl',
      'release',
      'report',
      'requirements.json',
      'uds-config.yaml',
    ]);
    const made = (await readdir(at('dist/cpu'))).filter((name) => name !== 'run.json');
    expect(await readdir(kit('release'))).toEqual(made);
    for (const name of made)
      expect((await stat(kit('release', name))).ino).toBe((await stat(at('dist/cpu', name))).ino);
  });

  it('holds the whole report, signed by the release key, over this very release', async () => {
    expect(await readdir(kit('report'))).toEqual([
      'report.html',
      'report.intoto.jsonl',
      'report.json',
      'report.junit.xml',
      'report.md',
      'report.oscal.json',
      'report.sarif',
    ]);
    const report = await readFile(kit('report/report.json'));
    expect(await readFile(kit('report/report.html'), 'utf8')).toContain(digestOf(report).slice(7));
    expect(JSON.parse(String(report)).release).toMatchObject({ flavor: 'cpu' });
    const sums = await readFile(kit('SHA256SUMS'), 'utf8');
    for (const name of await readdir(kit('report'))) expect(sums).toContain(`  report/${name}\n`);
    const page = await readFile(kit('HANDOVER.md'), 'utf8');
    expect(page).toContain('--bundle report/report.intoto.jsonl report/report.html');
    const { dsseEnvelope } = JSON.parse(await readFile(kit('handover.intoto.jsonl'), 'utf8'));
    const { subject } = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString());
    const own = (await readdir(kit(), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('release'))
      .map(({ parentPath, name }) => relative(kit(), join(parentPath, name)));
    expect(subject.map(({ name }: { name: string }) => name)).toEqual(
      own.filter((name) => name !== 'handover.intoto.jsonl').sort(),
    );
    expect(await readFile(kit('CHECKLIST.html'), 'utf8')).toContain('report/report.html was read');
  });

  it('has a page whose commands prove the release', async () => {
    const fingerprint = (await shell(await commands('fingerprint'))).said.trim();
    expect(await readFile(kit('FINGERPRINT.txt'), 'utf8')).toContain(`\n${fingerprint}\n`);
    expect(await shell(await commands('checksums'))).toEqual({
      code: 0,
      said: 'nothing is damaged\n',
    });
    const judged = await shell(await commands('verify'));
    expect(judged.said).toContain('PASS');
    expect(judged.code).toBe(0);
    const proven = await shell(await commands('openssl'), { FINGERPRINT: fingerprint });
    expect(proven.said).toContain('signed by that key; nothing is missing, nothing was added');
    expect(proven.said).toContain('so are these pages and the report');
    expect(proven.code).toBe(0);
  }, 60_000);

  it('has a page whose commands find another key, an altered file, one more, and one less', async () => {
    const fingerprint = (await shell(await commands('fingerprint'))).said.trim();
    const proof = await commands('openssl');
    const prove = () => shell(proof, { FINGERPRINT: fingerprint });
    expect((await shell(proof)).code).not.toBe(0);
    const other = await shell(proof, { FINGERPRINT: '0'.repeat(64) });
    expect([other.code === 0, other.said]).toEqual([false, `ANOTHER KEY: ${fingerprint}\n`]);
    await writeFile(kit('release/more'), 'x');
    expect((await prove()).code).not.toBe(0);
    await rm(kit('release/more'));
    for (const name of ['other.tar.zst.reproduced.intoto.jsonl', 'x.release.2.intoto.jsonl']) {
      await writeFile(kit('release', name), '{}');
      expect((await prove()).code).not.toBe(0);
      await rm(kit('release', name));
    }
    for (const name of ['CHECKLIST.html', 'report/report.html', 'uds-config.yaml']) {
      const text = await readFile(kit(name));
      await rm(kit(name));
      await writeFile(kit(name), Buffer.concat([text, Buffer.from(' ')]));
      const altered = await prove();
      expect([name, altered.code === 0]).toEqual([name, false]);
      expect(altered.said).toContain(name);
      await writeFile(kit(name), text);
    }
    await writeFile(kit('START-HERE.html'), '');
    expect((await prove()).said).toContain('START-HERE.html');
    await rm(kit('START-HERE.html'));
    const pages = await readFile(kit('handover.intoto.jsonl'));
    await rm(kit('handover.intoto.jsonl'));
    expect((await prove()).code).not.toBe(0);
    await writeFile(kit('handover.intoto.jsonl'), pages);
    const report = await readFile(kit('release/report.json'));
    await rm(kit('release/report.json'));
    expect((await prove()).code).not.toBe(0);
    await writeFile(kit('release/report.json'), Buffer.concat([report, Buffer.from(' ')]));
    expect((await prove()).code).not.toBe(0);
    expect((await shell(await commands('checksums'))).code).not.toBe(0);
    await writeFile(kit('release/report.json'), report);
    expect((await prove()).code).toBe(0);
  }, 60_000);

  it('has a page whose commands let through what is laid in later, as docs tell', async () => {
    const fingerprint = (await shell(await commands('fingerprint'))).said.trim();
    const archive = (await readdir(kit('release'))).find((name) => name.endsWith('.tar.zst'));
    const later = [
      'release.2.intoto.jsonl',
      'approval.intoto.jsonl',
      `${archive}.approval.2.intoto.jsonl`,
      `${archive}.reproduced.intoto.jsonl`,
      `${archive}.reproduced.2.intoto.jsonl`,
      `${archive}.2.sigstore.json`,
    ].map((name) => kit('release', name));
    for (const path of later) await writeFile(path, '{}');
    const proven = await shell(await commands('openssl'), { FINGERPRINT: fingerprint });
    for (const path of later) await rm(path);
    expect(proven.said).toContain('nothing was added');
    expect(proven.code).toBe(0);
  }, 60_000);

  it('makes it again over itself, with the very report that --report leaves, and says where both are', async () => {
    const before = await readFile(kit('requirements.json'), 'utf8');
    const flags = ['--handover', at('kit'), '--report', at('reports/all')];
    const { stdout, error } = await assemble(...flags, '--output', 'json');
    expect(error).toBeUndefined();
    const [flavor] = JSON.parse(stdout).flavors;
    expect(flavor.handover).toBe(kit(''));
    expect(flavor.report).toMatchObject({ folder: at('reports/all/cpu'), status: 'caveat' });
    for (const name of await readdir(at('reports/all/cpu')))
      expect((await stat(kit('report', name))).ino).toBe(
        (await stat(at('reports/all/cpu', name))).ino,
      );
    expect(await readFile(kit('requirements.json'), 'utf8')).toBe(before);
    expect((await shell(await commands('checksums'))).code).toBe(0);
  }, 60_000);

  it('refuses a folder with other things before anything is made', async () => {
    await mkdir(at('mine/cpu'), { recursive: true });
    await writeFile(at('mine/cpu/notes.txt'), 'x');
    const { error } = await assemble('--handover', at('mine'));
    expect(error).toMatchObject({ code: 'HANDOVER_FOREIGN_FILE' });
    expect(error?.message).toContain('notes.txt');
    expect(await readdir(at('mine/cpu'))).toEqual(['notes.txt']);
  });

  it('refuses a report in the kit with other things, and an unsigned one over a signed one, before anything is made', async () => {
    const before = await stat(kit('report/report.html'));
    await writeFile(kit('report/notes.txt'), 'x');
    const { error } = await assemble('--handover', at('kit'));
    await rm(kit('report/notes.txt'));
    expect(error).toMatchObject({ code: 'HANDOVER_FOREIGN_FILE' });
    expect(error?.message).toContain('report/notes.txt');
    const unsigned = ['--insecure-unsigned', '--out', at('unsigned'), '--handover', at('kit')];
    const { error: signed } = await captureOutput(() =>
      Assemble.run(['-f', at('demo/cowa-release.yaml'), '--flavor', 'cpu', ...unsigned], config),
    );
    expect(signed).toMatchObject({ code: 'OUTPUT_SIGNED_REPORT' });
    expect((await stat(kit('report/report.html'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('refuses a release in the kit that is another one', async () => {
    await mkdir(at('old/cpu/release'), { recursive: true });
    await writeFile(at('old/cpu/release/zarf-package-old.tar.zst'), 'x');
    const { error } = await assemble('--handover', at('old'));
    expect(error).toMatchObject({ code: 'HANDOVER_FOREIGN_FILE' });
  }, 60_000);

  it.each(['dist', 'dist/cpu/kit'])('refuses %s: the release would hold it', async (place) => {
    const { error } = await assemble('--handover', at(place));
    expect(error).toMatchObject({ code: 'HANDOVER_INSIDE' });
  });
});
