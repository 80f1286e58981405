import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { definition } from './definition.ts';

const hclType = 'application/vnd.defenseunicorns.uds.bundle.hcl.v1';

describe('bundle/definition', () => {
  it.each([
    ['a legacy bundle', aBundle(), ['pass']],
    ['a next bundle', aBundle('next'), ['pass']],
    ['a hybrid', aBundle('hybrid'), ['pass']],
    ['a package', aPackage(), ['not-applicable']],
    ['a definition that was not reached', aBundle().cutBefore(/blobs/), ['undecided']],
    [
      'no titled layer',
      aBundle().editing('root', (json) => ({
        ...json,
        layers: [json['layers']].flat().slice(0, 1),
      })),
      ['fail error BUNDLE_DEFINITION_MISSING'],
    ],
    ['a definition exchanged under its name', exchanged(), ['fail error BUNDLE_DEFINITION_DIGEST']],
    [
      'a key twice',
      aBundle().defining((text) => `${text}kind: Other\n`),
      ['fail error DOCUMENT_DUPLICATE_KEY'],
    ],
    [
      'a wrong shape',
      aBundle().defining((text) => text.replace('packages:', 'parcels:')),
      ['fail error DOCUMENT_SCHEMA', 'fail note DOCUMENT_UNKNOWN_KEY'],
    ],
    [
      'a key that a newer program may have added',
      aBundle().defining((text) => `${text}news: 1\n`),
      ['fail note DOCUMENT_UNKNOWN_KEY', 'pass'],
    ],
    [
      'an import nobody exports',
      aBundle().defining((text) => `${text}  imports: [{ name: A, package: demo }]\n`),
      ['fail warning DOCUMENT_RULE', 'pass'],
    ],
    ['a definition too large to keep', aBundle().unread(/^blobs/), ['undecided']],
    [
      'no HCL',
      aBundle('next').editing('next-definition', (json) => ({ ...json, layers: [] })),
      ['fail error BUNDLE_DEFINITION_MISSING'],
    ],
    [
      'two definitions',
      aBundle('next').editing('next-index', (json) => ({
        ...json,
        manifests: [json['manifests'], [json['manifests']].flat()[0]].flat(),
      })),
      ['fail error BUNDLE_DEFINITION_MISSING'],
    ],
    [
      'a function left in the HCL',
      aBundle('next').definingNext((text) => text.replace('"./demo.tar.zst"', 'file("x")')),
      ['fail error DOCUMENT_RULE'],
    ],
    [
      'HCL that is not closed',
      aBundle('next').definingNext((text) => `${text}package "x" {`),
      ['fail error DOCUMENT_SYNTAX'],
    ],
    [
      'a values file nobody asks for',
      aBundle('next').withNextFile('values/demo/0.yaml', 'a: 1\n'),
      ['fail error BUNDLE_DEFINITION_FILES'],
    ],
    [
      'a values file that is asked for',
      aBundle('next')
        .withNextFile('values/demo/0.yaml', 'a: 1\n')
        .definingNext((text) =>
          text.replace('./demo.tar.zst"', './demo.tar.zst"\n  values_files = ["v.yaml"]'),
        ),
      ['pass'],
    ],
    [
      'a values file that is missing',
      aBundle('next').definingNext((text) =>
        text.replace('./demo.tar.zst"', './demo.tar.zst"\n  values_files = ["v.yaml"]'),
      ),
      ['fail error BUNDLE_DEFINITION_FILES'],
    ],
    [
      'defaults',
      aBundle('next').withNextFile(
        'defaults.uds.hcl',
        'variables = { a = 1 }\n',
        'application/vnd.defenseunicorns.uds.bundle.hcl.v1',
      ),
      ['pass'],
    ],
    [
      'defaults with null',
      aBundle('next').withNextFile(
        'defaults.uds.hcl',
        'variables = { a = null }\n',
        'application/vnd.defenseunicorns.uds.bundle.hcl.v1',
      ),
      ['fail error BUNDLE_DEFINITION_FILES'],
    ],
    [
      'a next half of wrong shape',
      aBundle('hybrid').definingNext((text) =>
        text.replace('metadata {', 'metadata {\n  author = "x"'),
      ),
      ['fail error DOCUMENT_SCHEMA'],
    ],
    [
      'defaults twice',
      aBundle('next')
        .withNextFile('defaults.uds.hcl', 'variables = { a = 1 }\n', hclType)
        .withNextFile('defaults.uds.hcl', 'variables = { a = 2 }\n', hclType),
      ['fail error BUNDLE_DEFINITION_FILES'],
    ],
    [
      'a values file twice',
      aBundle('next')
        .withNextFile('values/demo/0.yaml', 'a: 1\n')
        .withNextFile('values/demo/0.yaml', 'a: 2\n')
        .definingNext((text) => text.replace('tar.zst"', 'tar.zst"\n  values_files = ["v"]')),
      ['fail error BUNDLE_DEFINITION_FILES'],
    ],
    [
      'a next definition too large to keep',
      aBundle('next').unread(/blobs/),
      ['undecided BUNDLE_DEFINITION_UNREAD'],
    ],
    [
      'HCL too large to keep',
      hclOf((path) => aBundle('next').unread(path)),
      ['undecided BUNDLE_DEFINITION_UNREAD'],
    ],
    [
      'HCL exchanged under its name',
      hclOf((path) => aBundle('next').tampered(path, 'uds {\n}\n')),
      [
        'fail error BUNDLE_DEFINITION_DIGEST',
        ...Array(2).fill('fail error DOCUMENT_SCHEMA'),
        'fail error DOCUMENT_RULE',
      ].sort(),
    ],
    [
      'HCL that is missing',
      hclOf((path) => aBundle('next').tampered(path, undefined)),
      ['undecided'],
    ],
    [
      'a next definition that is missing',
      aBundle('next').tampered(/blobs/, undefined),
      ['undecided'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(definition)).toEqual(expected));
});

function exchanged(): ReturnType<typeof aBundle> {
  const { content, path } =
    aBundle()
      .entries()
      .find((entry) => Buffer.from(entry.content ?? '').includes('kind: UDSBundle')) ??
    expect.fail('no definition');
  return aBundle().tampered(
    path,
    Buffer.from(content ?? '')
      .toString('utf8')
      .replace('tar.zst', 'tar.ZST'),
  );
}

function hclOf(change: (path: RegExp) => ReturnType<typeof aBundle>): ReturnType<typeof aBundle> {
  const found = aBundle('next')
    .entries()
    .find(({ content }) => Buffer.from(content ?? '').includes('bundle_api_version'));
  return change(new RegExp(found?.path ?? expect.fail('no HCL')));
}
