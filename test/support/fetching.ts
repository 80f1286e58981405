import { MemoryBlobStore } from '../../src/adapters/memory/blob-store.ts';
import { MemoryGitSource } from '../../src/adapters/memory/git-source.ts';
import { MemoryWebSource } from '../../src/adapters/memory/web-source.ts';
import type { Fetching } from '../../src/operations/fetch-step.ts';
import { FetchedContents } from '../../src/operations/fetched-workspace.ts';

/** Inputs from memory, or from what is given. */
export function memoryFetching(parts: Partial<Fetching> = {}): Fetching {
  return {
    web: new MemoryWebSource(),
    git: new MemoryGitSource(),
    images: [],
    platform: { os: 'linux', architecture: 'amd64' },
    blobs: new MemoryBlobStore(),
    contents: new FetchedContents(),
    ...parts,
  };
}
