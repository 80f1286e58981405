import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTemplate, TemplateFault } from './helm-template-syntax.ts';
import { namedTemplates, renderHelmTemplate } from './render-helm-template.ts';

const data = {
  Values: {
    name: 'web',
    size: 5,
    on: true,
    off: false,
    empty: {},
    labels: { a: '1', 'b/c': 'x: y' },
    list: ['p', 'q'],
    gpu: { limit: 2 },
  },
  Release: { Name: 'rel', Namespace: 'ns' },
  Chart: { Name: 'chart', Version: '1.2.3' },
};
const helpers =
  '{{- define "chart.name" -}}{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}{{- end -}}{{ define "loop" }}{{ include "loop" . }}{{ end }}';
const named = namedTemplates([helpers]);
const render = (text: string) => renderHelmTemplate(text, data, named);

describe('renderHelmTemplate', () => {
  it.each([
    ['plain text', 'a: b', 'a: b'],
    ['a value', 'a: {{ .Values.name }}', 'a: web'],
    ['a value that is not there', 'a: {{ .Values.nothing.at.all }}!', 'a: !'],
    [
      'a value by the root',
      '{{ with .Values.gpu }}{{ $.Release.Name }} {{ .limit }}{{ end }}',
      'rel 2',
    ],
    ['trimmed white space', 'a:\n  {{- if .Values.on }} yes{{ end -}}\n  b', 'a: yesb'],
    ['a comment', 'a{{/* }} not this */}}b', 'ab'],
    ['a brace in a string', '{{ "}}" }}', '}}'],
    ['a pipe', '{{ .Values.name | upper | quote }}', '"WEB"'],
    ['a default', '{{ .Values.nothing | default "x" }}{{ default 3 .Values.size }}', 'x5'],
    ['an if that holds', '{{ if .Values.on }}a{{ else }}b{{ end }}', 'a'],
    [
      'an if that does not',
      '{{ if .Values.off }}a{{ else if eq .Values.name "web" }}b{{ else }}c{{ end }}',
      'b',
    ],
    ['an empty mapping is false', '{{ if .Values.empty }}a{{ else }}b{{ end }}', 'b'],
    ['a comparison', '{{ if gt (int .Values.gpu.limit) 0 }}gpu{{ end }}', 'gpu'],
    [
      'and, or, not',
      '{{ if and .Values.on (not .Values.off) }}a{{ end }}{{ if or .Values.off .Values.nothing }}b{{ end }}',
      'a',
    ],
    ['a range', '{{ range .Values.list }}<{{ . }}>{{ end }}', '<p><q>'],
    ['a range over nothing', '{{ range .Values.nothing }}a{{ else }}none{{ end }}', 'none'],
    [
      'a mapping as YAML',
      'x:\n  {{- toYaml .Values.labels | nindent 2 }}',
      'x:\n  "a": "1"\n  "b/c": "x: y"',
    ],
    ['a list as YAML', '{{ toYaml .Values.list | indent 1 }}', ' - "p"\n - "q"'],
    ['a variable', '{{ $x := .Values.size }}{{ $x }}', '5'],
    ['a named template', '{{ include "chart.name" . }}', 'chart'],
    ['printf', '{{ printf "%s-%d" .Release.Name 3 }}', 'rel-3'],
  ])('puts in %s', (_name, text, expected) => {
    expect(render(text)).toEqual({ text: expected, uncertain: false });
  });

  it.each([
    ['a function it does not know', 'a: {{ lookup "v1" "Secret" "" "" }}', 'a: unresolved-value'],
    ['a template that is not there', 'a: {{ include "none" . }}', 'a: unresolved-value'],
    [
      'what hangs on an unknown value',
      'a: {{ .Capabilities.KubeVersion | quote }}',
      'a: unresolved-value',
    ],
    ['syntax it does not know', 'a: {{ .Values.list[0] }}', 'a: unresolved-value'],
    ['a template that includes itself', '{{ include "loop" . }}', 'unresolved-value'],
  ])('says so where it cannot tell: %s', (_name, text, expected) => {
    expect(render(text).text).toBe(expected);
  });

  it('keeps the neighbours of an unknown block readable', () => {
    expect(render('labels:\n  {{- include "none" . | nindent 2 }}\n  a: b').text).toMatch(
      /^labels:\n {2}unresolved-value-\d+: true\n {2}a: b$/,
    );
  });

  it('takes a condition that cannot be told as met, and says so', () => {
    expect(render('{{ if .Capabilities.APIVersions.Has "x" }}a{{ end }}')).toEqual({
      text: 'a',
      uncertain: true,
    });
    expect(render('{{ range $i, $e := .Values.list }}a{{ end }}').uncertain).toBe(true);
  });

  it.each([
    ['an open action', 'a {{ .Values.name'],
    ['an open block', '{{ if .Values.on }}a'],
    ['an end of nothing', 'a{{ end }}'],
    ['an else of nothing', '{{ else }}'],
    ['an open comment', '{{/* a'],
    ['an open string', '{{ "a }}'],
    ['blocks without end', '{{ if true }}'.repeat(200)],
  ])('refuses %s', (_name, text) => {
    expect(() => render(text)).toThrow(TemplateFault);
  });

  it('stops a template that computes without end', () => {
    const bomb = { ...data, Values: { l: Array.from({ length: 100 }, () => 0) } };
    const text = `${'{{ range $.Values.l }}'.repeat(6)}x${'{{ end }}'.repeat(6)}`;
    expect(() => renderHelmTemplate(text, bomb, named)).toThrow(/computes more/);
    expect(() =>
      renderHelmTemplate(`{{ range .Values.l }}${'y'.repeat(200_000)}{{ end }}`, bomb, named),
    ).toThrow(/writes more/);
  });

  it('throws nothing but its own fault, whatever the text', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{-',
      '-}}',
      ' if ',
      ' end ',
      ' else ',
      ' range ',
      '.Values',
      '.name',
      '"',
      '`',
      '(',
      ')',
      '|',
      ' quote',
      ' include "chart.name" .',
      '$x := ',
      '/*',
      '*/',
      '\n',
      'a: b',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          render(pieces.join(''));
          parseTemplate(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateFault);
        }
      }),
    );
  });
});
