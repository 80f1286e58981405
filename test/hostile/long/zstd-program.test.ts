import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { decodedByUs } from '../../support/decoded-by-us.ts';
import { missingPrograms } from '../../support/local-registry.ts';
import { seeded } from '../../support/seeded.ts';
import { noiseBytes, skippableFrame } from '../../support/tar-bytes.ts';
import { contents, encodedFrame } from '../../support/zstd-encoded.ts';
import { type MadeFrame, madeFrames, manySequences } from '../../support/zstd-made.ts';

const missing = await missingPrograms('zstd');
const without = missing.length === 0 ? '' : ' (skipped: no zstd)';

/** What the program gives back; undefined when it fails. */
function ran(args: readonly string[], input: Uint8Array): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const child = spawn('zstd', ['-q', '-c', ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stdin.on('error', () => undefined); // it may stop reading
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(out) : undefined));
    child.stdin.end(input);
  });
}
const decoded = (bytes: Uint8Array): Promise<Buffer | undefined> => ran(['-d', '--long=29'], bytes);

/** Options that make frames of other forms. */
const options: readonly (readonly string[])[] = [
  ...[1, 3, 9, 15, 19].map((level) => [`-${level}`]),
  ...[1, 5, 50].map((level) => [`--fast=${level}`]),
  ['--ultra', '-22'],
  ...[24, 27, 29].map((log) => [`--long=${log}`]),
  ['--no-check'],
  ['--no-content-size'],
  ['-T2', '-B65536'],
  ['--rsyncable', '-T2'],
  ['--adapt'],
  ['--no-compress-literals'],
  ['--compress-literals'],
  ['--zstd=wlog=10,strategy=3'],
  ['--zstd=wlog=16,strategy=9,tlen=999', '--ultra'],
];

describe.skipIf(missing.length > 0)(`frames and the program zstd${without}`, () => {
  it('every legal form decodes to the same bytes', async () => {
    const numbers = seeded(21);
    const frames: MadeFrame[] = [...madeFrames(600, 21), manySequences()];
    for (let count = 0; count < 400; count++) frames.push(await encodedFrame(numbers));
    for (const { name, bytes, content } of frames) {
      expect(content.equals((await decoded(bytes)) ?? Buffer.from('refused')), name).toBe(true);
      expect(content.equals(Buffer.from(await decodedByUs(bytes))), name).toBe(true);
    }
  });

  it.each(options.map((given) => [given.join(' '), given] as const))(
    'what it writes with %s is read by us',
    async (_name, given) => {
      const numbers = seeded(31);
      for (let count = 0; count < 12; count++) {
        const content = contents(numbers);
        for (const more of [
          [],
          [`--stream-size=${content.length}`],
          [`--size-hint=${content.length + 9}`],
        ]) {
          const bytes = await ran([...given, ...more], content);
          if (bytes === undefined) continue; // options that do not go together
          expect(content.equals(Buffer.from(await decodedByUs(bytes)))).toBe(true);
        }
      }
    },
  );

  it('skippable frames of all sixteen kinds are passed over alike', async () => {
    for (const { bytes, content } of madeFrames(16, 41)) {
      const chain = Buffer.concat(
        Array.from({ length: 16 }, (_, kind) => [
          skippableFrame(noiseBytes(kind), 0x184d2a50 + kind),
          bytes,
        ]).flat(),
      );
      const whole = Buffer.concat(Array.from({ length: 16 }, () => content));
      expect(whole.equals((await decoded(chain)) ?? Buffer.from('refused'))).toBe(true);
      expect(whole.equals(Buffer.from(await decodedByUs(chain)))).toBe(true);
    }
  });

  it('of damaged frames we accept nothing that it refuses, and refuse for a reason what it accepts', async () => {
    const numbers = seeded(51);
    const frames = madeFrames(400, 51);
    const reasons = new Map<string, number>();
    for (let count = 0; count < 1500; count++) {
      const bytes = Buffer.from(numbers.oneOf(frames).bytes);
      const near = numbers.below(2) === 0 ? Math.min(24, bytes.length) : bytes.length;
      bytes[numbers.below(near)] = numbers.below(256);
      const ours = await decodedByUs(bytes);
      const theirs = await decoded(bytes);
      if (typeof ours !== 'string') {
        expect(theirs === undefined ? 'refused' : ours.equals(theirs)).toBe(true);
      } else if (theirs !== undefined) reasons.set(ours, (reasons.get(ours) ?? 0) + 1);
    }
    // Stricter, for these reasons only: the unused bit, sizes that do not add up, windows nobody should
    // need, and what newer releases of the decoder refuse.
    expect([
      'ZSTD_CONTENT_SIZE',
      'ZSTD_DATA_INVALID',
      'ZSTD_FRAME_INVALID',
      'ZSTD_WINDOW_LIMIT',
    ]).toEqual(expect.arrayContaining([...reasons.keys()]));
  });
});
