import type { ArchiveErrorCode } from '../archive/archive-error.ts';
import type { ContainerFacts, ContainerProblem } from '../archive/survey.ts';
import type { Result, Subject } from './check.ts';
import type { IdentityFacts } from './facts.ts';
import { grounds } from './find-causes.ts';
import { fail, pass, theArchive, undecided, unseen } from './results.ts';

/** The checks that speak for problems of the container. */
export type ContainerCheckId =
  | 'container/frames'
  | 'container/trailing-bytes'
  | 'container/seek-table'
  | 'container/hidden-bytes'
  | 'container/headers'
  | 'container/entry-names'
  | 'container/duplicates'
  | 'container/entry-types'
  | 'container/end-of-archive'
  | 'container/limits'
  | 'container/parts';

/** Which check speaks for which problem. The type makes a new code without a check a compile error. */
export const spokenBy: Readonly<Record<ArchiveErrorCode, ContainerCheckId>> = {
  ARCHIVE_UNRECOGNISED: 'container/frames',
  ARCHIVE_EMPTY: 'container/frames',
  ARCHIVE_PARTS_INCOMPLETE: 'container/parts',
  ZSTD_TRUNCATED: 'container/frames',
  ZSTD_FRAME_INVALID: 'container/frames',
  ZSTD_CHECKSUM: 'container/frames',
  ZSTD_CONTENT_SIZE: 'container/frames',
  ZSTD_WINDOW_LIMIT: 'container/frames',
  ZSTD_DICTIONARY: 'container/frames',
  ZSTD_DATA_INVALID: 'container/frames',
  ZSTD_TRAILING_BYTES: 'container/trailing-bytes',
  ZSTD_HIDDEN_BYTES: 'container/hidden-bytes',
  ZSTD_SEEK_TABLE: 'container/seek-table',
  TAR_HEADER_INVALID: 'container/headers',
  TAR_PAX_INVALID: 'container/headers',
  TAR_PAX_CONFLICT: 'container/headers',
  TAR_NAME_INVALID: 'container/entry-names',
  TAR_NAME_ENCODING: 'container/entry-names',
  TAR_NAME_DUPLICATE: 'container/duplicates',
  TAR_NAME_CASE: 'container/duplicates',
  TAR_NAME_CONFLICT: 'container/duplicates',
  TAR_ENTRY_TYPE: 'container/entry-types',
  TAR_TRUNCATED: 'container/end-of-archive',
  TAR_END_MISSING: 'container/end-of-archive',
  TAR_DATA_AFTER_END: 'container/end-of-archive',
  LIMIT_ENTRIES: 'container/limits',
  LIMIT_ENTRY_BYTES: 'container/limits',
  LIMIT_EXPANSION: 'container/limits',
  LIMIT_NAME_BYTES: 'container/limits',
  LIMIT_FRAMES: 'container/limits',
};

/** The facts a container check sees. */
export interface ContainerView {
  readonly identity: IdentityFacts;
  readonly container: ContainerFacts;
}

/**
 * Judges the problems one check speaks for: each is a fail; with none of its own it passes, unless
 * reading ended early for another reason, which leaves the rest of the archive unseen.
 * @param except problems that do not count here
 */
export function* judgeContainer(
  id: ContainerCheckId,
  view: ContainerView,
  kept: string,
  except: (problem: ContainerProblem) => boolean = () => false,
): Generator<Result> {
  const own = view.container.problems.filter(
    (problem) => spokenBy[problem.code] === id && !except(problem),
  );
  for (const problem of own)
    yield fail(subjectOf(problem, view), placed(problem), {
      code: problem.code,
      ...(problem.fatal ? { restsOn: grounds.reading } : {}),
    });
  if (own.length > 0) return;
  const because = unseen(view.container);
  yield because === undefined
    ? pass(theArchive(view.identity), kept)
    : undecided(theArchive(view.identity), because);
}

function subjectOf(problem: ContainerProblem, { identity }: ContainerView): Subject {
  return problem.entry === undefined
    ? theArchive(identity)
    : { kind: 'entry', name: problem.entry };
}

function placed({ message, offset }: ContainerProblem): string {
  return offset === undefined || offset === 0
    ? message
    : `${message} (near byte ${offset} of the file)`;
}
