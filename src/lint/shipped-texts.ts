import type { DeployedRelease } from './deployed-release.ts';

/** A text that goes into an archive. */
export interface ShippedText {
  readonly path: string;
  readonly text: string;
  /** Of a file that may be no text. */
  readonly bytes?: Uint8Array;
}

/** Read by people, and full of examples. */
const document = /(?:\.(?:md|mdx|adoc|rst)|(?:^|\/)(?:README|NOTES|LICENSE|CHANGELOG)[^/]*)$/i;

/** Texts of all packages that reach the target, each path once: definitions, charts, values, manifests, files. */
export function* shippedTexts({ packages }: DeployedRelease): Generator<ShippedText> {
  const seen = new Set<string>();
  for (const { texts, hostFiles } of packages)
    for (const source of [texts, hostFiles ?? new Map<string, Uint8Array>()])
      for (const [path, content] of source) {
        if (seen.has(path) || document.test(path)) continue;
        seen.add(path);
        // One character a byte: what is no text is searched all the same.
        if (typeof content === 'string') yield { path, text: content };
        else yield { path, text: Buffer.from(content).toString('latin1'), bytes: content };
      }
}
