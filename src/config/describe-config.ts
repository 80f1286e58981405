import { nearestWord } from '../support/nearest-word.ts';
import {
  type ConfigOrigin,
  type ConfigValue,
  type ReleaseConfig,
  settingFlags,
  settingVariables,
} from './resolve-config.ts';

/** One setting as `config explain` tells it. */
export interface DescribedSetting {
  readonly name: string;
  /** Undefined where nothing is set, and for secrets. */
  readonly value?: string | number;
  /** A secret is there, and not shown. */
  readonly secret?: true;
  readonly origin: ConfigOrigin;
  readonly flag?: string;
  readonly variable?: string;
}

/** Variables of this program that are no setting of a release. */
const otherVariables = [
  'COWA_COSIGN',
  'COWA_DEBUG',
  'COWA_FULCIO_URL',
  'COWA_IDENTITY_TOKEN',
  'COWA_KEY',
  'COWA_KEY_PASSWORD',
  'COWA_KMS_PLUGIN',
  'COWA_NODE_FOUND',
  'COWA_REKOR_URL',
  'COWA_TIMESTAMP_SERVER_URL',
  'COWA_TRUSTED_ROOT',
  'COWA_UDS',
  'COWA_ZARF',
] as const;

/** Variables that hold the password of the signing key, the first that is set wins. */
const passwordVariables = ['COWA_KEY_PASSWORD', 'COSIGN_PASSWORD'] as const;

/** Every setting in fixed order, secrets without their value. */
export function describeConfig(
  config: ReleaseConfig,
  env: Readonly<Record<string, string | undefined>>,
): readonly DescribedSetting[] {
  const { registryOverrides, ...settings } = config;
  const rows = Object.entries(settings).map(([name, value]) => describe(name, value));
  const hosts = Object.entries(registryOverrides).map(([host, value]) => ({
    ...describe(`registryOverrides.${host}`, value),
    flag: settingFlags.registryOverrides,
    variable: settingVariables.registryOverrides,
  }));
  return [...rows, ...hosts, describePassword(env)];
}

function describe(
  name: string,
  { value, origin }: ConfigValue<string | number | undefined>,
): DescribedSetting {
  const flag = Object.entries(settingFlags).find(([key]) => key === name)?.[1];
  const variable = Object.entries(settingVariables).find(([key]) => key === name)?.[1];
  return {
    name,
    ...(value === undefined ? {} : { value }),
    origin,
    ...(flag === undefined ? {} : { flag }),
    ...(variable === undefined ? {} : { variable }),
  };
}

function describePassword(env: Readonly<Record<string, string | undefined>>): DescribedSetting {
  const name = passwordVariables.find((each) => env[each] !== undefined);
  const told = { name: 'keyPassword', flag: '--password-file', variable: passwordVariables[0] };
  if (name === undefined) return { ...told, origin: { kind: 'default' } };
  return { ...told, secret: true, origin: { kind: 'variable', name } };
}

/** Names that begin with COWA_ and mean nothing: slips of the finger, each with the one that was meant. */
export function strangeVariables(
  env: Readonly<Record<string, string | undefined>>,
): readonly { readonly name: string; readonly meant?: string }[] {
  const known: readonly string[] = [...Object.values(settingVariables), ...otherVariables];
  return Object.keys(env)
    .filter((name) => name.startsWith('COWA_') && !known.includes(name))
    .sort()
    .map((name) => {
      const meant = nearestWord(name, known);
      return { name, ...(meant === undefined ? {} : { meant }) };
    });
}
