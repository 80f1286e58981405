import { dirname, isAbsolute, join } from 'node:path';
import { pointerSegment } from '../support/json-document.ts';
import { ConfigError } from './config-error.ts';
import type { ReleaseDefinition, ReleaseFlavor, ReleaseSettings } from './release-definition.ts';

/** Where a value came from. */
export type ConfigOrigin =
  | { readonly kind: 'flag' | 'variable'; readonly name: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly line: number;
      readonly column: number;
    }
  | { readonly kind: 'default' };

export interface ConfigValue<T> {
  readonly value: T;
  readonly origin: ConfigOrigin;
}

/** Flags as parsed; without defaults, or they would always win. */
export interface ConfigFlags {
  readonly definition?: string | undefined;
  readonly flavor?: ReleaseFlavor | 'all' | undefined;
  readonly out?: string | undefined;
  readonly cacheDir?: string | undefined;
  readonly key?: string | undefined;
  readonly policy?: string | undefined;
  readonly jobs?: number | undefined;
  /** Entries `host=other-host`. */
  readonly registryOverrides?: readonly string[] | undefined;
}

export interface ConfigRequest {
  readonly flags: ConfigFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The release definition, where there is one. Left out by commands that judge what others sent. */
  readonly file?: {
    /** As messages name it, and what its paths are relative to. */
    readonly path: string;
    readonly definition: ReleaseDefinition;
    readonly locate: (pointer: string) => { readonly line: number; readonly column: number };
  };
  /** What this machine says where nobody else does. */
  readonly machine: { readonly cacheDir: string; readonly jobs: number };
}

/** Every setting of the commands that make a release. */
export interface ReleaseConfig {
  readonly definition: ConfigValue<string>;
  /** Undefined: the command needs one and nobody said which. */
  readonly flavor: ConfigValue<ReleaseFlavor | 'all' | undefined>;
  readonly out: ConfigValue<string>;
  readonly cacheDir: ConfigValue<string>;
  /** Undefined: nothing is signed. */
  readonly key: ConfigValue<string | undefined>;
  /** Undefined: the built-in policy. */
  readonly policy: ConfigValue<string | undefined>;
  readonly jobs: ConfigValue<number>;
  /** Seconds since 1970. */
  readonly sourceDateEpoch: ConfigValue<number>;
  /** Host in a reference, and the host asked instead. */
  readonly registryOverrides: Readonly<Record<string, ConfigValue<string>>>;
}

/** Names of the variables that stand for settings. */
export const settingVariables = {
  definition: 'COWA_DEFINITION',
  flavor: 'COWA_FLAVOR',
  out: 'COWA_OUT',
  cacheDir: 'COWA_CACHE_DIR',
  key: 'COWA_SIGNING_KEY',
  policy: 'COWA_POLICY',
  jobs: 'COWA_JOBS',
  sourceDateEpoch: 'SOURCE_DATE_EPOCH',
  registryOverrides: 'COWA_REGISTRY_OVERRIDES',
} as const;

/** Names of the flags that stand for settings. */
export const settingFlags = {
  definition: '--definition',
  flavor: '--flavor',
  out: '--out',
  cacheDir: '--cache-dir',
  key: '--key',
  policy: '--policy',
  jobs: '--jobs',
  registryOverrides: '--registry-override',
} as const;

const maxJobs = 64;

/**
 * Where the release definition is, which must be known before it can be read.
 */
export function resolveDefinitionPath(
  request: Pick<ConfigRequest, 'flags' | 'env'>,
): ConfigValue<string> {
  return firstOf(request, 'definition', (text) => text) ?? byDefault('cowa-release.yaml');
}

/**
 * Settles every value: a flag, else a variable, else the release definition, else the default. An
 * empty variable counts as none.
 * @throws ConfigError CONFIG_VALUE_INVALID naming the flag or variable
 */
export function resolveConfig(request: ConfigRequest): ReleaseConfig {
  const { machine, file } = request;
  const path = (key: 'out' | 'cacheDir' | 'key' | 'policy'): ConfigValue<string> | undefined =>
    firstOf(request, key, (text) => text) ??
    fromSettings(request, key, (text) =>
      isAbsolute(text) || file === undefined || (key === 'key' && isReference(text))
        ? text
        : join(dirname(file.path), text),
    );
  return {
    definition: resolveDefinitionPath(request),
    flavor:
      firstOf(request, 'flavor', toFlavor) ??
      fromSettings(request, 'flavor', (flavor) => flavor) ??
      byDefault(undefined),
    out: path('out') ?? byDefault('dist'),
    cacheDir: path('cacheDir') ?? byDefault(machine.cacheDir),
    key: path('key') ?? byDefault(undefined),
    policy: path('policy') ?? byDefault(undefined),
    jobs:
      firstOf(request, 'jobs', toJobs) ??
      fromSettings(request, 'jobs', (jobs) => jobs) ??
      byDefault(machine.jobs),
    sourceDateEpoch: resolveEpoch(request),
    registryOverrides: resolveOverrides(request),
  };
}

/** A key that is no file: in a variable, or in a KMS. */
function isReference(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9+.-]*:\/\//.test(text);
}

type Parse<T> = (text: string, name: string) => T;

function firstOf<T>(
  { flags, env }: Pick<ConfigRequest, 'flags' | 'env'>,
  key: Exclude<keyof typeof settingFlags, 'registryOverrides'>,
  parse: Parse<T>,
): ConfigValue<T> | undefined {
  const flag = flags[key];
  if (flag !== undefined) {
    const name = settingFlags[key];
    return { value: parse(String(flag), name), origin: { kind: 'flag', name } };
  }
  const name = settingVariables[key];
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  return { value: parse(text, name), origin: { kind: 'variable', name } };
}

function fromSettings<K extends keyof ReleaseSettings, T>(
  { file }: ConfigRequest,
  key: K,
  use: (value: NonNullable<ReleaseSettings[K]>) => T,
): ConfigValue<T> | undefined {
  const value = file?.definition.settings?.[key];
  if (file === undefined || value === undefined) return undefined;
  return { value: use(value), origin: fileOrigin(file, `/settings/${key}`) };
}

function fileOrigin(file: NonNullable<ConfigRequest['file']>, pointer: string): ConfigOrigin {
  return { kind: 'file', name: file.path, ...file.locate(pointer) };
}

function byDefault<T>(value: T): ConfigValue<T> {
  return { value, origin: { kind: 'default' } };
}

function resolveEpoch({ env, file }: ConfigRequest): ConfigValue<number> {
  const name = settingVariables.sourceDateEpoch;
  const text = env[name];
  if (text !== undefined && text !== '') {
    if (!/^\d{1,11}$/.test(text)) throw invalid(name, text, 'whole seconds since 1970', []);
    return { value: Number(text), origin: { kind: 'variable', name } };
  }
  const value = file?.definition.sourceDateEpoch;
  if (file === undefined || value === undefined) return byDefault(0);
  return { value, origin: fileOrigin(file, '/sourceDateEpoch') };
}

/** Each host by itself: a flag for one leaves what the file says of others. */
function resolveOverrides({
  flags,
  env,
  file,
}: ConfigRequest): Readonly<Record<string, ConfigValue<string>>> {
  const found = new Map<string, ConfigValue<string>>();
  for (const [index, source] of (file?.definition.imageSources ?? []).entries()) {
    if (source.type !== 'registry' || file === undefined) continue;
    for (const [host, value] of Object.entries(source.overrides ?? {})) {
      // The first source that knows a host is asked first.
      if (found.has(host)) continue;
      const pointer = `/imageSources/${index}/overrides/${pointerSegment(host)}`;
      found.set(host, { value, origin: fileOrigin(file, pointer) });
    }
  }
  const name = settingVariables.registryOverrides;
  for (const entry of (env[name] ?? '').split(',').filter((each) => each !== '')) {
    const [host, value] = toOverride(entry, name);
    found.set(host, { value, origin: { kind: 'variable', name } });
  }
  const flag = settingFlags.registryOverrides;
  for (const entry of flags.registryOverrides ?? []) {
    const [host, value] = toOverride(entry, flag);
    found.set(host, { value, origin: { kind: 'flag', name: flag } });
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const toFlavor: Parse<ReleaseFlavor | 'all'> = (text, name) => {
  if (text === 'cpu' || text === 'gpu' || text === 'all') return text;
  throw invalid(name, text, 'cpu, gpu or all', [`${name}=all`]);
};

const toJobs: Parse<number> = (text, name) => {
  const jobs = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= maxJobs) return jobs;
  throw invalid(name, text, `a number from 1 to ${maxJobs}`, [`${name}=4`]);
};

function toOverride(entry: string, name: string): readonly [string, string] {
  const [host = '', value = '', ...rest] = entry.trim().split('=');
  const plain = /^[A-Za-z0-9.-]+(?::\d{1,5})?$/;
  if (plain.test(host) && plain.test(value) && rest.length === 0) return [host, value];
  throw invalid(name, entry, 'host=other-host', [`${name} ghcr.io=localhost:5000`]);
}

function invalid(
  name: string,
  text: string,
  expected: string,
  suggestions: readonly string[],
): ConfigError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new ConfigError('CONFIG_VALUE_INVALID', `${name} is '${shown}', expected ${expected}`, {
    suggestions,
  });
}
