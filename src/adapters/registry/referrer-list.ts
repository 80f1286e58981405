import { type Descriptor, mediaTypes } from '../../oci/descriptor.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { maxListedReferrers, ReferrerError } from '../../ports/referrer-source.ts';
import type { Run } from '../../support/run.ts';
import type { Endpoint } from './endpoint.ts';
import { readLimited } from './read-limited.ts';
import type { RegistryConnection, Repository } from './registry-connection.ts';
import { bad, parseRegistryDocument } from './registry-document.ts';

const maxPageBytes = 4 << 20;
const maxPages = 64;

/**
 * The list a registry itself keeps of what is about a subject, page by page.
 * @returns undefined where it keeps none
 * @throws ReferrerError REFERRERS_LIST, REFERRERS_LIMIT; RegistryContentError REGISTRY_DOCUMENT; RegistryError
 * @see OCI distribution-spec 1.1, "Listing Referrers"; RFC 8288 for the header Link
 */
export function listedByRegistry(
  connection: RegistryConnection,
  at: Repository,
  subject: Digest,
  run: Run,
): Promise<readonly Descriptor[] | undefined> {
  return connection.reading(at, run, (endpoint) =>
    readPages(connection, endpoint, at.repository, subject, run),
  );
}

async function readPages(
  connection: RegistryConnection,
  endpoint: Endpoint,
  repository: string,
  subject: Digest,
  run: Run,
): Promise<readonly Descriptor[] | undefined> {
  const called = `the list of what is about ${endpoint.name}/${repository}@${subject}`;
  const found: Descriptor[] = [];
  const seen = new Set<string>();
  for (let path = `referrers/${subject}`; ; ) {
    const page = await readPage(connection, endpoint, { repository, path, called }, run);
    // Only the first page tells that there is no such list: later it is one that broke off.
    if (page === undefined && seen.size === 0) return undefined;
    if (page === undefined) throw noList(`${called} ends in a page that is not there`);
    found.push(...page.manifests);
    if (found.length > maxListedReferrers)
      throw tooMuch(`${called} has more than ${maxListedReferrers} entries`);
    if (page.next === undefined) return found;
    seen.add(path);
    if (seen.has(page.next)) throw noList(`${called} has pages that lead in a circle`);
    if (seen.size >= maxPages) throw tooMuch(`${called} has more than ${maxPages} pages`);
    path = page.next;
  }
}

async function readPage(
  connection: RegistryConnection,
  endpoint: Endpoint,
  { repository, path, called }: { repository: string; path: string; called: string },
  run: Run,
): Promise<{ manifests: readonly Descriptor[]; next: string | undefined } | undefined> {
  const question = {
    path,
    headers: { accept: mediaTypes.ociIndex },
    // Whoever does not know the address at all says so in one of these ways.
    expected: [200, 404, 405, 501],
  };
  return connection.retrying(run, async () => {
    const answer = await connection.ask(endpoint, repository, question, run);
    if (answer.status !== 200) {
      answer.discard();
      return undefined;
    }
    const bytes = await readLimited(answer, maxPageBytes);
    if (bytes === undefined)
      throw tooMuch(`${called} has a page of more than ${maxPageBytes} bytes`);
    const contentType = String(answer.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    const document = parseRegistryDocument(
      { bytes, digest: digestOf(bytes), contentType: contentType.trim().toLowerCase() },
      called,
    );
    if (document.kind !== 'index') throw bad(called, 'it is no image index');
    return {
      manifests: document.manifests,
      next: nextOf(answer.headers['link'], answer.url, called),
    };
  });
}

/** Where the list goes on: at the host that gave this page, or nowhere. */
function nextOf(
  link: string | readonly string[] | undefined,
  from: URL,
  called: string,
): string | undefined {
  const links = [link ?? []].flat().join(', ');
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(links) ?? [];
  if (target === undefined) return undefined;
  if (!URL.canParse(target, from.href))
    throw noList(`${called} goes on at what is no address: ${target.slice(0, 200)}`);
  const next = new URL(target, from);
  if (next.origin !== from.origin)
    throw noList(`${called} goes on at another host: ${next.host.slice(0, 200)}`);
  return next.href;
}

function noList(message: string): ReferrerError {
  return new ReferrerError('REFERRERS_LIST', message, {
    suggestions: ['Tell whoever runs the registry; do without the list: --no-referrers'],
  });
}

/** More, or larger, than is taken. */
export function tooMuch(message: string): ReferrerError {
  return new ReferrerError('REFERRERS_LIMIT', message, {
    suggestions: ['Have what nobody needs removed there; do without it: --no-referrers'],
  });
}
