import type { ImageSourceConfig } from './release-definition.ts';
import type { ConfigValue } from './resolve-config.ts';

/**
 * The image sources of a release, where registries are asked as flags and variables say. A host they
 * name may be contacted: whoever runs the command has said so.
 */
export function overrideRegistries(
  sources: readonly ImageSourceConfig[],
  overrides: Readonly<Record<string, ConfigValue<string>>>,
): readonly ImageSourceConfig[] {
  const given = Object.entries(overrides).flatMap(([host, { value, origin }]) =>
    origin.kind === 'file' ? [] : [[host, value] as const],
  );
  if (given.length === 0) return sources;
  return sources.map((source) =>
    source.type === 'registry'
      ? {
          ...source,
          hosts: [...new Set([...source.hosts, ...given.map(([, target]) => target)])],
          overrides: { ...source.overrides, ...Object.fromEntries(given) },
        }
      : source,
  );
}
