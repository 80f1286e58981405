import { describe, expect, it } from 'vitest';
import { outcomeOf, rendered } from '../../test/support/rendered-chart.ts';
import { TemplateUndecided } from './template-fault.ts';

/** Each of these took minutes, all of the memory, or the whole program before there was a guard. */
const patienceMs = 20_000;

const doubled = (times: number): string =>
  `{{ $x := list 1 }}{{ range until ${times} }}{{ $x = list $x $x }}{{ end }}`;

describe('templates that ask for too much', () => {
  it.each([
    ['parentheses without end', `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`, 'nesting'],
    [
      'else if without end',
      `{{ if false }}${'{{ else if false }}'.repeat(20_000)}{{ end }}`,
      'nesting',
    ],
    ['blocks in blocks', `${'{{ if true }}'.repeat(5000)}${'{{ end }}'.repeat(5000)}`, 'nesting'],
    ['a list of itself, twice each time', `${doubled(60)}{{ toYaml $x }}`, 'size'],
    ['the same, printed', `${doubled(60)}{{ $x }}`, 'size'],
    ['the same, compared', `${doubled(60)}{{ has (first $x) (list $x) }}`, 'size'],
    ['the same, copied', `${doubled(60)}{{ $y := deepCopy $x }}`, 'size'],
    ['a map that holds itself', '{{ $m := dict }}{{ $_ := set $m "m" $m }}{{ toJson $m }}', 'size'],
    [
      'a text that doubles',
      '{{ $x := "xxxxxxxx" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}',
      'steps',
    ],
    [
      'long texts, kept',
      '{{ $l := list }}{{ range until 100 }}{{ $l = append $l (repeat 60000000 "x") }}{{ end }}',
      'steps',
    ],
    ['a text longer than is looked at', '{{ repeat 100000000 "x" }}', 'repeat'],
    ['indentation of many lines', '{{ indent 1000000 (repeat 1000 "\\n") }}', 'repeat'],
    ['a range of thousands of millions', '{{ range 9000000000 }}{{ end }}', 'steps'],
    [
      'a list that grows',
      '{{ $l := list }}{{ range until 1000000 }}{{ $l = append $l . }}{{ end }}',
      'steps',
    ],
    ['many that differ', '{{ uniq (until 100000) }}', 'steps'],
    [
      'many without many',
      `{{ $l := until 500000 }}{{ range until 3000 }}{{ $_ := without $l 1 2 }}{{ end }}`,
      'steps',
    ],
    [
      'a pattern over a long text, again and again',
      '{{ $x := repeat 100000 "a" }}{{ range until 1000 }}{{ regexMatch "(a|a)*b" $x }}{{ end }}',
      'steps',
    ],
    [
      'a step that is lost in a float',
      '{{ len (untilStep 1152921504606846976 1152921504606846986 1) }}',
      undefined,
    ],
    ['a list of millions', '{{ untilStep 0 2000000 1 }}', 'untilStep'],
    [
      'templates that call each other',
      '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
      'include',
    ],
    [
      'a text that comes again and again',
      `{{ range until 700 }}${'x'.repeat(100_000)}{{ end }}`,
      'output',
    ],
    [
      'a value nested without end',
      '{{ $x := list }}{{ range until 50000 }}{{ $x = list $x }}{{ end }}{{ $x }}',
      'recursion',
    ],
    [
      'a text longer than the engine holds',
      '{{ $x := repeat 1000000 "x" }}{{ join $x (until 1000) }}',
      'size',
    ],
    ['tpl in tpl', '{{ $t := "{{ tpl .t . }}" }}{{ tpl $t (dict "t" $t) }}', 'include'],
    ['a width of millions', '{{ printf "%9000000d" 1 }}', 'printf'],
    ['a precision of millions', '{{ printf "%.9000000s" "x" }}', 'printf'],
    ['digits behind the point', '{{ printf "%.101f" 1.5 }}', 'printf'],
    ['a character that is none', '{{ printf "%c" 1114112 }}', 'printf'],
    ['half a character', '{{ printf "%c" 55296 }}', 'printf'],
    ['a glob that is open', '{{ .Files.Glob "{a" }}', 'Glob'],
    ['a time beyond all years', '{{ (now | dateModify "99999999999999h").Year }}', 'time'],
    ['a date beyond all years', '{{ date "2006" 99999999999999999 }}', 'date'],
    [
      'JSON without end',
      `{{ fromJsonArray (print (repeat 9000 "[") (repeat 9000 "]")) }}`,
      undefined,
    ],
  ])(
    '%s',
    (_name, template, cause) => {
      const what = outcomeOf(template);
      if (cause === undefined) expect(what).toMatch(/^undecided|^10$/);
      else expect(what).toBe(`undecided: ${cause}`);
    },
    patienceMs,
  );

  it.each([
    ['spaces inside of a text', '{{ print "x" (repeat 300000 " ") "x" | trim | len }}', '300002'],
    [
      'a word that is none',
      '{{ snakecase (print (repeat 300000 "a") "!") }}',
      'undecided: snakecase',
    ],
    ['signs of base32', '{{ b32dec (print (repeat 300000 "=") "x") }}', 'undecided: b32dec'],
    ['digits of another script in keys', '{{ dict "a٣" 1 "a٤" 2 | toYaml }}', 'a٣: 1\na٤: 2'],
    [
      'digits beyond a number in keys',
      `{{ dict (print "a" (repeat 90 "9")) 1 "a1" 2 | toYaml | len }}`,
      '100',
    ],
    ['whole numbers beyond an int', '{{ atoi "99999999999999999999" }}', '9223372036854775807'],
    ['whole numbers below an int', '{{ atoi "-99999999999999999999" }}', '-9223372036854775808'],
    [
      'a map that grows while it is gone over',
      '{{ $m := dict "a" 1 "b" 2 }}{{ range $k, $v := $m }}{{ $_ := set $m "b" 3 }}{{ $v }}{{ end }}',
      '12',
    ],
    [
      'nothing to go over',
      '{{ range list }}x{{ else }}none{{ end }}{{ range 0 }}x{{ else }}none{{ end }}',
      'nonenone',
    ],
  ])(
    '%s',
    (_name, template, text) => {
      expect(outcomeOf(template)).toBe(text);
    },
    patienceMs,
  );

  it('a break in a block is not of the range around it', () => {
    const template = '{{ range list 1 2 }}{{ block "b" . }}{{ break }}{{ end }}{{ end }}';
    expect(outcomeOf(template)).toMatch(/^fails: .*break.* outside of a range/);
  });

  it(
    'a glob that could be taken in many ways',
    () => {
      const name = `conf/${'a'.repeat(200)}`;
      const { files } = rendered({
        [name]: 'x',
        'templates/a.yaml': `{{ len (.Files.Glob "${'**a'.repeat(20)}b") }}`,
      });
      expect(files[0]?.text).toBe('0');
    },
    patienceMs,
  );

  it(
    'uses up what the templates of a chart have together',
    () => {
      const work = '{{ range until 30 }}{{ $x := repeat 1000000 "x" }}{{ end }}';
      const many = Object.fromEntries(
        Array.from({ length: 8 }, (_, index) => [`templates/${index}.yaml`, work]),
      );
      const { files, undecided } = rendered(many);
      expect(files.length).toBeGreaterThan(0);
      expect(undecided.length).toBeGreaterThan(0);
    },
    patienceMs,
  );
});

describe('charts that ask for too much', () => {
  it(
    'subcharts under many names, each with subcharts under many names',
    () => {
      const chart = (depth: number, at: string): [string, string][] => [
        [
          `${at}Chart.yaml`,
          `apiVersion: v2\nname: c${depth}\nversion: 0.1.0\ndependencies:\n${Array.from(
            { length: 10 },
            (_, index) => `- { name: c${depth + 1}, version: 0.1.0, alias: a${index} }`,
          ).join('\n')}\n`,
        ],
        ...(depth < 8 ? chart(depth + 1, `${at}charts/c${depth + 1}/`) : []),
      ];
      expect(() => rendered(Object.fromEntries(chart(0, '')))).toThrow(TemplateUndecided);
    },
    patienceMs,
  );

  it('a schema that leads back to itself', () => {
    const again = { allOf: [{ $ref: '#/$defs/a' }] };
    const schema = JSON.stringify({ $defs: { a: again }, ...again });
    const { undecided } = rendered({ 'values.schema.json': schema }, 'a: 1');
    expect(undecided.map(({ cause }) => cause.message)).toEqual([
      expect.stringContaining('leads back to itself'),
    ]);
  });

  it(
    'a schema whose words multiply',
    () => {
      const names = Array.from({ length: 40 }, (_, index) => `d${index}`);
      const definitions = Object.fromEntries(
        names.map((name, index) => [
          name,
          index === 39
            ? { type: 'string' }
            : { anyOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] },
        ]),
      );
      const schema = { $defs: definitions, properties: { a: { $ref: '#/$defs/d0' } } };
      const { undecided } = rendered({ 'values.schema.json': JSON.stringify(schema) }, 'a: 1');
      expect(undecided.map(({ cause }) => cause.what)).toEqual(['values.schema.json']);
    },
    patienceMs,
  );
});
