import { describe, expect, it } from 'vitest';
import { outcomeOf, rendered } from '../../test/support/rendered-chart.ts';
import { readChart } from './chart.ts';
import { executeTemplate } from './evaluate-template.ts';
import { GoMap } from './go-value.ts';
import { parseTemplate } from './parse-template.ts';
import { MissingKey, TemplateFailure } from './template-fault.ts';
import { templateFunctions } from './template-functions.ts';

// Each was tried with Go's text/template, which stops there.
describe('templates that Go refuses', () => {
  it.each([
    '{{ define "a" }}x{{ end }}{{ define "a" }}y{{ end }}',
    '{{ block "a" . }}x{{ end }}{{ define "a" }}y{{ end }}',
    '{{ define "a" }}x{{ else }}y{{ end }}',
    '{{ block "a" . }}x{{ else }}y{{ end }}',
    '{{ if true }}a{{ else }}b{{ else }}c{{ end }}',
    '{{ if true }}x',
    '{{ end }}',
    '{{ break }}',
    '{{ continue }}',
    '{{ }}',
    '{{ 1 | 2 }}',
    '{{ "a""b" }}',
    '{{ "a" 1 }}',
    '{{ 1 | "a" }}',
    '{{ nil }}',
    '{{ and }}',
    '{{ or }}',
    '{{ nothing }}',
    '{{ if false }}{{ nothing }}{{ end }}',
    '{{ $x = 1 }}',
    '{{ $x }}',
    '{{ $x, $y := 1 }}',
    '{{ range $i, $x, $y := list }}{{ end }}',
    '{{ (1 }}',
    '{{ 1) }}',
    '{{ template x }}',
    '{{/* x',
    '{{/* x */ y }}',
    "{{ 'ab' }}",
    "{{ '' }}",
    '{{ "\\400" }}',
    '{{ "\\ud800" }}',
    '{{ "\\U00110000" }}',
    '{{ "\\q" }}',
    '{{ 08 }}',
    '{{ 0x }}',
    '{{ 0b2 }}',
    '{{ 1__0 }}',
    '{{ 99999999999999999999 }}',
    '{{ -99999999999999999999 }}',
  ])('%s', (template) => {
    expect(outcomeOf(template)).toMatch(/^fails: /);
  });

  it.each([
    ['{{ define "a" }}x{{ end }}{{ define "a" }} {{ end }}{{ template "a" . }}', 'x'],
    ['{{ define "a" }} {{ end }}{{ define "a" }}x{{ end }}{{ template "a" . }}', 'x'],
    [
      '{{ define "a" }}x{{ end }}{{ range until 200 }}{{ include "a" . }}{{ end }}',
      'x'.repeat(200),
    ],
    ['{{ tpl "{{ .x }}" (dict) | len }}', '0'],
    ['{{ .Chart.Annotations.none | quote }}', '""'],
    [
      '{{ 1_000 }} {{ 0x1F }} {{ 017 }} {{ 0 }} {{ -9223372036854775808 }}',
      '1000 31 15 0 -9223372036854775808',
    ],
    ["{{ 'a' }} {{ '\\n' }}", '97 10'],
    ['{{ "\\x41\\101\\u00e9\\U0001F600" }}', 'AAé😀'],
  ])('%s is none of them', (template, text) => {
    expect(outcomeOf(template)).toBe(text);
  });

  it.each([
    ['{{ "\\xff" | len }}', 'text'],
    ['{{ now.Nanosecond }}', 'Nanosecond'],
    ['{{ fromYaml "a: .inf" }}', 'yaml'],
    ['{{ .Files.Glob "[!a]" }}', 'Glob'],
  ])('%s is not told', (template, what) => {
    expect(outcomeOf(template)).toBe(`undecided: ${what}`);
  });

  it('a key that is not there, where keys have to be, behind parentheses too', () => {
    for (const template of ['{{ .none }}', '{{ (.a).b }}', '{{ (.a).b.c }}']) {
      const { body } = parseTemplate(template, 'x', () => false);
      const dot = new GoMap([['a', null]]);
      const run = () =>
        executeTemplate('x', dot, new Map([['x', body]]), templateFunctions, { strictKeys: true });
      expect(run, template).toThrow(MissingKey);
    }
  });
});

describe('charts that Helm refuses, or sees otherwise', () => {
  it.each(['a/b', ''])('one with the name %o', (name) => {
    const files = new Map([['Chart.yaml', Buffer.from(`name: "${name}"\nversion: 0.1.0\n`)]]);
    expect(() => readChart(files)).toThrow(TemplateFailure);
  });

  it('folders below charts/ that are none', () => {
    const { failures, files } = rendered({
      'templates/a.yaml': 'a',
      'charts/_x/readme': 'x',
      'charts/.y/readme': 'y',
      'charts/readme': 'z',
    });
    expect([failures, files.map(({ text }) => text)]).toEqual([[], ['a']]);
  });

  it('a dependency on another version than lies there: the alias is not for it', () => {
    const { files } = rendered({
      'Chart.yaml':
        'apiVersion: v2\nname: c\nversion: 0.1.0\ndependencies: [{ name: s, version: ">=2", alias: t }]\n',
      'charts/s/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 0.1.0\n',
      'charts/s/templates/a.yaml': '{{ .Chart.Name }}',
    });
    expect(files.map(({ path, text }) => [path, text])).toEqual([
      ['c/charts/s/templates/a.yaml', 's'],
    ]);
  });
});
