import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, describe, expect, it } from 'vitest';
import { allChecks } from '../../src/checks/all-checks.ts';
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
    expect(result?.check.help.source).not.toBe('');
  });

  it.each([
    ['a slip', 'oci/blob-digst', "Did you mean 'oci/blob-digest'?"],
    ['the name alone', 'blob-digest', "Did you mean 'oci/blob-digest'?"],
    ['the wrong area', 'layout/blob-digest', "Did you mean 'oci/blob-digest'?"],
    ['an area', 'statement', "Did you mean 'statement/clock'?"],
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
