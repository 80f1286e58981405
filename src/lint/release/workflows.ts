import { posix } from 'node:path';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { pointerSegment } from '../../support/json-document.ts';
import { parseYamlDocument, type YamlDocument } from '../../support/yaml-document.ts';
import { boxOf, inside, textOf } from '../../zarf/deployed-object.ts';
import { placeSubject } from '../deployed-package.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { listed, meant, wholeSubject } from '../lint-results.ts';

export const workflows = defineReleaseCheck({
  id: 'release/workflows',
  title: 'Every workflow, action and job that a workflow calls is there',
  severity: 'error',
  help: {
    why: 'A workflow that was switched off or renamed leaves its callers behind: they fail on the day of the release.',
    fix: 'Call what is there, or take the call out together with what it called.',
    source: 'Past failure P18; requirement R10; GitHub Actions, uses, needs and workflow_run',
  },
  examples: {
    good: `# .github/workflows/release.yml, beside build.yml
jobs: { build: { uses: ./.github/workflows/build.yml } }`,
    bad: `# .github/workflows/release.yml, beside build.yml.disabled
jobs: { build: { uses: ./.github/workflows/build.yml } }`,
  },
  *evaluate(facts) {
    const { documents, files = new Set(documents?.keys()) } = facts;
    const own = [...(documents ?? [])].filter(([path]) => form.test(path));
    const read = own.map(([path, text]) => ({
      path,
      document: parseYamlDocument(Buffer.from(text)).document,
    }));
    const names = read.map(
      ({ path, document }) => textOf(inside(document?.value, 'name')) || belowRepository(path),
    );
    for (const { path, document } of read)
      if (document !== undefined) yield* judge(path, document, files, names);
    if (own.length === 0) yield notApplicable(wholeSubject(facts), 'there is no workflow');
    else yield pass(wholeSubject(facts), `${own.length} workflows were looked at`);
  },
});

const form = /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;

/** Path below the folder that holds `.github`. */
function belowRepository(path: string): string {
  return path.slice(rootOf(path).length);
}

function rootOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.github/')));
}

function* judge(
  path: string,
  document: YamlDocument,
  files: ReadonlySet<string>,
  names: readonly string[],
): Generator<LintResult> {
  const at = (pointer: string) => placeSubject({ file: path, ...document.locate(pointer) });
  // YAML 1.1 readers take the key for a truth value; this one does not.
  const after = inside(document.value, 'on', 'workflow_run', 'workflows');
  for (const [index, name] of (Array.isArray(after) ? after : []).entries())
    if (typeof name === 'string' && !names.includes(name))
      yield fail(
        at(`/on/workflow_run/workflows/${index}`),
        `no workflow is called '${name}'; there are ${listed(names)}${meant(name, names)}`,
      );
  const jobs = Object.entries(boxOf(inside(document.value, 'jobs')) ?? {});
  const known = jobs.map(([name]) => name);
  for (const [name, job] of jobs) {
    const pointer = `/jobs/${pointerSegment(name)}`;
    const needs = inside(job, 'needs');
    for (const need of Array.isArray(needs) ? needs : [needs])
      if (typeof need === 'string' && !known.includes(need))
        yield fail(
          at(`${pointer}/needs`),
          `job '${name}' needs job '${need}', which is not there${meant(need, known)}`,
        );
    yield* called(path, textOf(inside(job, 'uses')), at(`${pointer}/uses`), files);
    const steps = inside(job, 'steps');
    for (const [index, step] of (Array.isArray(steps) ? steps : []).entries()) {
      const place = at(`${pointer}/steps/${index}`);
      yield* called(path, textOf(inside(step, 'uses')), place, files);
      for (const [, file = ''] of textOf(inside(step, 'run')).matchAll(
        /\bgh\s+workflow\s+run\s+["']?([\w.-]+\.ya?ml)\b/g,
      ))
        yield* called(path, `./.github/workflows/${file}`, place, files);
    }
  }
}

function* called(
  caller: string,
  uses: string,
  subject: ReturnType<typeof placeSubject>,
  files: ReadonlySet<string>,
): Generator<LintResult> {
  if (!uses.startsWith('./') || uses.includes('${{')) return;
  const path = posix.normalize(`${rootOf(caller)}${uses}`).replace(/\/$/, '');
  const there = /\.ya?ml$/.test(path)
    ? files.has(path)
    : ['action.yml', 'action.yaml', 'Dockerfile'].some((name) => files.has(`${path}/${name}`)) ||
      // Fetched by a step before.
      ![...files].some(
        (file) => file.startsWith(`${path}/`) || file.startsWith(`${posix.dirname(path)}/`),
      );
  if (there) return;
  const stem = posix.basename(path).replace(/\.ya?ml$/, '');
  const off = [...files].find(
    (file) =>
      /disabled|\.off$|\.bak$|_archive|\.old$/.test(file) && posix.basename(file).startsWith(stem),
  );
  const why = off === undefined ? '' : `; ${off} is switched off`;
  yield fail(subject, `${uses} is called and not there${why}`);
}
