import { describe, expect, it } from 'vitest';
import { parsePackageDefinition } from './parse-definition.ts';

const head = 'apiVersion: zarf.dev/v1beta1\nkind: ZarfPackageConfig\n';
const convert = (text: string) =>
  parsePackageDefinition(new TextEncoder().encode(`${head}${text}`), 'built').definition;
const component = (members: string) =>
  convert(`metadata: { name: a }\ncomponents: [{ name: c, ${members} }]\n`)?.components[0];

describe('v1beta1 in the terms of v1alpha1', () => {
  it.each([
    [
      'a plain one',
      '{ name: a, version: "1" }',
      { name: 'a', version: '1', allowNamespaceOverride: true },
    ],
    [
      'a fixed namespace',
      '{ name: a, preventNamespaceOverride: true }',
      { name: 'a', allowNamespaceOverride: false },
    ],
    [
      'moved notes',
      '{ name: a, annotations: { metadata.url: u, metadata.authors: me, own: x } }',
      {
        name: 'a',
        url: 'u',
        authors: 'me',
        annotations: { own: 'x' },
        allowNamespaceOverride: true,
      },
    ],
    [
      'only moved notes',
      '{ name: a, annotations: { metadata.vendor: v } }',
      { name: 'a', vendor: 'v', allowNamespaceOverride: true },
    ],
  ])('metadata: %s', (_name, metadata, expected) => {
    expect(convert(`metadata: ${metadata}\ncomponents: []\n`)?.metadata).toEqual(expected);
  });

  it('build: the checksum moves to metadata, the host name is the terminal', () => {
    const converted = convert(
      'metadata: { name: a }\nbuild: { hostname: h, architecture: amd64, version: v0.84.0, aggregateChecksum: ab, signed: false }\n',
    );
    expect(converted?.metadata.aggregateChecksum).toBe('ab');
    expect(converted?.build).toEqual({
      terminal: 'h',
      architecture: 'amd64',
      version: 'v0.84.0',
      signed: false,
    });
  });

  it.each<[string, string, object]>([
    ['required unless optional', 'description: d', { required: true, description: 'd' }],
    ['optional', 'optional: true', {}],
    [
      'conditions',
      'optional: true, target: { os: linux }, selector: { architecture: arm64, flavor: gpu }',
      { only: { localOS: 'linux', cluster: { architecture: 'arm64' }, flavor: 'gpu' } },
    ],
    ['images', 'optional: true, images: [{ name: i, source: registry }]', { images: ['i'] }],
    ['an import', 'optional: true, import: { local: [{ path: p }] }', { import: { path: 'p' } }],
    [
      'a file',
      'optional: true, files: [{ source: s, destination: d, checksum: "sha256:ab", enableTemplating: true }]',
      { files: [{ source: 's', target: 'd', shasum: 'ab', template: true }] },
    ],
    [
      'a manifest',
      'optional: true, manifests: [{ name: m, files: [f], skipWait: true, enableTemplating: true, kustomize: { files: [k], allowAnyDirectory: true, enablePlugins: true } }]',
      {
        manifests: [
          {
            name: 'm',
            files: ['f'],
            noWait: true,
            template: true,
            kustomizations: ['k'],
            kustomizeAllowAnyDirectory: true,
            enableKustomizePlugins: true,
          },
        ],
      },
    ],
    [
      'a chart of a Helm repository',
      'optional: true, charts: [{ name: h, helmRepository: { name: n, url: u, version: "1" }, skipWait: true, skipSchemaValidation: true }]',
      {
        charts: [
          {
            name: 'h',
            url: 'u',
            version: '1',
            repoName: 'n',
            noWait: true,
            schemaValidation: false,
          },
        ],
      },
    ],
    [
      'a chart of a Git repository',
      'optional: true, charts: [{ name: h, git: { url: u, path: p, ref: { branch: b } } }]',
      { charts: [{ name: 'h', url: 'u@refs/heads/b', gitPath: 'p' }] },
    ],
    [
      'a chart beside',
      'optional: true, charts: [{ name: h, local: { path: p }, valuesFiles: [{ path: v }, { path: t, enableTemplating: true }] }]',
      { charts: [{ name: 'h', localPath: 'p', valuesFiles: ['v'], templatedValuesFiles: ['t'] }] },
    ],
    [
      'a chart of a registry, by tag',
      'optional: true, charts: [{ name: h, oci: { url: "oci://u", ref: { tag: t } } }]',
      { charts: [{ name: 'h', url: 'oci://u', version: 't' }] },
    ],
    [
      'a chart of a registry, by digest',
      'optional: true, charts: [{ name: h, oci: { url: "oci://u", ref: { digest: "sha256:ab" } } }]',
      { charts: [{ name: 'h', url: 'oci://u@sha256:ab' }] },
    ],
    [
      'repositories',
      'optional: true, repositories: [{ url: u }, { url: u, ref: { tag: t } }, { url: u, ref: { commit: c } }]',
      { repos: ['u', 'u@t', 'u@c'] },
    ],
    [
      'actions',
      'optional: true, actions: { onDeploy: { defaults: { silent: true, retries: 2 }, before: [{ cmd: a, silent: true, retries: 1, enableTemplating: true, x-own: 1 }], onSuccess: [{ cmd: b }], onFailure: [{ cmd: c }] } }',
      {
        actions: {
          onDeploy: {
            defaults: { mute: true, maxRetries: 2 },
            before: [{ cmd: 'a', mute: true, maxRetries: 1, template: true }],
            onSuccess: [{ cmd: 'b' }],
            onFailure: [{ cmd: 'c' }],
          },
        },
      },
    ],
  ])('component: %s', (_name, members, expected) => {
    expect(component(members)).toEqual({ name: 'c', ...expected });
  });

  it('a service makes it an init package', () => {
    expect(
      convert('metadata: { name: a }\ncomponents: [{ name: c, service: agent }]\n')?.kind,
    ).toBe('ZarfInitConfig');
  });
});
