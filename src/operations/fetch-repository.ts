import type { LockedInput } from '../config/lock.ts';
import { GitContentError } from '../git/git-error.ts';
import { packBytes, packIndex, type WrittenPack } from '../git/git-pack.ts';
import { type IndexedFile, workTreeIndex } from '../git/work-tree-index.ts';
import { digestFromHex, hexOf } from '../oci/digest.ts';
import { type BlobStore, heldContent } from '../ports/blob-store.ts';
import { FetchError } from '../ports/fetch-error.ts';
import type { GitReference, GitRepository } from '../ports/git-source.ts';
import type { Run } from '../support/run.ts';
import { type GitAddress, parseGitAddress } from '../zarf/git-address.ts';
import type { FetchedInput, FetchPorts } from './fetch-ports.ts';
import { type FetchedTree, heldTree, storeTree } from './fetched-tree.ts';
import { checkOut, nameObjects } from './git-work-tree.ts';
import { RemoteInputError } from './input-error.ts';

const maxObjects = 5_000_000;

/**
 * Brings a Git repository into the blob store as Zarf lays it out, work tree and `.git`, with the same bytes
 * whatever git made the transfer. An address that ends in `#` and a folder is that of a chart: only the work tree
 * is kept of it.
 * @param pin what the lock says of it; held by its digest, it is not asked for
 * @throws RemoteInputError INPUT_DOCUMENT, INPUT_LOCK_DRIFT; GitContentError; FetchError
 */
export async function fetchRepository(
  address: string,
  pin: LockedInput | undefined,
  ports: FetchPorts,
  run: Run,
): Promise<FetchedInput> {
  const [source = '', chart] = address.split('#', 2);
  const asked = parseGitAddress(source);
  if (asked === undefined)
    throw new RemoteInputError('INPUT_DOCUMENT', `${address} is no address of a Git repository`, {
      suggestions: ['Write https://<host>/<path>.git@<tag>, @refs/heads/<branch> or @<commit>'],
    });
  const digest = pin === undefined ? undefined : digestFromHex(pin.sha256);
  const held = digest && (await heldTree(digest, ports.blobs, run));
  if (pin !== undefined && held !== undefined)
    return { locked: pin, content: { kind: 'tree', ...held }, held: true };
  const shallow = chart !== undefined;
  const { url, wanted } = asked;
  const commit = pin?.commit === undefined ? {} : { commit: pin.commit };
  const [tree, found] = await ports.git.fetch(
    { url, wanted, shallow, ...commit },
    async (repository) => {
      requireSame(address, pin, repository.commit);
      const made = await carry(repository, shallow ? undefined : asked, ports.blobs, run);
      return [made, repository.commit] as const;
    },
    run,
  );
  const document = await storeTree(tree, ports.blobs, run);
  return {
    locked: {
      kind: 'repository',
      address,
      sha256: hexOf(document.digest),
      size: document.size,
      commit: found,
    },
    content: { kind: 'tree', ...tree },
    held: false,
  };
}

function requireSame(address: string, pin: LockedInput | undefined, commit: string): void {
  if (pin?.commit === undefined || pin.commit === commit) return;
  throw new RemoteInputError(
    'INPUT_LOCK_DRIFT',
    `${address} is locked at commit ${pin.commit}, but its source names ${commit}`,
    {
      suggestions: [
        `Find out who moved it; to take the new one over: cowa-release images lock --update '${address}'`,
      ],
    },
  );
}

/** @param asked undefined: only the work tree */
async function carry(
  repository: GitRepository,
  asked: GitAddress | undefined,
  blobs: BlobStore,
  run: Run,
): Promise<FetchedTree> {
  const { files, submodules, tree } = await checkOut(repository, blobs, run);
  if (asked === undefined) return tree;
  const { head, references } = referencesOf(repository, asked);
  const indexed: readonly IndexedFile[] = [...files, ...submodules];
  const text = (content: string): Uint8Array => Buffer.from(content);
  const loose = references.find(({ name }) => name === head);
  const packed = references.filter(({ name }) => name !== head);
  const { pack, index } = await storePack(repository, blobs, run);
  const folder = '.git/objects/pack/pack-';
  const small: readonly (readonly [string, Uint8Array])[] = [
    ['.git/HEAD', text(`ref: ${head}\n`)],
    ['.git/config', text(configOf(asked))],
    ['.git/index', workTreeIndex(indexed)],
    [`.git/${head}`, text(`${loose?.oid ?? repository.commit}\n`)],
    ...(packed.length === 0 ? [] : [['.git/packed-refs', text(packedReferences(packed))] as const]),
    [`${folder}${index.name}.idx`, index.bytes],
  ];
  const own = [{ path: `${folder}${index.name}.pack`, mode: 0o444, ...pack }];
  for (const [path, bytes] of small) {
    const mode = path.endsWith('.idx') ? 0o444 : 0o644;
    own.push({ path, mode, ...(await blobs.put(heldContent(bytes).open(run), {}, run)) });
  }
  return { blobs: [...tree.blobs, ...own], links: tree.links };
}

/** The branch that is checked out has the name Zarf gives it; it is pushed with the others at deployment. */
function referencesOf(
  { commit, references, head }: GitRepository,
  { wanted }: GitAddress,
): { readonly head: string; readonly references: readonly GitReference[] } {
  if (wanted.kind === 'all' && head !== undefined) return { head, references };
  const name =
    wanted.kind === 'branch'
      ? `refs/heads/${wanted.name}`
      : `refs/heads/zarf-ref-${wanted.kind === 'all' ? commit : wanted.name}`;
  const others = references.filter((each) => each.name !== name);
  return {
    head: name,
    references: [...others, { name, oid: commit }].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function configOf({ url, wanted }: GitAddress): string {
  const fetched =
    wanted.kind === 'tag'
      ? `refs/tags/${wanted.name}:refs/tags/${wanted.name}`
      : 'refs/heads/*:refs/remotes/online-upstream/*';
  return `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
[remote "online-upstream"]
\turl = ${url}
\tfetch = +${fetched}
`;
}

function packedReferences(references: readonly GitReference[]): string {
  const lines = references.map(({ name, oid }) => `${oid} ${name}\n`);
  return `# pack-refs with: sorted\n${lines.join('')}`;
}

async function storePack(
  repository: GitRepository,
  blobs: BlobStore,
  run: Run,
): Promise<{
  readonly pack: Awaited<ReturnType<BlobStore['put']>>;
  readonly index: { readonly name: string; readonly bytes: Uint8Array };
}> {
  const listed = await repository.list(run);
  if (listed.length > maxObjects)
    throw new GitContentError(
      'GIT_LIMIT',
      `the repository has ${listed.length} objects, at most ${maxObjects} are carried`,
      { suggestions: ['Name a tag or a commit instead of the whole repository'] },
    );
  const order = await nameObjects(repository, listed, run);
  let written: WrittenPack | undefined;
  const content = packBytes(repository.read(order, run), order.length, (pack) => {
    written = pack;
  });
  const pack = await blobs.put(content, {}, run);
  if (written === undefined || written.objects.length !== order.length)
    throw new FetchError('FETCH_ANSWER', 'git ended before it had handed over every object');
  return { pack, index: { name: written.checksum.toString('hex'), bytes: packIndex(written) } };
}
