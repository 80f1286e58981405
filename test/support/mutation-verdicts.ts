import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../../src/errors/families.ts';
import { cpuMs } from './cpu-time.ts';
import { judgeArchive } from './judge-archive.ts';
import { type Mutation, Mutator } from './mutations.ts';
import type { KnownArchive } from './own-archives.ts';
import { seeded } from './seeded.ts';
import { verifyBytes } from './verify-bytes.ts';

/** From worst to best. */
const ranks = ['error', 'fail', 'incomplete', 'pass'] as const;
type Answer = (typeof ranks)[number];
interface Told {
  readonly answer: Answer;
  /** What keeps it from passing, by what it is about. */
  readonly against: ReadonlySet<string>;
  /** What the report warns of, or says is left out. */
  readonly said: readonly string[];
}

/** What became of the changes of one archive. */
export interface Mutated {
  readonly archive: string;
  readonly before: Answer;
  readonly answers: Readonly<Record<Answer, number>>;
  /** Changes after which the verdict is no worse, though another file came out: there must be none. */
  readonly missed: readonly string[];
  /** Changes that left every file as it was: another packing of the same content. */
  readonly repacked: readonly string[];
  /** Of an unsigned archive: changes of files that nothing in it vouches for. */
  readonly unvouched: readonly string[];
  /** Of an unsigned archive: changes that the report tells: it warns, or says what is left out. */
  readonly warned: readonly string[];
  /** Of a signed archive: changes of a signature that say the same, as of its hint at a key. */
  readonly respelt: readonly string[];
  /** The slowest verdict, milliseconds of computing. */
  readonly slowestMs: number;
}

/** Makes so many changes of an archive, one at a time, and judges each. @throws whatever is no verdict and no refused input */
export async function judgeMutations(
  archive: KnownArchive,
  count: number,
  seed: number,
): Promise<Mutated> {
  const { answer: before, said, against } = await answerOf(archive, archive.bytes);
  const files = await filesOf(archive, archive.bytes);
  const mutator = new Mutator(archive.bytes);
  const numbers = seeded(seed);
  const answers = { error: 0, fail: 0, incomplete: 0, pass: 0 };
  const missed: string[] = [];
  const repacked: string[] = [];
  const unvouched: string[] = [];
  const warned: string[] = [];
  const respelt: string[] = [];
  let slowestMs = 0;
  for (let index = 0; index < count; index++) {
    const mutation: Mutation = mutator.mutate(numbers);
    if (mutation.bytes.equals(archive.bytes)) continue;
    const started = cpuMs();
    const { answer, said: now, against: then } = await answerOf(archive, mutation.bytes);
    slowestMs = Math.max(slowestMs, cpuMs() - started);
    answers[answer]++;
    const better = ranks.indexOf(answer) > ranks.indexOf(before);
    // Where the archive itself does not pass, that the changed one does not says nothing: something new must.
    const isNoticed = answer === 'error' || [...then].some((each) => !against.has(each));
    if (!better && answer !== 'pass' && isNoticed) continue;
    const after = await filesOf(archive, mutation.bytes);
    const told = `${archive.name}, ${mutation.name}: ${before} became ${answer}`;
    if (!better && isDeepStrictEqual(after, files)) repacked.push(told);
    else if (!better && archive.keyPem === undefined && now.some((each) => !said.includes(each)))
      warned.push(told);
    else if (!better && archive.keyPem === undefined && onlyChanged(files, after, unvouchedPaths))
      unvouched.push(told);
    else if (!better && onlyChanged(files, after, signaturePaths)) respelt.push(told);
    else missed.push(`${told}\n${JSON.stringify(after)}`);
  }
  return {
    archive: archive.name,
    before,
    answers,
    missed,
    repacked,
    unvouched,
    warned,
    respelt,
    slowestMs,
  };
}

async function answerOf(archive: KnownArchive, bytes: Buffer): Promise<Told> {
  try {
    const { fileName, keyPem, beside, algorithm } = archive;
    const { verdict, findings } = await verifyBytes(bytes, fileName, keyPem, beside, algorithm);
    return {
      answer: verdict.outcome,
      against: new Set(
        findings
          .filter(({ outcome, severity }) => outcome !== 'pass' && severity === 'error')
          .filter(({ outcome }) => outcome !== 'not-applicable')
          .map(({ id, outcome, code, subject }) => JSON.stringify([id, outcome, code, subject])),
      ),
      said: findings
        .filter(({ outcome, message }) => outcome === 'fail' || message.includes('left out'))
        .map(({ id, message }) => `${id}: ${message}`),
    };
  } catch (error) {
    if (error instanceof InputError) return { answer: 'error', said: [], against: new Set() };
    throw error;
  }
}

type Files = Readonly<Record<string, string>>;

/** Path to kind and digest of every file. */
async function filesOf({ fileName }: KnownArchive, bytes: Buffer): Promise<Files> {
  const { survey } = await judgeArchive(bytes, fileName).catch((error: unknown) => {
    if (error instanceof InputError) return { survey: { entries: [] } };
    throw error;
  });
  return Object.fromEntries(
    survey.entries
      // A folder has no content; whoever unpacks makes the ones that are missing.
      .filter(({ type }) => type !== 'directory')
      .map(({ path, type, digest, linkTarget }) => [
        path,
        `${type} ${digest ?? ''} ${linkTarget ?? ''}`,
      ]),
  );
}

/** What no checksum and no name covers: only a signature could. */
const unvouchedPaths =
  /^(zarf\.yaml|zarf\.bundle\.sig|zarf\.yaml\.sig|(oci\/)?index\.json|oci-layout)$/;

const signaturePaths = /^(zarf\.bundle\.sig|uds\.bundle\.sig)$/;

/** No file that the archive vouches for came, went or changed. */
function onlyChanged(before: Files, after: Files, unvouched: RegExp): boolean {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return paths.filter((path) => before[path] !== after[path]).every((path) => unvouched.test(path));
}
