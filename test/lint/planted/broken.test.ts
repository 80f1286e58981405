import { beforeAll, describe, expect, it } from 'vitest';
import type { LintReport } from '../../../src/report/lint-report.ts';
import { lintFiles, sound } from './lint-planted.ts';

const templates = Object.keys(sound).filter((path) => /\/templates\/[^_/]+\.yaml$/.test(path));
const workloads = templates.filter((path) => /deployment|job|migrations|parts|postgres/.test(path));
const others = templates.filter((path) => !workloads.includes(path));

function failures({ findings }: LintReport): readonly string[] {
  return findings
    .filter(({ outcome, id }) => outcome === 'fail' && id !== 'deployment/rendered')
    .map(({ id, subject, message }) => `${id} ${subject.name} ${message}`);
}

let before: ReadonlySet<string> = new Set();
beforeAll(async () => {
  before = new Set(failures(await lintFiles(sound)));
}, 60_000);

describe('what could not be rendered', () => {
  // Many at once: whatever looks for their objects must not take them for missing.
  it.each<[what: string, paths: readonly string[], edit: (text: string) => string]>([
    ['workloads whose templates stop', workloads, (text) => `{{ fail "no" }}\n${text}`],
    ['others whose templates cannot be told', others, (text) => `{{ decryptAES "a" "b" }}${text}`],
    ['others without a kind', others, (text) => text.replaceAll(/^kind: \S+$/gm, '')],
  ])('is missed by nobody: %s', async (_what, paths, edit) => {
    const files = { ...sound };
    for (const path of paths) files[path] = edit(files[path] ?? '');
    const report = await lintFiles(files);
    expect(failures(report).filter((each) => !before.has(each))).toEqual([]);
    const told = new Set(report.findings.map(({ subject }) => subject.name));
    expect(paths.filter((path) => !told.has(path))).toEqual([]);
  });

  it('is missed by nobody: a values file that is none', async () => {
    const values = Object.keys(sound).filter((path) => /\/values\/[^/]+\.yaml$/.test(path));
    const files = { ...sound };
    for (const path of values) files[path] = 'image: [';
    const report = await lintFiles(files);
    expect(failures(report).filter((each) => !before.has(each))).toEqual([]);
    const places = report.findings.map(({ subject }) => subject.name);
    expect(values.filter((path) => !places.includes(path))).toEqual([]);
  });
});
