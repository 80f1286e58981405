import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { packageRefs } from './package-refs.ts';

const other = `sha256:${'2'.repeat(64)}`;
const pinned = /1\.0\.0@sha256:[0-9a-f]{64}/;
const entries = (json: Record<string, unknown>): Record<string, unknown>[] =>
  [json['manifests']].flat().map((each) => ({ ...Object(each) }));
const named = (name: string) => ({ annotations: { 'uds.dev/package.name': name } });

describe('bundle/package-refs', () => {
  it.each([
    ['a legacy bundle', aBundle(), ['pass']],
    ['a next bundle', aBundle('next'), ['pass']],
    ['a hybrid', aBundle('hybrid'), ['pass']],
    ['a package', aPackage(), ['not-applicable']],
    ['nothing that was reached', aBundle().cutBefore(/./), ['undecided']],
    ['a package whose definition was not reached', aBundle().cutBefore(/blobs/), ['undecided']],
    [
      'a ref without digest',
      aBundle().defining((text) => text.replace(pinned, '1.0.0')),
      ['fail error BUNDLE_REF_UNPINNED'],
    ],
    [
      'a ref with two digests',
      aBundle().defining((text) => text.replace(pinned, (ref) => `${ref}@${other}`)),
      ['fail error BUNDLE_REF_UNPINNED'],
    ],
    [
      'a ref to what the root does not name',
      aBundle().defining((text) => text.replace(pinned, `1.0.0@${other}`)),
      ['fail error BUNDLE_REF_UNKNOWN'],
    ],
    [
      'another version',
      aBundle().defining((text) => text.replace('ref: 1.0.0', 'ref: 2.0.0')),
      ['fail error BUNDLE_PACKAGE_VERSION'],
    ],
    [
      'a tag that is no version',
      aBundle().defining((text) => text.replace('ref: 1.0.0', 'ref: stable')),
      ['fail warning BUNDLE_PACKAGE_VERSION', 'pass'],
    ],
    [
      'a tag with v',
      aBundle().defining((text) => text.replace('ref: 1.0.0', 'ref: v1.0.0')),
      ['pass'],
    ],
    [
      'a tag with the flavor',
      aBundle()
        .holding(
          'demo',
          aPackage().defining((text) =>
            text.replace('  version: v0.84.0', '  version: v0.84.0\n  flavor: gpu'),
          ),
        )
        .defining((text) => text.replace('ref: 1.0.0', 'ref: 1.0.0-gpu')),
      ['pass'],
    ],
    [
      'another flavor',
      aBundle().defining((text) => `${text}  flavor: gpu\n`),
      ['fail error BUNDLE_PACKAGE_FLAVOR'],
    ],
    [
      'another name, as is allowed',
      aBundle().holding('mine'),
      ['fail note BUNDLE_PACKAGE_NAME', 'pass'],
    ],
    [
      'another architecture of the package',
      aBundle().holding(
        'demo',
        aPackage().defining((text) => text.replaceAll('amd64', 'arm64')),
      ),
      ['fail error BUNDLE_PACKAGE_ARCHITECTURE'],
    ],
    [
      'two architectures of the bundle',
      aBundle().defining((text) =>
        text.replace('  architecture: amd64\nbuild', '  architecture: arm64\nbuild'),
      ),
      ['fail error BUNDLE_ARCHITECTURE_CONFLICT'],
    ],
    [
      'a next package without entry',
      aBundle('next').definingNext(
        (text) => `${text}package "more" {\n  source = "./x.tar.zst"\n}\n`,
      ),
      ['fail error BUNDLE_REF_UNKNOWN'],
    ],
    [
      'a next package without name',
      aBundle('next').editing('next-index', (json) => ({
        ...json,
        manifests: entries(json).map((each, at) =>
          at === 1 ? { ...each, annotations: {} } : each,
        ),
      })),
      ['fail error BUNDLE_PACKAGE_UNDECLARED', 'fail error BUNDLE_REF_UNKNOWN'],
    ],
    [
      'a next package that the definition does not have',
      aBundle('next').editing('next-index', (json) => ({
        ...json,
        manifests: [...entries(json), { ...entries(json)[1], ...named('more') }],
      })),
      ['fail error BUNDLE_PACKAGE_UNDECLARED'],
    ],
    [
      'a next package twice',
      aBundle('next').editing('next-index', (json) => ({
        ...json,
        manifests: [...entries(json), { ...entries(json)[1], ...named('demo') }],
      })),
      ['fail error BUNDLE_PACKAGE_DUPLICATE'],
    ],
    [
      'another version as source of a next package',
      aBundle('next').definingNext((text) =>
        text.replace('./demo.tar.zst', 'oci://registry.example/demo:3.0.0'),
      ),
      ['fail error BUNDLE_PACKAGE_VERSION'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(packageRefs)).toEqual(expected));
});
