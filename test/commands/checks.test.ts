import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, describe, expect, it } from 'vitest';
import { allChecks } from '../../src/checks/all-checks.ts';
import { findingCodes } from '../../src/checks/finding-codes.gen.ts';
import ChecksExplain from '../../src/commands/checks/explain.ts';
import ChecksList from '../../src/commands/checks/list.ts';

const root = join(import.meta.dirname, '../..');
afterEach(() => {
  process.exitCode = undefined;
});

const list = (...args: readonly string[]) =>
  captureOutput<Awaited<ReturnType<ChecksList['run']>>>(() => ChecksList.run([...args], { root }));
const explain = (...args: readonly string[]) =>
  captureOutput<Awaited<ReturnType<ChecksExplain['run']>>>(() =>
    ChecksExplain.run([...args], { root }),
  );

describe('checks list', () => {
  it('names every check, those of folders too, by id', async () => {
    const { stdout, result } = await list();
    const ids = result?.checks.map(({ id }) => id) ?? [];
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('oci/blob-digest');
    expect(ids).toContain('statement/nothing-extra');
    for (const id of ids) expect(stdout).toContain(id);
  });

  it('names those of one area', async () => {
    const { result } = await list('--area', 'signature');
    expect(new Set(result?.checks.map(({ area }) => area))).toEqual(new Set(['signature']));
  });

  it('refuses an area that is not there, and says which are', async () => {
    const { error } = await list('--area', 'signatur');
    expect(error).toMatchObject({
      code: 'CHECK_AREA_UNKNOWN',
      exitCode: 2,
      suggestions: ["Did you mean 'signature'?", expect.stringContaining('container')],
    });
  });

  it('prints one JSON document', async () => {
    const { stdout } = await list('--json');
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'cowa-release/checks-list/v1' });
    expect(JSON.parse(stdout).checks.length).toBe(allChecks().length);
  });
});

describe('checks explain', () => {
  it.each(allChecks().map(({ id }) => [id]))('explains %s', async (id) => {
    const { stdout, result } = await explain(id);
    expect(stdout.split('\n')[0]).toBe(id);
    expect(stdout).toContain('What to do:');
    expect(result).toMatchObject({ check: { id } });
  });

  it.each([
    ['a slip', 'oci/blob-digst', "Did you mean 'oci/blob-digest'?"],
    ['the name alone', 'blob-digest', "Did you mean 'oci/blob-digest'?"],
    ['the wrong area', 'layout/blob-digest', "Did you mean 'oci/blob-digest'?"],
    ['an area', 'statement', "Did you mean 'statement/approvals'?"],
    ['nothing like any', 'qqqqqqqq', 'cowa-release checks list'],
  ])('guesses what was meant by %s', async (_name, id, suggestion) => {
    const { error } = await explain(id);
    expect(error).toMatchObject({ code: 'CHECK_UNKNOWN', exitCode: 2 });
    expect((error as { suggestions?: readonly string[] } | undefined)?.suggestions?.[0]).toBe(
      suggestion,
    );
  });

  it('prints one JSON document', async () => {
    const { stdout } = await explain('signature/archive', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'cowa-release/checks-explain/v1',
      check: { id: 'signature/archive', scope: 'archive' },
    });
  });
});

describe('checks explain of a code', () => {
  it.each([
    ['of a finding', 'BLOB_DIGEST', 'oci/blob-digest', null],
    ['of a tree of a bundle', 'BUNDLE_BLOB_DIGEST', 'bundle/blobs', null],
    ['of the container', 'TAR_NAME_DUPLICATE', 'container/duplicates', 3],
    ['of a folder', 'RELEASE_FILE_MISSING', 'statement/complete', null],
    ['of a waiver', 'WAIVER_EXPIRED', 'policy/waivers', null],
  ])('%s leads to its check', async (_name, code, id, exitCode) => {
    const { stdout, result } = await explain(code);
    expect(stdout.split('\n')[0]).toBe(code);
    expect(stdout).toContain(`\n${id}\n`);
    expect(result).toMatchObject({
      schema: 'cowa-release/code-explain/v1',
      finding: { checks: [{ id }] },
      error: exitCode === null ? null : { exitCode },
    });
  });

  it('of an error says with what exit code the run ends', async () => {
    const { stdout, result } = await explain('POLICY_INVALID');
    expect(stdout).toContain('ends a run with exit code 2');
    expect(result).toMatchObject({ finding: null, error: { exitCode: 2 } });
  });

  it('that many checks tell says so', async () => {
    const { stdout } = await explain('SIGNATURE_MISMATCH');
    expect(stdout).toContain('the finding names it');
  });

  it.each(findingCodes.map(({ code }) => [code]))('%s says why, and what to do', async (code) => {
    const { stdout } = await explain(code);
    expect(stdout).toMatch(/^ +Why: \S/m);
    expect(stdout).toMatch(/^ +What to do: \S/m);
  });

  it.each([
    ['SIGNATURE_DIGEST', 'Bring file and signature over again'],
    ['SIGNATURE_UNREAD', 'verify without it'],
    ['TRUST_COUNTER_UNKNOWN', 'Verify the whole folder of the release'],
    ['SIGNATURE_NO_KEY', 'for packages of other makers'],
    ['PART_MISSING', 'Put the named part beside the others'],
  ])('%s says what is to be done about it, and not about its check at large', async (code, fix) => {
    expect((await explain(code)).stdout.replaceAll(/\s+/g, ' ')).toContain(fix);
  });

  it('that nothing carries is refused, with the likely one', async () => {
    const { error } = await explain('BLOB_DIGST');
    expect(error).toMatchObject({
      code: 'CODE_UNKNOWN',
      exitCode: 2,
      suggestions: ["Did you mean 'BLOB_DIGEST'?", expect.anything()],
    });
  });
});
