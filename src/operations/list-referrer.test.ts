import { describe, expect, it } from 'vitest';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { referrersTag } from '../oci/referrer.ts';
import type { PushedDocument, RegistryTarget } from '../ports/registry-target.ts';
import { listReferrers } from './list-referrer.ts';

const run = { signal: new AbortController().signal };
const subject = digestOf(Buffer.from('subject'));

function documentOf(name: string): PushedDocument {
  const bytes = Buffer.from(JSON.stringify({ artifactType: 'a/b', annotations: { name } }));
  return { mediaType: mediaTypes.ociManifest, digest: digestOf(bytes), bytes };
}
function listOf(text: string | undefined): readonly Record<string, unknown>[] {
  return text === undefined ? [] : JSON.parse(text).manifests;
}
/** A registry without lists; `rival` writes right after the n-th list was put. */
function targetWith(rival: (times: number, list: string | undefined) => string | undefined) {
  let list: string | undefined;
  let times = 0;
  const target: Pick<RegistryTarget, 'host' | 'read' | 'pushDocument'> = {
    host: 'registry.example',
    read: (_repository, tag) => {
      expect(tag).toBe(referrersTag(subject));
      if (list === undefined) return Promise.resolve(undefined);
      const bytes = Buffer.from(list);
      return Promise.resolve({ mediaType: mediaTypes.ociIndex, digest: digestOf(bytes), bytes });
    },
    pushDocument: (_repository, { bytes }) => {
      const before = list;
      times += 1;
      list = rival(times, before) ?? Buffer.from(bytes).toString();
      return Promise.resolve({ subject: undefined });
    },
  };
  const whole: RegistryTarget = {
    prefix: '',
    preflight: () => Promise.resolve(),
    find: () => Promise.resolve(undefined),
    pushBlob: () => Promise.resolve('there'),
    ...target,
  };
  return { target: whole, listed: () => listOf(list), times: () => times };
}

describe('listReferrers', () => {
  const one = documentOf('one');
  const two = documentOf('two');

  it('lists all at once, with kind and annotations, and nothing twice', async () => {
    const { target, listed, times } = targetWith(() => undefined);
    await listReferrers(target, 'x', [one, two], subject, run);
    await listReferrers(target, 'x', [two, one], subject, run);
    expect(listed()).toMatchObject([
      { digest: one.digest, artifactType: 'a/b', annotations: { name: 'one' } },
      { digest: two.digest },
    ]);
    expect(times()).toBe(1);
  });
  it('adds again what another one wrote over', async () => {
    const theirs = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [{ mediaType: mediaTypes.ociManifest, digest: two.digest, size: 1 }],
    });
    const { target, listed } = targetWith((times) => (times === 1 ? theirs : undefined));
    await listReferrers(target, 'x', [one], subject, run);
    expect(listed().map(({ digest }) => digest)).toEqual([two.digest, one.digest]);
  });
  it('gives up where it is written over again and again', async () => {
    const { target, times } = targetWith(() => undefined);
    const losing = {
      ...target,
      read: () => Promise.resolve(undefined),
    };
    await expect(listReferrers(losing, 'x', [one], subject, run)).rejects.toMatchObject({
      code: 'REFERRERS_CONTENDED',
    });
    expect(times()).toBe(5);
  });
});
