import { FetchError } from '../../ports/fetch-error.ts';
import type { GitRepository, GitRequest, GitSource } from '../../ports/git-source.ts';
import type { Run } from '../../support/run.ts';

/** Git repositories in memory, by address: for tests. */
export class MemoryGitSource implements GitSource {
  /** What was asked for, in order. */
  readonly asked: GitRequest[] = [];
  readonly #repositories: Readonly<Record<string, GitRepository>>;

  constructor(repositories: Readonly<Record<string, GitRepository>> = {}) {
    this.#repositories = repositories;
  }

  async fetch<Made>(
    request: GitRequest,
    work: (repository: GitRepository) => Promise<Made>,
    _run: Run,
  ): Promise<Made> {
    this.asked.push(request);
    const found = this.#repositories[request.url];
    if (found === undefined)
      throw new FetchError('FETCH_NOT_FOUND', `${request.url}: there is nothing`);
    return work(found);
  }
}
