import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { captureOutput } from '@oclif/test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import Lint from '../../src/commands/lint.ts';
import { aPem } from '../support/a-certificate.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { sarifFaults } from '../support/sarif-faults.ts';

const root = join(import.meta.dirname, '../..');
afterEach(() => {
  process.exitCode = undefined;
});
const lint = (...args: readonly string[]) =>
  captureOutput<Awaited<ReturnType<Lint['run']>>>(() => Lint.run([...args], { root }));

describe('lint', () => {
  it("finds no error in the platform's own definitions", async () => {
    const { result, stdout } = await lint(join(root, 'bundles'));
    expect(result?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(result?.packages.map(({ name }) => name)).toContain('vllm');
    expect(stdout).toMatch(/^PASS {2}/m);
    expect(process.exitCode).toBe(0);
  });

  it('says where, and prints what the schema describes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cowa-lint-'));
    try {
      await cp(join(root, 'bundles'), folder, { recursive: true });
      const file = join(folder, 'packages/vllm/values/upstream-values.yaml');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('cowabungaai/vllm', 'cowabungaai/vlm'));
      const { stdout } = await lint(folder);
      expect(stdout).toMatch(
        /^error {2}deployment\/images-carried$.*packages\/vllm\/chart\/templates\/deployment\.yaml:\d+:\d+:\s+Deployment\/vllm-model:\s+container\s+'backend'\s+needs\s.*vlm/ms,
      );
      expect(process.exitCode).toBe(1);
      const { stdout: json } = await lint(folder, '--output', 'json');
      expect(schemaFaults('lint-report', JSON.parse(json))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  const broken = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
    const folder = await mkdtemp(join(tmpdir(), 'cowa-lint-'));
    try {
      await cp(join(root, 'bundles/packages/vllm'), join(folder, 'vllm'), { recursive: true });
      await cp(join(root, 'bundles/packages/turso'), join(folder, 'turso'), { recursive: true });
      const file = join(folder, 'vllm/values/upstream-values.yaml');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('cowabungaai/vllm', 'cowabungaai/vlm'));
      return await use(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  it('writes reports beside its text; SARIF names files, lines and objects', () =>
    broken(async (folder) => {
      const [sarif, html, junit] = ['s.sarif', 'r.html', 'j.xml'].map((name) => join(folder, name));
      await lint(
        folder,
        ...[`sarif=${sarif}`, `html=${html}`, `junit=${junit}`].flatMap((each) => [
          '--report',
          each,
        ]),
      );
      const text = await readFile(sarif ?? '', 'utf8');
      expect(sarifFaults(text)).toEqual([]);
      const [result] = JSON.parse(text).runs[0].results.filter(
        ({ ruleId }: { ruleId: string }) => ruleId === 'deployment/images-carried',
      );
      expect(result.level).toBe('error');
      const [{ physicalLocation, logicalLocations }] = result.locations;
      expect(physicalLocation.artifactLocation.uri).toMatch(
        /vllm\/chart\/templates\/deployment\.yaml$/,
      );
      expect(physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(logicalLocations[0].name).toBe('Deployment/stand-in-model');
      expect(await readFile(html ?? '', 'utf8')).toContain('Deployment/stand-in-model');
      expect(await readFile(junit ?? '', 'utf8')).toContain('<testsuites name="cowa-release lint"');
    }));

  it.each(['yaml', 'markdown', 'junit', 'html', 'sarif'])('answers in %s alone', (kind) =>
    broken(async (folder) => {
      const { stdout } = await lint(folder, '--output', kind);
      expect(stdout).toContain('deployment/images-carried');
      expect(process.exitCode).toBe(1);
    }),
  );

  it('tells only what is about changed files, and judges all', () =>
    broken(async (folder) => {
      const list = join(folder, 'changed.txt');
      await writeFile(list, `${join(folder, 'turso/zarf.yaml')}\n`);
      const { result } = await lint(folder, '--changed', list);
      expect(result?.changedFiles).toBe(1);
      expect(result?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      await writeFile(list, `${join(folder, 'vllm/chart/templates/deployment.yaml')}\n`);
      expect((await lint(folder, '--changed', list)).result?.verdict.outcome).toBe('fail');
    }));

  it('asks git only where one is named', () =>
    broken(async (folder) => {
      const { error } = await lint(folder, '--changed-since', 'HEAD');
      expect(error?.message).toMatch(/--git/);
      const unknown = await lint(
        folder,
        '--changed-since',
        'HEAD',
        '--git',
        join(folder, 'no-git'),
      );
      expect(unknown.error).toMatchObject({ code: 'GIT_FAILED' });
    }));

  it.each([
    ['--flavor', 'tpu', 'LINT_FLAVOR_UNKNOWN'],
    ['--zarf-flavor', 'unicorn', 'LINT_ZARF_FLAVOR_UNKNOWN'],
    ['--skip', 'no/such', 'CHECK_PATTERN_UNKNOWN'],
    ['--report', 'pdf=x', 'OUTPUT_KIND_UNKNOWN'],
    ['--policy', 'no-policy.yaml', 'POLICY_UNREADABLE'],
    ['--changed', 'no-list', 'LINT_CHANGED_UNREADABLE'],
  ])('refuses %s %s', async (flag, value, code) => {
    const { error } = await lint(join(root, 'bundles'), flag, value);
    expect(error).toMatchObject({ code });
  });

  it('says that there is nothing to judge', async () => {
    const { error } = await lint(join(root, 'bundles/stand-ins/payloads'));
    expect(error).toMatchObject({ code: 'LINT_NOTHING_FOUND' });
  });

  it('judges one flavor', async () => {
    const { result } = await lint(join(root, 'bundles'), '--flavor', 'cpu');
    expect(result?.packages.map(({ name }) => name)).not.toContain('vllm');
    expect(new Set(result?.bundles.map(({ flavor }) => flavor))).toEqual(new Set(['cpu']));
  });

  it('obeys the policy: waivers, severities, and what is not to be looked at', () =>
    broken(async (folder) => {
      const policy = join(folder, 'policy.yaml');
      const waiver = `{ check: deployment/images-carried, subject: '*vllm/*', owner: me, reason: test, expires: 2999-12-31 }`;
      await writeFile(policy, `apiVersion: cowa-release/policy/v1\nwaivers: [${waiver}]\n`);
      const { result } = await lint(folder, '--policy', policy);
      expect(result?.verdict.counts.waived).toBe(1);
      expect(result?.findings.find(({ waiver: given }) => given !== undefined)?.id).toBe(
        'deployment/images-carried',
      );
      const skipped = await lint(folder, '--skip', 'deployment/images-carried');
      expect(skipped.result?.verdict).toMatchObject({
        outcome: 'pass',
        headline: expect.stringContaining('--skip deployment/images-carried'),
      });
    }));

  it('tells in a few lines what was left out, and names all of it on request', () =>
    broken(async (folder) => {
      const { stdout } = await lint(folder, '--checks', 'brand/*');
      expect(stdout).toMatch(/^undecided {2}\d+ checks, for one reason$/m);
      expect(stdout.split('\n').length).toBeLessThan(24);
      expect(stdout).not.toContain('variables/quoted');
      const { stdout: all } = await lint(folder, '--checks', 'brand/*', '--all');
      expect(all).toContain('variables/quoted');
    }));

  it('shows what mending would change, and changes nothing', () =>
    broken(async (folder) => {
      const file = join(folder, 'turso/zarf.yaml');
      const before = await readFile(file, 'utf8');
      const { stdout } = await lint(folder, '--fix', '--dry-run');
      expect(stdout === '' || stdout.startsWith('--- a/')).toBe(true);
      expect(await readFile(file, 'utf8')).toBe(before);
    }));

  it('mends what is safe to mend, and judges again', () =>
    broken(async (folder) => {
      await cp(join(root, 'bundles/packages/cowabunga-ui'), join(folder, 'ui'), {
        recursive: true,
      });
      const file = join(folder, 'ui/values/upstream-values.yaml');
      const text = await readFile(file, 'utf8');
      const quoted = '"###ZARF_VAR_SYSTEM_PROMPT###"';
      expect(text).toContain(quoted);
      await writeFile(file, text.replace(quoted, '###ZARF_VAR_SYSTEM_PROMPT###'));
      const mend = [join(folder, 'ui'), '--fix', '--checks', 'variables/quoted'] as const;
      const { stderr, result } = await lint(...mend);
      expect(stderr).toMatch(/^mended 1 finding in .*upstream-values\.yaml$/m);
      expect(await readFile(file, 'utf8')).toBe(text);
      expect(result?.findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
      expect((await lint(...mend)).stderr).toMatch(/^nothing to mend$/m);
    }));

  it.skipIf(!existsSync('/usr/bin/git'))(
    'tells what differs from a revision, and who said so',
    () =>
      broken(async (folder) => {
        const git = (...args: readonly string[]) =>
          promisify(execFile)('/usr/bin/git', [
            '-C',
            folder,
            '-c',
            'user.name=a',
            '-c',
            'user.email=a@b',
            ...args,
          ]);
        await mkdir(join(folder, 'user'));
        await writeFile(
          join(folder, 'user/zarf.yaml'),
          'kind: ZarfPackageConfig\nmetadata: { name: user, version: 1.0.0 }\ncomponents: [{ name: c, required: true, manifests: [{ name: m, namespace: cowabungaai, files: [all.yaml] }] }]\n',
        );
        await writeFile(
          join(folder, 'user/all.yaml'),
          'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a, envFrom: [{ secretRef: { name: turso-auth } }] }] }\n',
        );
        await writeFile(
          join(folder, 'uds-bundle.yaml'),
          'kind: UDSBundle\nmetadata: { name: b, version: 1.0.0 }\npackages: [{ name: turso, path: turso, ref: 0.14.0 }, { name: user, path: user, ref: 1.0.0 }]\n',
        );
        await git('init', '-q');
        await git('add', '.');
        await git('commit', '-qm', 'before');
        const before = process.cwd();
        process.chdir(folder);
        try {
          const since = ['--changed-since', 'HEAD', '--git', '/usr/bin/git'] as const;
          const { result, stdout } = await lint('.', ...since);
          expect(result?.changedFiles).toBe(0);
          expect(result?.findings).toEqual([]);
          expect(result?.git).toMatchObject({
            name: 'git',
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          });
          expect(stdout).toMatch(/changes by: git \d/);
          expect(schemaFaults('lint-report', JSON.parse(JSON.stringify(result)))).toEqual([]);
          await writeFile('vllm/chart/templates/deployment.yaml', '\n', { flag: 'a' });
          expect((await lint('.', ...since)).result?.verdict.outcome).toBe('fail');
          await git('checkout', '-q', '.');
          await writeFile('added.txt', 'of no matter');
          const secret = 'turso/chart/templates/secret.yaml';
          await writeFile(
            secret,
            (await readFile(secret, 'utf8')).replaceAll('turso-auth', 'other'),
          );
          const renamed = (await lint('.', ...since)).result?.findings ?? [];
          expect(renamed.map(({ id, subject }) => `${id} ${subject.name}`)).toContain(
            'references/secrets user/all.yaml',
          );
          const unknown = await lint('.', '--changed-since', 'nowhere', '--git', '/usr/bin/git');
          expect(unknown.error).toMatchObject({ code: 'GIT_REVISION' });
        } finally {
          process.chdir(before);
        }
      }),
  );

  it('takes the policy that the release definition names', () =>
    broken(async (folder) => {
      const definition = `apiVersion: cowa-release/v1
name: a
version: 0.14.0
architecture: amd64
imageSources: []
flavors: { cpu: { zarfFlavor: upstream, packages: [{ path: turso, set: { IMAGE_VERSION: 0.14.0 } }] } }
settings: { policy: policy.yaml }
`;
      await writeFile(join(folder, 'cowa-release.yaml'), definition);
      await writeFile(join(folder, 'policy.yaml'), 'apiVersion: cowa-release/policy/v1\n');
      expect((await lint(folder)).result?.policy?.location).toBe(join(folder, 'policy.yaml'));
      const other = join(root, 'bundles/policy.yaml');
      expect((await lint(folder, '--policy', other)).result?.policy?.location).toBe(other);
    }));

  it.each(['2026-13-01', 'tomorrow', '2026-02-30'])('refuses the day %s', async (day) => {
    const { error } = await lint(join(root, 'bundles'), '--install-date', day);
    expect(error).toMatchObject({ code: 'LINT_DAY_INVALID' });
  });

  it('goes by the day of installation', () =>
    broken(async (folder) => {
      await writeFile(
        join(folder, 'turso/chart/ca.pem'),
        aPem('turso', '2026-01-01', '2100-01-01'),
      );
      const found = async (...args: readonly string[]): Promise<readonly string[]> => {
        const { result } = await lint(join(folder, 'turso'), ...args);
        return (result?.findings ?? []).map(({ id }) => id);
      };
      expect(await found()).not.toContain('release/certificates');
      expect(await found('--install-date', '2100-01-01')).toContain('release/certificates');
    }));

  it('needs the path of a helm that is to render', async () => {
    // A machine that compares with a real one names it for all tests.
    vi.stubEnv('COWA_HELM', undefined);
    try {
      const { error } = await lint(join(root, 'bundles'), '--renderer', 'helm');
      expect(error).toMatchObject({ code: 'RENDERER_PATH_MISSING' });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.runIf(process.platform !== 'win32')('says that git knows no such revision', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cowa-git-'));
    try {
      // As git answers `rev-parse --verify --quiet` of what is not there.
      await writeFile(join(folder, 'git'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      await cp(join(root, 'bundles/packages/repeater'), join(folder, 'repeater'), {
        recursive: true,
      });
      const { error } = await lint(
        folder,
        '--changed-since',
        'nowhere',
        '--git',
        join(folder, 'git'),
      );
      expect(error).toMatchObject({ code: 'GIT_REVISION' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
