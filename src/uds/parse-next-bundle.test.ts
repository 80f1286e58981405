// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL spells its templates like this
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNextBundle } from './parse-next-bundle.ts';
import { parseNextDefaults } from './parse-next-defaults.ts';
import { sourceKind } from './source-kind.ts';

const sound = `uds {
  bundle_api_version = "uds.dev/v1alpha1"
}

metadata {
  name    = "demo"
  version = local.version
}

locals {
  version  = "1.2.0"
  registry = "registry.example/team"
}

package "base" {
  source = "oci://\${local.registry}/base:\${local.version}"
  signature_verification {
    public_key = "key"
  }
}

package "app" {
  source              = "./zarf-package-app-\${sys.arch}.tar.zst"
  namespace           = "apps"
  depends_on          = [package.base]
  values_files        = ["a.yaml", "b.yaml"]
  optional_components = ["ui", "-extra"]
  signature_verification {
    verify = false
  }
}
`;
const parse = (text: string) => parseNextBundle(Buffer.from(text), 'amd64');
const messages = (text: string) =>
  parse(text)
    .problems.filter(({ severity }) => severity !== 'note')
    .map(({ line, message }) => `${line}: ${message}`)
    .join('\n');

describe('parseNextBundle', () => {
  it('reads a definition', () => {
    const { bundle, next, problems, locate } = parse(sound);
    expect(problems).toEqual([]);
    expect(next).toEqual({
      apiVersion: 'uds.dev/v1alpha1',
      metadata: { name: 'demo', version: '1.2.0' },
      packages: [
        {
          name: 'base',
          source: 'oci://registry.example/team/base:1.2.0',
          dependsOn: [],
          valuesFiles: [],
          optionalComponents: [],
          verification: { verify: true, publicKey: 'key' },
        },
        {
          name: 'app',
          source: './zarf-package-app-amd64.tar.zst',
          namespace: 'apps',
          dependsOn: ['base'],
          valuesFiles: ['a.yaml', 'b.yaml'],
          optionalComponents: ['ui', '-extra'],
          verification: { verify: false },
        },
      ],
    });
    expect(bundle).toEqual({
      metadata: { name: 'demo', version: '1.2.0', architecture: 'amd64' },
      packages: [
        { name: 'base', repository: 'registry.example/team/base', ref: '1.2.0', publicKey: 'key' },
        {
          name: 'app',
          path: './zarf-package-app-amd64.tar.zst',
          ref: '',
          namespace: 'apps',
          optionalComponents: ['ui', '-extra'],
        },
      ],
    });
    expect([
      locate('/packages/1').line,
      locate('/packages/1/depends_on').line,
      locate('/packages/1/nothing/at/all').line,
      locate('/none').line,
    ]).toEqual([22, 25, 22, 1]);
  });

  it.each([
    ['no uds block', sound.replace('uds {', 'usd {'), "0 blocks 'uds'"],
    ['two uds blocks', `${sound}uds {\n}\n`, "2 blocks 'uds'"],
    ['an attribute more in uds', sound.replace('uds {', 'uds {\n  x = 1'), "no attribute 'x'"],
    ['no metadata', sound.replace('metadata {', 'metadat {'), "0 blocks 'metadata'"],
    ['no name', sound.replace('name    = "demo"', ''), "lacks 'name'"],
    ['an empty name', sound.replace('"demo"', '""'), 'empty name'],
    ['a name of another type', sound.replace('"demo"', '["demo"]'), "'name' must be text"],
    [
      'an attribute more in metadata',
      sound.replace('name    =', 'author = "x"\n  name    ='),
      "no attribute 'author'",
    ],
    ['a block in metadata', sound.replace('name    =', 'x {}\n  name    ='), "no block 'x'"],
    ['no packages', sound.replaceAll('package "', 'packet "'), 'no packages'],
    ['a package twice', sound.replace('package "app"', 'package "base"'), 'stands above already'],
    [
      'a package with a path as name',
      sound.replace('package "app"', 'package "a/b"'),
      'one name without slashes',
    ],
    [
      'a package without name',
      sound.replace('package "app"', 'package'),
      'one name without slashes',
    ],
    ['a package with two names', sound.replace('package "app"', 'package "app" "b"'), '2 labels'],
    ['no source', sound.replace('source              =', 'sauce ='), "lacks 'source'"],
    [
      'an empty source',
      sound.replace('"./zarf-package-app-${sys.arch}.tar.zst"', '""'),
      'empty source',
    ],
    [
      'a dependency on what is not there',
      sound.replace('[package.base]', '[package.bass]'),
      "depends on 'bass'",
    ],
    [
      'a dependency on itself',
      sound.replace('[package.base]', '[package.app]'),
      'depends on itself',
    ],
    [
      'a circle',
      sound.replace(
        'registry}/base:${local.version}"',
        'registry}/base:1"\n  depends_on = [package.app]',
      ),
      'depends on itself',
    ],
    [
      'a dependency in words',
      sound.replace('[package.base]', '["base"]'),
      'package.<name> and nothing else',
    ],
    ['a component twice', sound.replace('"-extra"', '"ui"'), "lists 'ui' twice"],
    ['an empty component', sound.replace('"-extra"', '""'), 'an empty name'],
    [
      'a key and no verification',
      sound.replace('verify = false', 'verify = false\n    public_key = "k"'),
      'verify is false',
    ],
    [
      'verification by nothing',
      sound.replace('verify = false', 'verify = true'),
      'exactly one of public_key and keyless',
    ],
    ['an empty key', sound.replace('"key"', '" "'), 'the public key is empty'],
    [
      'an attribute more in verification',
      sound.replace('verify = false', 'verify = false\n    x = 1'),
      "no attribute 'x'",
    ],
    ['a local twice', `${sound}locals {\n  version = "2"\n}\n`, "the local 'version' is set twice"],
    [
      'a local that leads to itself',
      sound.replace('= "1.2.0"', '= local.version'),
      'leads back to itself',
    ],
    [
      'a local that is not there',
      sound.replace('local.version\n', 'local.versions\n'),
      "no local 'versions'",
    ],
    ['a function', sound.replace('"1.2.0"', 'file("VERSION")'), "the function 'file' is called"],
    [
      'a text that doubles itself',
      `${sound}locals {\n  x0 = "aaaaaaaaaaaaaaaa"\n${Array.from({ length: 40 }, (_, at) => `  x${at + 1} = "\${local.x${at}}\${local.x${at}}"\n`).join('')}}\n`,
      'more than any definition needs',
    ],
    [
      'locals in a long row',
      `${sound}locals {\n${Array.from({ length: 2000 }, (_, at) => `  y${at} = local.y${at + 1}\n`).join('')}  y2000 = 1\n}\n`,
      'deeper than any definition needs',
    ],
    ['bytes that are no text', '\udc00', ''],
    ['more than a definition has', ' '.repeat(2 ** 20 + 1), 'at most 1048576 are read'],
    ['nothing', '', "0 blocks 'uds'"],
  ])('refuses %s', (_name, text, words) => expect(messages(text)).toContain(words));

  it('passes over what readers pass over, and says so', () => {
    const { next, problems } = parse(
      `${sound.replace('namespace ', 'flavor = "x"\n  namespace ')}more {\n}\nother = 1\n`,
    );
    expect(next?.packages).toHaveLength(2);
    expect(problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual(
      Array(3).fill('note DOCUMENT_UNKNOWN_KEY'),
    );
  });

  it('names a version it does not know, and reads no further', () => {
    expect(parse(sound.replace('v1alpha1', 'v1'))).toMatchObject({
      unknownApiVersion: 'uds.dev/v1',
      problems: [],
    });
    expect(parse(sound.replace('v1alpha1', 'v1')).bundle).toBeUndefined();
  });

  it('reads an identity', () => {
    const text = sound.replace(
      'public_key = "key"',
      'keyless {\n      certificate_identity = "me"\n      certificate_oidc_issuer = "them"\n      insecure_ignore_tlog = true\n    }',
    );
    expect(parse(text).next?.packages[0]?.verification).toEqual({
      verify: true,
      keyless: {
        certificate_identity: 'me',
        certificate_oidc_issuer: 'them',
        insecure_ignore_tlog: true,
      },
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.nat(sound.length),
        fc.nat(sound.length),
        fc.string({ maxLength: 4 }),
        (from, length, piece) =>
          void parse(sound.slice(0, from) + piece + sound.slice(from + (length % 40))),
      ),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => void parseNextBundle(bytes, '')),
    );
  });
});

describe('parseNextDefaults', () => {
  it.each([
    ['variables', 'variables = { b = 1, a = { c = [true] } }\n', ['a', 'b'], ''],
    ['nothing', '', [], ''],
    ['a block', 'variables = {}\nmore {\n}\n', [], "a block 'more'"],
    ['another attribute', 'other = 1\n', [], "an attribute 'other'"],
    ['a list', 'variables = [1]\n', [], 'must be an object'],
    ['null', 'variables = { a = [null] }\n', ['a'], 'a variable is null'],
    ['bad syntax', 'variables = {\n', [], 'expected'],
    [
      'values in very many ways',
      `variables = { a = ${doubled(30)} }\n`,
      ['a'],
      'more than any definition needs',
    ],
  ])('%s', (_name, text, names, words) => {
    const parsed = parseNextDefaults(Buffer.from(text));
    expect(parsed.names).toEqual(names);
    expect(parsed.problems.map(({ message }) => message).join()).toContain(words);
    expect(parsed.problems.length > 0).toBe(words !== '');
  });
});

/** A value of 2^levels leaves in a few lines. */
function doubled(levels: number): string {
  return Array.from({ length: levels }).reduce<string>(
    (inner, _, at) => `[for x${at} in [${inner}] : [x${at}, x${at}]]`,
    '1',
  );
}

describe('sourceKind', () => {
  it.each([
    ['oci://x', 'registry'],
    ['http://registry.example/a:1', 'local'],
    ['./a', 'local'],
    ['../a', 'local'],
    ['/a', 'local'],
    ['a b.c/d:1', 'local'],
    ['localhost:5000/a', 'registry'],
    ['registry.example/a:1', 'registry'],
    ['registry.example/a@sha256:1', 'registry'],
    ['dir/a.tar.zst', 'local'],
    ['pkgs/v1.0', 'registry'],
    ['pkgs/v1', 'local'],
    ['a.yaml', 'local'],
  ])('%s is %s', (source, kind) => expect(sourceKind(source)).toBe(kind));
});
