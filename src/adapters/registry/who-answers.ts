import type { Run } from '../../support/run.ts';
import type { Endpoint } from './endpoint.ts';
import { readLimited } from './read-limited.ts';
import type { RegistryConnection } from './registry-connection.ts';
import { RegistryError } from './registry-error.ts';

const maxShownBytes = 1 << 14;

/**
 * Asks an address whether it is a registry. A port that something else has taken is told with what that
 * answers, so that it can be found.
 * @throws RegistryError REGISTRY_ANSWER, and whatever keeps it from answering
 * @see OCI distribution-spec 1.1, "Determining Support"
 */
export async function whoAnswers(
  connection: RegistryConnection,
  endpoint: Endpoint,
  run: Run,
): Promise<void> {
  const answer = await connection.retrying(run, () => connection.greet(endpoint, run));
  const { status, headers } = answer;
  const api = headers['docker-distribution-api-version'] !== undefined;
  const challenged = status === 401 && headers['www-authenticate'] !== undefined;
  const bytes = await readLimited(answer, maxShownBytes).catch(() => undefined);
  if (challenged || (status === 200 && (api || isEmptyDocument(bytes)))) return;
  const title = /<title[^>]*>([^<]*)/i.exec(Buffer.from(bytes ?? []).toString('utf8'))?.[1];
  const shown = [
    `status ${status}`,
    ...(headers['server'] === undefined ? [] : [`server '${headers['server']}'`]),
    ...(headers['content-type'] === undefined ? [] : [`type ${headers['content-type']}`]),
    ...(title === undefined ? [] : [`page '${title.trim()}'`]),
  ].join(', ');
  const plain = shown.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 300);
  throw new RegistryError(
    'REGISTRY_ANSWER',
    `what answers at ${endpoint.name} is no registry: ${plain}`,
    {
      suggestions: [
        `Check host and port; on this machine 'ss -ltnp' names the program that listens there`,
      ],
    },
  );
}

/** Registries answer `{}`, or nothing. */
function isEmptyDocument(bytes: Uint8Array | undefined): boolean {
  const text = Buffer.from(bytes ?? [0])
    .toString('utf8')
    .trim();
  return text === '' || text === '{}';
}
