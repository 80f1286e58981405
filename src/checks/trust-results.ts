import type { TrustTopic } from '../policy/trust/trust-result.ts';
import type { Result } from './check.ts';
import type { SignatureFacts } from './facts.ts';

/** What judging trust says of one topic; nothing where nobody was trusted. */
export function trustResults({ trust }: SignatureFacts, topic: TrustTopic): readonly Result[] {
  return (trust?.results ?? [])
    .filter((each) => each.topic === topic)
    .map(({ topic: _, ...result }) => result);
}
