import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { definition } from './definition.ts';

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
