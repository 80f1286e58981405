import { describe, expect, it } from 'vitest';
import { readObjects } from './deployed-object.ts';
import { fillPlaceholders } from './placeholders.ts';
import { type ChartInput, renderPackagedChart } from './rendered-chart.ts';

const input = (
  texts: Readonly<Record<string, string>>,
  more: Partial<ChartInput> = {},
): ChartInput => ({
  files: new Map(
    Object.entries({ 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', ...texts }).map(
      ([path, text]) => [`c/${path}`, Buffer.from(text)],
    ),
  ),
  valuesFiles: [],
  settings: [],
  releaseName: 'rel',
  namespace: 'ns',
  fill: fillPlaceholders({
    variables: [{ name: 'LINES', default: 'one\ntwo\nthree', autoIndent: true }],
  }),
  ...more,
});

/** `file:line:column` of a member of the only object. */
function placeOf(
  texts: Readonly<Record<string, string>>,
  path: readonly (string | number)[],
): string {
  const { files, unread } = renderPackagedChart(input(texts));
  expect(unread).toEqual([]);
  const places = files.flatMap(({ text, path: source, written }) =>
    (
      readObjects(text, {
        component: 'c',
        source,
        namespace: 'ns',
        ...(written === undefined ? {} : { written }),
      }) ?? []
    ).map((object) => {
      const { file, line, column } = object.at(path);
      return `${file}:${line}:${column}`;
    }),
  );
  expect(places.length).toBe(1);
  return places[0] ?? '';
}

describe('places of what a chart renders to', () => {
  const template = `{{- if true }}
kind: A
metadata:
  name: {{ .Release.Name }}-x
  {{- with dict "k" "v" }}
  labels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- range list 1 2 }}
  n{{ . }}: { a: {{ . }}, b: 2 }
  {{- end }}
  last: true
{{- end }}
`;
  it.each([
    ['literal text', ['spec', 'last'], 'templates/a.yaml:13:3'],
    ['the object', [], 'templates/a.yaml:2:1'],
    ['a key before a computed value', ['metadata', 'name'], 'templates/a.yaml:4:3'],
    ['computed lines', ['metadata', 'labels', 'k'], 'templates/a.yaml:7:9'],
    ['text behind a computed one', ['spec', 'n2', 'b'], 'templates/a.yaml:11:27'],
  ])('%s', (_name, path, expected) => {
    expect(placeOf({ 'templates/a.yaml': template }, path)).toBe(expected);
  });

  const helper = '\n{{ define "h" }}\nkind: A\nspec:\n  deep:\n    x: 1\n{{ end }}\n';
  it.each([
    ['template', 'a: 0\n{{ template "h" }}', 'templates/_h.tpl:6:5'],
    ['include', '{{ include "h" . }}', 'templates/_h.tpl:6:5'],
    ['include, indented', 'top:\n{{ include "h" . | indent 2 }}', undefined],
    ['include, made another text', '{{ include "h" . | trim }}', 'templates/a.yaml:1:4'],
    ['include into a variable', '{{ $t := include "h" . }}{{ $t }}', 'templates/a.yaml:1:29'],
  ])('what a named template writes: %s', (_name, text, expected) => {
    if (expected === undefined)
      expect(
        placeOf({ 'templates/a.yaml': text, 'templates/_h.tpl': helper }, [
          'top',
          'spec',
          'deep',
          'x',
        ]),
      ).toBe('templates/_h.tpl:6:5');
    else
      expect(
        placeOf({ 'templates/a.yaml': text, 'templates/_h.tpl': helper }, ['spec', 'deep', 'x']),
      ).toBe(expected);
  });

  it('leads into the folder of a subchart, whatever name and alias it has', () => {
    const at = placeOf(
      {
        'Chart.yaml':
          'apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{ name: s, alias: other, version: 1.x.x }]\n',
        'charts/folder/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 1.0.0\n',
        'charts/folder/templates/a.yaml': 'kind: A\nspec:\n  x: {{ .Chart.Name }}\n',
      },
      ['spec', 'x'],
    );
    expect(at).toBe('charts/folder/templates/a.yaml:3:3');
  });

  it('counts lines as they were before placeholders were filled', () => {
    const text = 'kind: A\ndata: "###ZARF_VAR_LINES###"\nspec: { x: 1 }\n';
    expect(placeOf({ 'templates/a.yaml': text }, ['spec', 'x'])).toBe('templates/a.yaml:3:9');
  });

  it('stays right where Helm takes "no value" out', () => {
    const text = 'a: {{ .Values.none }}\nkind: A\nspec: { y: "{{ .Values.no }}", x: 1 }\n';
    expect(placeOf({ 'templates/a.yaml': text }, ['spec', 'x'])).toBe('templates/a.yaml:3:32');
  });

  it('names the action for what goes wrong inside of a text that tpl runs', () => {
    const { unread } = renderPackagedChart(
      input({
        'values.yaml': 't: "x\\n{{ fail `no` }}"\n',
        'templates/a.yaml': 'a: 1\nb: {{ tpl .Values.t . }}\n',
      }),
    );
    expect(unread).toEqual([
      {
        path: 'templates/a.yaml',
        line: 2,
        column: 7,
        reason: 'no (line 2 of the text that tpl runs)',
        fails: true,
      },
    ]);
  });
});

describe('objects as Kubernetes reads them', () => {
  const values = (text: string): unknown =>
    readObjects(text, { component: 'c', source: 's', namespace: 'n' })?.map(({ value }) => value);

  it.each([
    ['of a key given twice the last', 'kind: A\nx: 1\nx: 2\n', { kind: 'A', x: 2 }],
    ['words of YAML 1.1', 'kind: A\nx: on\nz: "on"\n', { kind: 'A', x: true, z: 'on' }],
    ['octal numbers', 'kind: A\nmode: 0644\n', { kind: 'A', mode: 420 }],
    ['times of day as text', 'kind: A\nat: 12:30\n', { kind: 'A', at: '12:30' }],
    ['dates as text', 'kind: A\nat: 2020-01-01\n', { kind: 'A', at: '2020-01-01' }],
    [
      'keys that are no text',
      'kind: A\nd: { on: 1, 80: 2 }\n',
      { kind: 'A', d: { true: 1, 80: 2 } },
    ],
    [
      'merge keys',
      'kind: A\nb: &b { x: 1 }\nd: { <<: *b }\n',
      { kind: 'A', b: { x: 1 }, d: { x: 1 } },
    ],
  ])('%s', (_name, text, expected) => {
    expect(values(text)).toEqual([expected]);
  });

  it('places a key given twice where it counts', () => {
    const [object] =
      readObjects('kind: A\nx: 1\nx: 2\n', { component: 'c', source: 's', namespace: 'n' }) ?? [];
    expect(object?.at(['x'])).toEqual({ line: 3, column: 1 });
  });

  it('says nothing of a text nested too deeply', () => {
    expect(values(`kind: A\nx: ${'['.repeat(10_000)}`)).toBeUndefined();
  });

  it('cannot tell what values are that are nested too deeply', () => {
    const { unread } = renderPackagedChart(
      input({
        'templates/a.yaml': 'kind: A',
        'values.yaml': `x: ${'['.repeat(9000)}${']'.repeat(9000)}`,
      }),
    );
    expect(unread).toMatchObject([{ path: 'Chart.yaml', fails: false }]);
  });
});

describe('charts', () => {
  const rendered = (texts: Readonly<Record<string, string>>, more: Partial<ChartInput> = {}) => {
    const { files, unread, volatile } = renderPackagedChart(input(texts, more));
    return { texts: files.map(({ path, text }) => `${path}: ${text}`), unread, volatile };
  };

  it.each([
    [
      'a template that is none, and one that calls what is not known',
      {
        'templates/a.yaml': '{{ if }',
        'templates/b.yaml': '{{ wrap 3 "x" }}',
        'templates/c.yaml': 'x',
      },
      ['templates/c.yaml: x'],
      [
        { path: 'templates/a.yaml', line: 1, fails: true },
        { path: 'templates/b.yaml', reason: 'the function wrap is not known here', fails: false },
      ],
    ],
    ['values that are none', { 'values.yaml': 'a: [' }, [], [{ path: 'Chart.yaml', fails: true }]],
    [
      'files that are no YAML by name, and no partials',
      {
        'templates/a.json': '{}',
        'templates/NOTES.txt': '{{ fail "x" }}',
        'templates/_h.yaml': '{{ fail "x" }}',
      },
      ['templates/a.json: {}'],
      [],
    ],
    [
      'definitions of kinds, which are no templates',
      { 'crds/a.yaml': '{{ x }} ###ZARF_VAR_LINES###', 'crds/read.md': 'x' },
      ['crds/a.yaml: {{ x }} ###ZARF_VAR_LINES###'],
      [],
    ],
    [
      'a dependency that is not there',
      {
        'Chart.yaml':
          'apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{ name: redis, version: 1.x }]\n',
      },
      [],
      [{ path: 'Chart.yaml', reason: /depends on redis 1.x/, fails: false }],
    ],
    [
      'a packed subchart that could not be opened',
      { 'charts/s.tgz': 'x' },
      [],
      [{ path: 'Chart.yaml', reason: /s.tgz/, fails: false }],
    ],
    [
      'another Kubernetes than was assumed',
      { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\nkubeVersion: ">=9.0.0"\n' },
      [],
      [{ path: 'Chart.yaml', reason: />=9.0.0/, fails: false }],
    ],
  ])('%s', (_name, texts, expected, unread) => {
    const made = rendered(texts);
    expect(made.texts).toEqual(expected);
    expect(made.unread.length).toBe(unread.length);
    const wanted: readonly { readonly path: string; readonly reason?: string | RegExp }[] = unread;
    wanted.forEach(({ reason, ...each }, index) => {
      expect(made.unread[index]).toMatchObject(each);
      if (reason !== undefined) expect(made.unread[index]?.reason).toMatch(reason);
    });
  });

  it('names the functions of chance that were called', () => {
    const made = rendered({ 'templates/a.yaml': '{{ randAlphaNum 3 }}{{ uuidv4 }}{{ uuidv4 }}' });
    expect(made.volatile).toEqual(['randAlphaNum', 'uuidv4']);
  });

  it.each([
    ['{{ now | date "2006-01-02" }}', '1970-01-01', ['date', 'now']],
    ['{{ dateInZone "15:04" 60 "UTC" }}', '00:01', []],
    ['{{ dateInZone "15:04" 60 "Europe/Berlin" }}', '00:01', ['dateInZone']],
    ['{{ (genCA "x" 1).Cert | trunc 10 }}', '-----BEGIN', ['genCA']],
    ['{{ htpasswd "u" "p" | trunc 3 }}', 'u:x', ['htpasswd']],
    ['{{ randInt 3 9 }}{{ shuffle "ab" }}', '3ab', ['randInt', 'shuffle']],
  ])('stands in for what differs every time: %s', (template, text, volatile) => {
    const made = rendered({ 'templates/a.yaml': template });
    expect(made).toEqual({ texts: [`templates/a.yaml: ${text}`], unread: [], volatile });
  });

  const schema = (draft: string, more: object = {}) =>
    JSON.stringify({
      ...(draft === '' ? {} : { $schema: draft }),
      type: 'object',
      required: ['name'],
      properties: { replicas: { type: 'integer', minimum: 1 }, id: { type: 'string' } },
      ...more,
    });
  it.each([
    ['draft 4', 'http://json-schema.org/draft-04/schema#'],
    ['draft 6', 'http://json-schema.org/draft-06/schema#'],
    ['draft 7', 'http://json-schema.org/draft-07/schema#'],
    ['draft 2019-09', 'https://json-schema.org/draft/2019-09/schema'],
    ['draft 2020-12', 'https://json-schema.org/draft/2020-12/schema'],
    ['no draft', ''],
  ])('values are judged by a schema of %s', (_name, draft) => {
    const texts = { 'values.schema.json': schema(draft), 'values.yaml': 'replicas: 0\n' };
    expect(rendered(texts).unread).toEqual([
      {
        path: 'values.schema.json',
        line: 1,
        column: 1,
        reason: "/ must have required property 'name'",
        fails: true,
      },
      {
        path: 'values.schema.json',
        line: 1,
        column: 1,
        reason: '/replicas must be >= 1',
        fails: true,
      },
    ]);
    expect(rendered({ ...texts, 'values.yaml': 'name: n\nreplicas: 1\nid: "a"\n' }).unread).toEqual(
      [],
    );
    expect(rendered(texts, { judgeValues: false }).unread).toEqual([]);
  });

  it.each([
    ['exclusive bounds of draft 4', { exclusiveMinimum: true }, 'replicas: 1', 1],
    ['exclusive bounds of draft 4 that are off', { exclusiveMinimum: false }, 'replicas: 1', 0],
  ])('%s', (_name, more, values, count) => {
    const made = JSON.stringify({
      $schema: 'http://json-schema.org/draft-04/schema#',
      properties: { replicas: { minimum: 1, ...more } },
    });
    const { unread } = rendered({ 'values.schema.json': made, 'values.yaml': values });
    expect(unread.length).toBe(count);
  });

  it.each([
    ['text that is no JSON', '{'],
    ['a draft that is not known', schema('https://example.org/draft-99')],
    ['a reference elsewhere', schema('', { $ref: 'https://example.org/x.json' })],
    [
      'nothing but a format',
      schema('http://json-schema.org/draft-07/schema#', {
        required: [],
        properties: { mail: { format: 'email' } },
      }),
    ],
  ])('cannot tell whether values fit a schema: %s', (_name, text) => {
    const { unread } = rendered({ 'values.schema.json': text, 'values.yaml': 'mail: nobody\n' });
    expect(unread).toMatchObject([{ path: 'values.schema.json', fails: false }]);
  });

  it('judges the values of a subchart by its own schema', () => {
    const { unread } = rendered({
      'charts/s/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 1.0.0\n',
      'charts/s/values.schema.json': schema(''),
      'values.yaml': 's: { name: 1, replicas: x }\n',
    });
    expect(unread).toMatchObject([
      { path: 'charts/s/values.schema.json', reason: '/replicas must be integer' },
    ]);
  });
});
