import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import { schemaFaults } from '../../helm/schema-form.ts';
import { parseJsonStrict } from '../../support/json-document.ts';
import { judgeSchema } from '../../support/judge-schema.ts';
import {
  definitionLimits,
  parseYaml,
  parseYamlDocument,
  type YamlDocument,
} from '../../support/yaml-document.ts';
import { boxesOf, boxOf, textOf } from '../../zarf/deployed-object.ts';
import { chartLockShape, chartShape, isPlainChart } from '../chart-shape.ts';
import { type DeployedPackage, placeSubject } from '../deployed-package.ts';
import { definePackageCheck, type LintResult } from '../lint-check.ts';
import { listed } from '../lint-results.ts';

export const chartFiles = definePackageCheck({
  id: 'schema/chart-files',
  title: 'Chart.yaml and Chart.lock have the form Helm reads, and values.schema.json is a schema',
  severity: 'error',
  help: {
    why: 'Helm refuses a chart whose version is a number, passes over a key it does not know, and judges no value by a schema that is none.',
    fix: 'Mend the place named; versions need quotes where they look like numbers. After a change of dependencies run helm dependency update.',
    source:
      'Helm, charts: Chart.yaml, dependencies, schema files; JSON Schema, metaschemas; requirement R33',
  },
  examples: {
    good: `# Chart.yaml
apiVersion: v2
name: api
version: 0.14.0
appVersion: "1.20"`,
    bad: `# Chart.yaml
apiVersion: v2
name: api
version: 0.14.0
appVersion: 1.20
maintainer: { name: somebody }`,
  },
  *evaluate(facts) {
    let count = 0;
    const folders = new Set(facts.charts.map(({ folder }) => folder));
    for (const [path, text] of facts.texts) {
      const folder = [...folders].find((each) => path.startsWith(`${each}/`));
      if (folder === undefined) continue;
      const [, sub, name] =
        /^((?:charts\/[^/]+\/)*)(Chart\.yaml|Chart\.lock|values\.schema\.json)$/.exec(
          path.slice(folder.length + 1),
        ) ?? [];
      if (name === undefined) continue;
      count++;
      // What others made and published is theirs to tidy.
      const found = [...judge(path, name, text, facts)].filter(
        ({ severity }) => sub === '' || severity === undefined,
      );
      yield* found;
      if (found.length === 0)
        yield pass(placeSubject({ file: path, line: 1, column: 1 }), `${name} has its form`);
    }
    if (count === 0)
      yield notApplicable({ kind: 'package', name: facts.label }, 'no chart lies here');
  },
});

function* judge(
  path: string,
  name: string,
  text: string,
  facts: DeployedPackage,
): Generator<LintResult> {
  if (name === 'values.schema.json') {
    yield* judgeValuesSchema(path, text);
    return;
  }
  const { documents, problems } = parseYaml(Buffer.from(text), definitionLimits);
  const [broken] = problems.filter(({ severity }) => severity === 'error');
  const [document] = documents;
  if (broken !== undefined || document === undefined) {
    const { line, column, message } = broken ?? { line: 1, column: 1, message: 'it is empty' };
    yield fail(placeSubject({ file: path, line, column }), `${name}: ${message}`);
    return;
  }
  if (name !== 'Chart.yaml' || !isPlainChart(document.value))
    yield* judgeShape(path, document, name === 'Chart.yaml' ? chartShape : chartLockShape);
  if (name === 'Chart.lock') yield* judgeLock(path, document, facts);
}

function* judgeShape(path: string, document: YamlDocument, shape: object): Generator<LintResult> {
  for (const { line, column, message, code } of judgeSchema(
    shape,
    document.value,
    document,
    'authored',
  ))
    yield fail(
      placeSubject({ file: path, line, column }),
      message,
      // Passed over by Helm.
      code === 'DOCUMENT_UNKNOWN_KEY' ? { severity: 'warning' } : {},
    );
}

function* judgeValuesSchema(path: string, text: string): Generator<LintResult> {
  const { value, problem } = parseJson(text);
  if (problem !== undefined) {
    yield fail(
      placeSubject({ file: path, ...problem }),
      `values.schema.json is no JSON, and Helm reads nothing else: ${problem.message}`,
    );
    return;
  }
  const places = parseYamlDocument(Buffer.from(text)).document;
  const faults = schemaFaults(value);
  if (faults === undefined)
    yield undecided(
      placeSubject({ file: path, line: 1, column: 1 }),
      'values.schema.json is of a draft of JSON Schema that is not known here',
    );
  for (const { pointer, message } of faults ?? [])
    yield fail(
      placeSubject({ file: path, ...(places?.locate(pointer) ?? { line: 1, column: 1 }) }),
      `values.schema.json is no schema: ${pointer === '' ? '' : `${pointer} `}${message}`,
    );
}

function parseJson(text: string): {
  readonly value?: unknown;
  readonly problem?: { readonly line: number; readonly column: number; readonly message: string };
} {
  const { value, problem } = parseJsonStrict(Buffer.from(text.replace(/^\uFEFF/, '')), {
    maxBytes: definitionLimits.maxBytes,
    maxDepth: 64,
  });
  return problem === undefined ? { value } : { problem };
}

/** A lock that knows other charts than Chart.yaml asks for is refused by helm dependency build. */
function* judgeLock(
  path: string,
  document: YamlDocument,
  { texts }: DeployedPackage,
): Generator<LintResult> {
  const chart = parseYaml(
    Buffer.from(texts.get(path.replace(/lock$/, 'yaml')) ?? ''),
    definitionLimits,
  ).documents[0];
  const names = (value: unknown): readonly string[] =>
    boxesOf(boxOf(value)?.['dependencies'])
      .map((each) => textOf(each['name']))
      .sort();
  const [locked, asked] = [names(document.value), names(chart?.value)];
  if (chart === undefined || locked.join('\n') === asked.join('\n')) return;
  yield fail(
    placeSubject({ file: path, ...document.locate('/dependencies') }),
    `Chart.lock knows the charts ${listed(locked)}, Chart.yaml asks for ${listed(asked)}`,
    { severity: 'warning' },
  );
}
