import { EngineError } from '../../ports/image-builder.ts';

/**
 * Refuses an engine from before the first version that was tried. One built from source may not know its version, and
 * is taken.
 * @throws EngineError ENGINE_TOO_OLD
 */
export function requireVersion(
  engine: string,
  version: string,
  first: readonly [number, number],
): void {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined || /^v?0\.0\.0\b/.test(version)) return;
  const [wantedMajor, wantedMinor] = first;
  const isOlder =
    Number(major) < wantedMajor || (Number(major) === wantedMajor && Number(minor) < wantedMinor);
  if (!isOlder) return;
  throw new EngineError(
    'ENGINE_TOO_OLD',
    `${engine} is ${version}, and ${first.join('.')} is the first that is driven`,
    { suggestions: [`Update ${engine}, or name another engine with --engine`] },
  );
}
