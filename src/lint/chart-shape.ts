import { boxOf } from '../zarf/deployed-object.ts';

const text = { type: ['string', 'null'] };
const texts = { type: ['array', 'null'], items: text };

const dependency = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    version: text,
    repository: text,
    condition: text,
    tags: texts,
    enabled: { type: ['boolean', 'null'] },
    'import-values': { type: ['array', 'null'] },
    alias: { type: ['string', 'null'], pattern: '^[a-zA-Z0-9_-]*$' },
  },
  required: ['name'],
  additionalProperties: false,
};

/** `Chart.yaml`, as Helm reads it. @see https://helm.sh/docs/topics/charts/#the-chartyaml-file */
export const chartShape = {
  type: 'object',
  properties: {
    apiVersion: { enum: ['v1', 'v2'] },
    name: { type: 'string', pattern: '^[^/]+$' },
    version: { type: 'string', minLength: 1 },
    kubeVersion: text,
    description: text,
    type: { enum: ['application', 'library', '', null] },
    keywords: texts,
    home: text,
    sources: texts,
    dependencies: { type: ['array', 'null'], items: dependency },
    maintainers: {
      type: ['array', 'null'],
      items: {
        type: 'object',
        properties: { name: text, email: text, url: text },
        additionalProperties: false,
      },
    },
    icon: text,
    appVersion: text,
    deprecated: { type: ['boolean', 'null'] },
    annotations: { type: ['object', 'null'], additionalProperties: { type: 'string' } },
    condition: text,
    tags: text,
    tillerVersion: text,
    engine: text,
  },
  required: ['apiVersion', 'name', 'version'],
  additionalProperties: false,
};

/** `Chart.lock`. */
export const chartLockShape = {
  type: 'object',
  properties: {
    dependencies: {
      type: ['array', 'null'],
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1 },
          version: { type: 'string' },
          repository: text,
        },
        required: ['name', 'version'],
        additionalProperties: false,
      },
    },
    digest: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
    generated: { type: 'string' },
  },
  required: ['digest'],
  additionalProperties: false,
};

const plainTexts = new Set(['description', 'appVersion', 'kubeVersion', 'home', 'icon']);

/** True for the form most charts have, which needs no schema to be judged: the library takes time to load. */
export function isPlainChart(value: unknown): boolean {
  const { apiVersion, name, version, type, ...rest } = boxOf(value) ?? {};
  return (
    (apiVersion === 'v1' || apiVersion === 'v2') &&
    typeof name === 'string' &&
    /^[^/]+$/.test(name) &&
    typeof version === 'string' &&
    version !== '' &&
    (type === undefined || type === 'application' || type === 'library') &&
    Object.entries(rest).every(([key, each]) => plainTexts.has(key) && typeof each === 'string')
  );
}
