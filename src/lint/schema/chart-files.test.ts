import { describe, expect, it } from 'vitest';
import { aDeployedPackage } from '../../../test/support/a-deployment.ts';
import { told } from '../../../test/support/deployed.ts';
import { chartFiles } from './chart-files.ts';

const sound = 'apiVersion: v2\nname: app\nversion: 0.1.0\n';

function said(files: Readonly<Record<string, string>>): readonly string[] {
  const texts = new Map(Object.entries(files).map(([path, text]) => [`app/chart/${path}`, text]));
  return told(chartFiles, { ...aDeployedPackage(''), texts }).filter((line) => line !== 'pass');
}

const schema = (text: string): readonly string[] => said({ 'values.schema.json': text });

describe(chartFiles.id, () => {
  it.each([
    [
      'a number for a version',
      `${sound}appVersion: 1.20\n`,
      /^fail app\/chart\/Chart.yaml:4:13 .*appVersion/,
    ],
    ['no version', 'apiVersion: v2\nname: app\n', /^fail app\/chart\/Chart.yaml:1:1 .*version/],
    [
      'a key nobody knows',
      `${sound}maintainer: a\n`,
      /^warning app\/chart\/Chart.yaml:4:1 .*maintainer.*maintainers/,
    ],
    ['a kind of chart nobody knows', `${sound}type: libary\n`, /^fail app\/chart\/Chart.yaml:4:7 /],
    [
      'a dependency without a name',
      `${sound}dependencies:\n  - version: 1.0.0\n`,
      /^fail app\/chart\/Chart.yaml:5:5 .*name/,
    ],
    ['what is no YAML', 'name: [\n', /^fail app\/chart\/Chart.yaml:2:1 Chart.yaml: /],
    ['nothing', '', /^fail app\/chart\/Chart.yaml:1:1 /],
  ])('finds %s in Chart.yaml', (_, text, line) => {
    expect(said({ 'Chart.yaml': text })).toEqual([expect.stringMatching(line)]);
  });

  it('finds a lock of other charts, and one that is none', () => {
    const lock = `dependencies:\n- name: redis\n  repository: https://example\n  version: 1.0.0\ndigest: sha256:${'0'.repeat(64)}\ngenerated: "2026-01-01T00:00:00Z"\n`;
    const asks = (name: string): string =>
      `${sound}dependencies:\n- { name: ${name}, version: 1.x.x }\n`;
    expect(said({ 'Chart.yaml': asks('redis'), 'Chart.lock': lock })).toEqual([]);
    expect(said({ 'Chart.yaml': asks('postgres'), 'Chart.lock': lock })).toEqual([
      'warning app/chart/Chart.lock:2:1 Chart.lock knows the charts redis, Chart.yaml asks for postgres',
    ]);
    expect(said({ 'Chart.lock': 'digest: md5\n' })).toEqual([
      expect.stringMatching(/^fail .*Chart.lock:1:9 /),
    ]);
  });

  it('finds a values.schema.json that is no schema, of every draft', () => {
    const draft = (name: string): string =>
      `{\n  "$schema": "${name}",\n  "properties": {\n    "a": { "type": "strin" }\n  }\n}`;
    for (const name of [
      'http://json-schema.org/draft-04/schema#',
      'http://json-schema.org/draft-07/schema#',
      'https://json-schema.org/draft/2019-09/schema',
      'https://json-schema.org/draft/2020-12/schema',
    ])
      expect(schema(draft(name))).toEqual([
        expect.stringMatching(
          /^fail app\/chart\/values.schema.json:4:20 values.schema.json is no schema: \/properties\/a\/type/,
        ),
      ]);
    expect(schema('[]')).toEqual([expect.stringContaining('a schema is an object')]);
    expect(schema('type: object\n')).toEqual([
      expect.stringMatching(/:1:1 values.schema.json is no JSON/),
    ]);
  });

  it.each([
    [
      'a sound chart',
      {
        'Chart.yaml': `${sound}appVersion: "1.20"\nmaintainers: [{ name: a, email: b }]\nannotations: { a: b }\n`,
      },
    ],
    [
      'an old one',
      {
        'Chart.yaml':
          'apiVersion: v1\nname: a\nversion: 1.0.0\nengine: gotpl\ntillerVersion: ">2"\n',
      },
    ],
    ['empty members', { 'Chart.yaml': `${sound}appVersion:\nkeywords:\ndependencies:\n` }],
    [
      'keys of a chart of others',
      { 'Chart.yaml': sound, 'charts/x/Chart.yaml': `${sound}maintainer: a\n` },
    ],
    ['a schema with tabs', { 'values.schema.json': '{\n\t"type": "object"\n}' }],
    ['true', { 'values.schema.json': 'true' }],
  ])('is silent about %s', (_, files) => {
    expect(said(files)).toEqual([]);
  });

  it('does not decide about a schema of a draft nobody knows', () => {
    expect(schema('{"$schema":"urn:mine","type":"strin"}')).toEqual([
      expect.stringMatching(/^undecided .*of a draft of JSON Schema that is not known here/),
    ]);
  });

  it('finds wrong types in a chart of others', () => {
    expect(said({ 'charts/x/Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0\n' })).toHaveLength(
      1,
    );
  });

  it('says where no chart lies', () => {
    expect(said({})).toEqual(['not-applicable']);
  });
});
