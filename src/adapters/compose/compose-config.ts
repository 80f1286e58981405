import type { ComposedImageConfig } from '../../config/release-definition.ts';
import type { Platform } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import { objectOf, textMapOf, textsOf } from '../../oci/read-members.ts';

/** What the config of a composed image is made from. */
export interface ConfigParts {
  readonly image: string;
  readonly base?: ImageConfig;
  readonly settings: ComposedImageConfig['config'];
  readonly platform: Platform;
  /** Digests of the added layers as plain tars. */
  readonly diffIds: readonly Digest[];
  readonly epochSeconds: number;
}

/**
 * The image config, in one fixed form: what the base says, overridden by what is set; variables and
 * labels by name; an entrypoint of one's own drops the command of the base, as Docker does.
 * @throws OciError OCI_DOCUMENT_INVALID when the config of the base cannot be merged
 * @see OCI image-spec 1.1, config.md
 */
export function renderConfig({
  image,
  base,
  settings = {},
  platform,
  diffIds,
  epochSeconds,
}: ConfigParts): Uint8Array {
  const subject = `${image}: the config of its base`;
  const created = new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z');
  const raw = base?.members['config'];
  const under = raw === undefined || raw === null ? {} : objectOf(raw, subject, 'config');
  const { Cmd: baseCmd, ...rest } = under;
  const keepsCmd = settings.entrypoint === undefined && settings.cmd === undefined;
  const env = mergeEnv(textsOf(under['Env'], subject, 'config.Env'), settings.env ?? []);
  const labels = { ...textMapOf(under['Labels'], subject, 'config.Labels'), ...settings.labels };
  const basePorts = under['ExposedPorts'];
  const ports = [
    ...Object.keys(
      basePorts === undefined || basePorts === null
        ? {}
        : objectOf(basePorts, subject, 'config.ExposedPorts'),
    ),
    ...(settings.exposedPorts ?? []).map(portOf),
  ];
  const config = {
    ...rest,
    ...(keepsCmd && baseCmd !== undefined ? { Cmd: baseCmd } : {}),
    ...(settings.cmd === undefined ? {} : { Cmd: settings.cmd }),
    ...(settings.entrypoint === undefined ? {} : { Entrypoint: settings.entrypoint }),
    ...(settings.user === undefined ? {} : { User: settings.user }),
    ...(settings.workingDir === undefined ? {} : { WorkingDir: settings.workingDir }),
    ...(env.length === 0 ? {} : { Env: env }),
    ...(ports.length === 0
      ? {}
      : { ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])) }),
    ...(Object.keys(labels).length === 0 ? {} : { Labels: labels }),
  };
  const baseHistory: unknown = base?.members['history'] ?? [];
  const history = [
    ...(Array.isArray(baseHistory) ? baseHistory : []),
    ...diffIds.map(() => ({ created, created_by: 'cowa-release compose' })),
  ];
  const document = {
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    ...pick(base?.members ?? {}, ['author', 'os.version', 'os.features', 'variant']),
    architecture: platform.architecture,
    os: platform.os,
    created,
    config,
    rootfs: { type: 'layers', diff_ids: [...(base?.diffIds ?? []), ...diffIds] },
    history,
  };
  return Buffer.from(JSON.stringify(sorted(document)));
}

/** `8080` means tcp. */
function portOf(port: string): string {
  return port.includes('/') ? port : `${port}/tcp`;
}

function mergeEnv(base: readonly string[], own: readonly string[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const line of [...base, ...own]) byName.set(line.split('=', 1)[0] ?? line, line);
  return [...byName.values()];
}

function pick(
  from: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  );
}

/** Members by name at every depth; lists keep their order, which means something. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
