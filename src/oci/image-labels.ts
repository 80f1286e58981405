import type { JsonObject } from './read-members.ts';

/** What an image says of itself, as far as the labels of the specification go. */
export interface ImageLabels {
  /** Those of `org.opencontainers.image.`, without that prefix. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was made, as its config says; undefined where it does not. */
  readonly created?: string;
}

const prefix = 'org.opencontainers.image.';
const maxLabels = 40;
const maxLength = 1000;

/**
 * Labels of an image config; what is no text, or longer than labels are, is left out.
 * @see OCI image-spec 1.1, config.md and annotations.md
 */
export function imageLabels({ config, created }: JsonObject): ImageLabels {
  const own = typeof config === 'object' && config !== null ? Object.entries(config) : [];
  const [, all] = own.find(([name]) => name === 'Labels') ?? [];
  const labels = Object.entries(typeof all === 'object' && all !== null ? all : {})
    .flatMap(([name, value]): (readonly [string, string])[] =>
      name.startsWith(prefix) && typeof value === 'string' && value.length <= maxLength
        ? [[name.slice(prefix.length), value]]
        : [],
    )
    .slice(0, maxLabels);
  return {
    labels: Object.fromEntries(labels),
    ...(typeof created === 'string' && created !== '' ? { created } : {}),
  };
}
