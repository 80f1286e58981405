import { notAllRead } from './deployed-package.ts';
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

/** What was not searched for texts although it is shipped: that nothing was found proves nothing of it. */
export function notSearched({ packages }: DeployedRelease): {
  /** Why an absence proves nothing; undefined where everything was searched that should be. */
  readonly because: string | undefined;
  /** What is left out by design, for messages: empty, or `; ` and words. */
  readonly leftOut: string;
} {
  const unread = packages.flatMap((each) => notAllRead(each) ?? []);
  const left = packages.flatMap(({ hostFilesLeft = [] }) => hostFilesLeft);
  const [first] = left;
  const reasons = [
    ...unread.slice(0, 1),
    ...(first === undefined
      ? []
      : [`${left.length} files for hosts were not looked into, ${first} among them`]),
  ];
  // Of a finished archive only what deploys is kept.
  const passedOver = packages.some(
    ({ hostFiles, definition }) =>
      hostFiles === undefined && definition.components.some(({ files = [] }) => files.length > 0),
  );
  return {
    because: reasons.length === 0 ? undefined : reasons.join('; '),
    leftOut: passedOver ? '; files that components put on hosts were not looked into' : '',
  };
}
