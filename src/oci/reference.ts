import { type Digest, isDigest } from './digest.ts';
import { OciError } from './oci-error.ts';

/** An image reference taken apart and in its one full spelling. */
export interface NormalizedReference {
  /** Registry, repository, tag and digest as Zarf keys images: `docker.io/library/nginx:latest`. */
  readonly normalized: string;
  /** Host with port where it has one, e.g. `docker.io`, `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
  /** `latest` where neither tag nor digest was written. */
  readonly tag?: string;
  readonly digest?: Digest;
}

const domainForm =
  /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::[0-9]{1,5})?$/;
const pathForm = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const maxNameBytes = 255;

/**
 * Full form of a reference, by the rules Docker and Zarf share: no host means `docker.io`, one path
 * segment there means `library/`, neither tag nor digest means `latest`.
 * @throws OciError OCI_REFERENCE_INVALID
 * @see shared reference of the Zarf package format, 2.3
 */
export function normalizeReference(text: string): NormalizedReference {
  const bare = text.startsWith('oci://') ? text.slice('oci://'.length) : text;
  const at = bare.indexOf('@');
  const digest = at < 0 ? undefined : bare.slice(at + 1);
  const named = at < 0 ? bare : bare.slice(0, at);
  if (digest !== undefined && !isDigest(digest))
    throw invalid(text, `'${digest.slice(0, 100)}' is not a SHA-256 digest`);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? (digest === undefined ? 'latest' : undefined) : named.slice(colon + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  if (tag !== undefined && !tagForm.test(tag))
    throw invalid(text, `'${tag.slice(0, 140)}' is not a tag`);
  const { registry, repository } = splitName(name);
  if (!domainForm.test(registry))
    throw invalid(text, `'${registry.slice(0, 100)}' is not a registry host`);
  if (!repository.split('/').every((part) => pathForm.test(part))) {
    throw invalid(
      text,
      `'${repository.slice(0, 100)}' is not a repository: lower-case letters, digits and single separators only`,
    );
  }
  // Docker takes such a name for an image id, so two programs would mean two images.
  if (/^[0-9a-f]{64}$/.test(bare)) throw invalid(text, 'it reads as an image id, not as a name');
  if (registry.length + 1 + repository.length > maxNameBytes)
    throw invalid(text, `registry and repository have more than ${maxNameBytes} characters`);
  const normalized = `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return {
    normalized,
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function splitName(name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  const isHost =
    slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const host = isHost ? first : 'docker.io';
  const path = isHost ? name.slice(slash + 1) : name;
  const registry = host === 'index.docker.io' ? 'docker.io' : host;
  return {
    registry,
    repository: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path,
  };
}

function invalid(text: string, reason: string): OciError {
  return new OciError(
    'OCI_REFERENCE_INVALID',
    `'${text.slice(0, 300)}' is not an image reference: ${reason}`,
    {
      suggestions: ['Write it as host/path/name:tag or host/path/name@sha256:<64 hex digits>'],
    },
  );
}
