import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('normalizeReference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['oci://nginx:1', 'docker.io/library/nginx:1'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['grafana/grafana:11.0.0', 'docker.io/grafana/grafana:11.0.0'],
    ['localhost/a', 'localhost/a:latest'],
    ['localhost:5000/a/b:v1', 'localhost:5000/a/b:v1'],
    ['Host/a', 'Host/a:latest'],
    [`ghcr.io/a/b@${digest}`, `ghcr.io/a/b@${digest}`],
    [`ghcr.io/a/b:1@${digest}`, `ghcr.io/a/b:1@${digest}`],
    ['[::1]:5000/a', '[::1]:5000/a:latest'],
  ])('%s', (text, full) => {
    expect(normalizeReference(text).normalized).toBe(full);
  });

  it.each([
    '',
    ':',
    'a b',
    'UPPER',
    'a//b',
    '/a',
    'a/',
    'a:',
    'a:t/b:x y',
    'a@sha256:12',
    `a@sha512:${'a'.repeat(128)}`,
    'a:-x',
    `a:${'x'.repeat(129)}`,
    'ghcr.io/A/b',
    'ghcr.io:x/a',
    'a.-b',
    'a..b',
    '-a',
    '../a',
    'a'.repeat(64),
    `ghcr.io/${'a'.repeat(250)}`,
  ])('refuses %j', (text) => {
    expect(() => normalizeReference(text)).toThrow(
      expect.objectContaining({ code: 'OCI_REFERENCE_INVALID' }),
    );
  });

  it('names the host a registry is spoken to by', () => {
    expect(normalizeReference('localhost:5000/a:1')).toEqual({
      normalized: 'localhost:5000/a:1',
      registry: 'localhost:5000',
      repository: 'a',
      tag: '1',
    });
  });

  it('changes nothing the second time', () => {
    const name = fc.stringMatching(
      /^([a-z]{1,5}\.[a-z]{2}(:[0-9]{1,4})?\/)?([a-z0-9]{1,6}\/){0,2}[a-z0-9]{1,6}(:[a-z0-9.]{1,5})?$/,
    );
    fc.assert(
      fc.property(name, (text) => {
        fc.pre(!text.endsWith(':.') && !/:\./.test(text));
        const once = normalizeReference(text).normalized;
        expect(normalizeReference(once).normalized).toBe(once);
      }),
    );
  });
});
