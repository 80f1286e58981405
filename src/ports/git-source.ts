import type { GitObject } from '../git/git-pack.ts';
import type { Run } from '../support/run.ts';
import type { GitRevision } from '../zarf/git-address.ts';

/** What is to be fetched of a repository. */
export interface GitRequest {
  /** Without a revision. */
  readonly url: string;
  readonly wanted: GitRevision;
  /** Commit that a lock names: it is asked for where the name may have moved on. */
  readonly commit?: string;
  /** Only the tree of the commit is needed, nothing of what was before it. */
  readonly shallow: boolean;
}

/** A name in a repository, as `refs/heads/main`, and the object it names. */
export interface GitReference {
  readonly name: string;
  readonly oid: string;
}

/** What was fetched, as long as it is held. */
export interface GitRepository {
  /** The commit that was asked for; of a whole repository that of its default branch. */
  readonly commit: string;
  /** Branches and tags that came along, sorted by name. */
  readonly references: readonly GitReference[];
  /** Default branch of a whole repository, as `refs/heads/main`. */
  readonly head?: string;
  /** Every object that the references and the commit lead to. */
  list(run: Run): Promise<readonly Pick<GitObject, 'oid' | 'type' | 'size'>[]>;
  /** Objects in the order asked for; each has to be read before the next. @throws FetchError FETCH_ANSWER */
  read(oids: readonly string[], run: Run): AsyncIterable<GitObject>;
}

/** Git repositories by their address. Only hosts that somebody declared are contacted. */
export interface GitSource {
  /**
   * Fetches, and hands over what came for as long as the work with it takes.
   * @throws FetchError FETCH_*
   */
  fetch<Made>(
    request: GitRequest,
    work: (repository: GitRepository) => Promise<Made>,
    run: Run,
  ): Promise<Made>;
}
