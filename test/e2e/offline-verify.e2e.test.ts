import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReleaseStatement } from '../../src/attestation/release-statement.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { aPackage } from '../support/a-package.ts';
import { aTrustDocument, testKeys } from '../support/a-trust-policy.ts';
import { builtProgram, notBuilt } from '../support/built-program.ts';
import { blobSignature, statementSignature } from '../support/trust-evidence.ts';

const runs = (command: string, ...args: readonly string[]) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const reasons = [
  notBuilt,
  runs('unshare', '-rn', 'true')
    ? undefined
    : 'no unshare -rn: a machine without network cannot be made',
  runs('strace', '-o', '/dev/null', 'true') ? undefined : 'no strace: sockets cannot be seen',
].filter((reason) => reason !== undefined);

const archive = 'zarf-package-demo-amd64-1.0.0.tar.zst';
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);

async function prepare(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'cowa-offline-'));
  await mkdir(at('in'));
  const bare = aPackage().defining((text) => text.replace('build:', 'build:\n  signed: true'));
  const yaml = Buffer.from(
    bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content ?? '',
  );
  const { bytes } = bare.with('zarf.bundle.sig', blobSignature(yaml, 'ci')).archive();
  const root = { kind: 'package', digest: digestOf(yaml) } as const;
  const statement = renderReleaseStatement({
    product: 'shop',
    version: '1.0.0',
    flavor: 'cpu',
    counter: 1,
    sourceDateEpoch: 0,
    files: [{ name: archive, digest: digestOf(bytes), size: bytes.length, root }],
  });
  await writeFile(at('in', archive), bytes);
  await writeFile(
    at('in/release.intoto.jsonl'),
    statementSignature(statement, 'rel-a') + statementSignature(statement, 'rel-b'),
  );
  const policy = { ...aTrustDocument(), expires: '2099-01-01T00:00:00Z' };
  await writeFile(at('trust-policy.json'), JSON.stringify(policy));
  await writeFile(at('ci.pub'), testKeys.ci.pem);
  await mkdir(at('keyless'));
  await writeFile(at('keyless', archive), bytes);
  const keyless = JSON.parse(blobSignature(bytes, 'other').toString('utf8'));
  const certificate = { rawBytes: Buffer.from('no certificate').toString('base64') };
  await writeFile(
    at('keyless', `${archive}.sigstore.json`),
    JSON.stringify({ ...keyless, verificationMaterial: { certificate } }),
  );
}

beforeAll(async () => {
  if (reasons.length === 0) await prepare();
});
afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

/** Runs the program without any network, and says which network calls it made. */
async function traced(args: readonly string[]) {
  const log = at('trace');
  const run = await builtProgram(args, {
    env: {
      HTTP_PROXY: 'http://127.0.0.1:9',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      SIGSTORE_ROOT_FILE: at('nothing'),
    },
    through: (program) => [
      ...['unshare', '-rn', 'strace', '-f', '-qq', '-e', 'trace=%network', '-o', log],
      ...program,
    ],
  });
  const calls = (await readFile(log, 'utf8')).split('\n');
  // Pairs of connected ends inside the process are no way out; nor is asking this machine's own cache for the name
  // of the user, which the C library does where the environment does not say it.
  const outside = calls.filter(
    (line) =>
      /\b(socket|connect|bind|sendto|sendmsg)\(/.test(line) &&
      !/\bsocket\(AF_UNIX,|\bconnect\(\d+, \{sa_family=AF_UNIX, sun_path="\/var\/run\/nscd\/socket"/.test(
        line,
      ),
  );
  return { code: run.code, stderr: run.stderr, outside };
}

describe.skipIf(reasons.length > 0)(
  `without a network${reasons.length === 0 ? '' : ` (skipped: ${reasons.join('; ')})`}`,
  () => {
    it('a socket would be seen', async () => {
      const log = at('trace');
      const script = "require('node:net').connect(9, '127.0.0.1').on('error', () => undefined)";
      spawnSync('unshare', [
        ...['-rn', 'strace', '-f', '-qq', '-e', 'trace=%network', '-o', log],
        ...[process.execPath, '-e', script],
      ]);
      expect(await readFile(log, 'utf8')).toMatch(/\bsocket\(AF_INET/);
    });

    it.each<[string, () => readonly string[], number]>([
      [
        'a release by a trust policy',
        () => ['verify', at('in'), '--trust-policy', at('trust-policy.json')],
        0,
      ],
      [
        'an archive by a key',
        () => ['verify', at('in', archive), '--key', at('ci.pub'), '--output', 'json'],
        0,
      ],
      ['an archive by nobody', () => ['verify', at('in', archive)], 5],
      [
        'an archive with a signature by certificate',
        () => ['verify', at('keyless', archive), '--key', at('ci.pub')],
        1,
      ],
      ['what is in an archive', () => ['inspect', at('in', archive), '--requirements'], 0],
      ['a trust policy', () => ['trust', 'check', at('trust-policy.json')], 0],
    ])('%s opens no socket', async (_name, args, code) => {
      const run = await traced(args());
      expect(run).toEqual({ code, stderr: run.stderr, outside: [] });
    });
  },
);
