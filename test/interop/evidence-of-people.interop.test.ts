import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interopRelease } from '../support/interop-release.ts';
import { type Ended, ownProgram, peer, titleOf } from '../support/peers.ts';

const [zarf, uds, cosign] = [
  await peer('COWA_ZARF'),
  await peer('COWA_UDS'),
  await peer('COWA_COSIGN'),
];
const env = { COWA_KEY_PASSWORD: 'a password' };
let home = '';
const at = (...path: readonly string[]): string => join(home, ...path);

function done({ code, stdout, stderr }: Ended): Ended {
  expect({ code, said: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, said: '' });
  return { code, stdout, stderr };
}
const own = async (...args: readonly string[]): Promise<Ended> =>
  done(await ownProgram(args, home, { cwd: home, env }));
const attested = (type: string, key: string, bundle: string, file: string): Promise<Ended> =>
  cosign.run(
    [
      'verify-blob-attestation',
      '--insecure-ignore-tlog',
      ...['--key', at(key)],
      ...['--type', `https://cowabungaai.dev/attestations/${type}/v1`],
      ...['--bundle', at(bundle), at(file)],
    ],
    home,
  );

/** The statement in a bundle; what we sign is what `JSON.stringify` writes. */
async function payloadOf(path: string): Promise<{ subject: readonly { name: string }[] }> {
  const { dsseEnvelope } = JSON.parse(await readFile(at(path), 'utf8'));
  return JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString('utf8'));
}

describe.skipIf([zarf, uds, cosign].every(({ missing }) => missing !== undefined))(
  titleOf('approvals, comparisons and the handover kit', zarf, uds, cosign),
  () => {
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'cowa-interop-'));
      await interopRelease(at('release'));
      for (const name of ['rel', 'anna']) await own('keys', 'generate', '--out', name);
      const flags = ['-f', 'release/cowa-release.yaml', '--flavor', 'cpu', '--cache-dir', 'cache'];
      await own('assemble', ...flags, '--key', 'rel.key', '--out', 'dist', '--handover', 'kit');
    }, 120_000);
    afterAll(() => rm(home, { recursive: true, force: true }));

    it.skipIf(cosign.missing)(
      'cosign verifies an approval, and refuses it for another key or thing',
      async () => {
        await own('approve', 'dist/cpu', '--key', 'anna.key', '--verify-key', 'rel.pub');
        const statement = await payloadOf('dist/cpu/release.intoto.jsonl');
        await writeFile(at('statement.json'), JSON.stringify(statement));
        const approval = 'dist/cpu/approval.intoto.jsonl';
        done(await attested('approval', 'anna.pub', approval, 'statement.json'));
        expect((await attested('approval', 'rel.pub', approval, 'statement.json')).code).not.toBe(
          0,
        );
        expect((await attested('approval', 'anna.pub', approval, 'rel.pub')).code).not.toBe(0);
      },
      60_000,
    );

    it.skipIf(cosign.missing)(
      'cosign verifies a signed comparison',
      async () => {
        const archive = 'dist/cpu/zarf-package-local-amd64-1.2.3.tar.zst';
        const signed = ['--key', 'rel.pub', '--out', 'changes', '--sign-key', 'anna.key'];
        await own('diff', archive, archive, ...signed);
        for (const file of ['diff.json', 'diff.html', 'diff.md'])
          done(await attested('diff', 'anna.pub', 'changes/diff.intoto.jsonl', `changes/${file}`));
      },
      60_000,
    );

    it.skipIf(cosign.missing)(
      'cosign verifies every file of the report in the kit, as the page says, and no other file',
      async () => {
        const { subject } = await payloadOf('kit/cpu/report/report.intoto.jsonl');
        expect(subject.length).toBe(6);
        for (const { name } of subject)
          done(
            await attested(
              'report',
              'rel.pub',
              'kit/cpu/report/report.intoto.jsonl',
              `kit/cpu/report/${name}`,
            ),
          );
        const other = await attested(
          'report',
          'rel.pub',
          'kit/cpu/report/report.intoto.jsonl',
          'kit/cpu/HANDOVER.md',
        );
        expect(other.code).not.toBe(0);
        const pages = await payloadOf('kit/cpu/handover.intoto.jsonl');
        expect(pages.subject.map(({ name }) => name)).toContain('CHECKLIST.html');
        const [, script = ''] =
          /^```sh pages\n([\s\S]*?)^```/m.exec(await readFile(at('kit/cpu/HANDOVER.md'), 'utf8')) ??
          [];
        for (const line of script.trim().replaceAll('\\\n', '').split('\n'))
          done(await cosign.run(line.split(/\s+/).slice(1), home, { cwd: at('kit/cpu') }));
      },
      60_000,
    );

    it.skipIf(zarf.missing ?? uds.missing)(
      'the programs of the page look at what it says, as it says',
      async () => {
        const page = await readFile(at('kit/cpu/HANDOVER.md'), 'utf8');
        const [, commands = ''] = /^```sh look\n([\s\S]*?)^```/m.exec(page) ?? [];
        const lines = commands.trim().split('\n');
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) {
          const [program, ...args] = line.split(' ');
          const found = program === 'uds' ? uds : zarf;
          const more = program === 'uds' ? ['--no-color', '--no-progress'] : ['--no-color'];
          done(await found.run([...args, ...more], home, { cwd: at('kit/cpu') }));
        }
      },
      60_000,
    );

    it.skipIf(uds.missing)(
      'uds reads the template of values: it complains of the cluster, not of the file',
      async () => {
        const page = await readFile(at('kit/cpu/HANDOVER.md'), 'utf8');
        expect(page).toContain('UDS_CONFIG=uds-config.yaml uds deploy');
        const [, path = ''] = /uds deploy (\S+) --confirm/.exec(page) ?? [];
        const ended = await uds.run(
          ['deploy', path, '--confirm', '--no-color', '--no-progress'],
          home,
          {
            cwd: at('kit/cpu'),
            env: { UDS_CONFIG: 'uds-config.yaml', KUBECONFIG: at('none') },
          },
        );
        const said = `${ended.stdout}${ended.stderr}`;
        expect(ended.code).not.toBe(0);
        expect(said).toContain('Using config file uds-config.yaml');
        expect(said).toContain('unable to connect to the cluster');
      },
      60_000,
    );

    it('the kit of a real release proves itself by openssl alone', async () => {
      const page = await readFile(at('kit/cpu/HANDOVER.md'), 'utf8');
      const [, script = ''] = /^```sh openssl\n([\s\S]*?)^```/m.exec(page) ?? [];
      const fingerprint = /^[0-9a-f]{64}$/m.exec(
        await readFile(at('kit/cpu/FINGERPRINT.txt'), 'utf8'),
      );
      const said = await new Promise<string>((resolve, reject) => {
        const variables = { ...process.env, FINGERPRINT: fingerprint?.[0] ?? '' };
        execFile('sh', ['-c', script], { cwd: at('kit/cpu'), env: variables }, (error, stdout) =>
          error === null ? resolve(stdout) : reject(error),
        );
      });
      expect(said).toContain('nothing is missing, nothing was added');
    });
  },
);
