/** How complete a list is, in CycloneDX's words; `unknown`: its maker does not say. */
export type Completeness = 'complete' | 'incomplete' | 'unknown';

const stage =
  /\bSBOM (?:Type|Build Information):\s*(Design|Source|Build|Analyzed|Deployed|Runtime)\b/i;
const words = {
  complete: 'Everything seen belongs to what is listed here, or in a document named here.',
  incomplete: 'Known unknowns:',
  unknown: 'What was not looked into, the program that made the list does not say.',
} as const;

/**
 * What SPDX 2 has no member for, as a comment on how a document was made: its stage in the words of CISA, how complete
 * it is, and, where nobody is known to answer for it, that.
 * @param gaps what is known to be left out
 * @see CISA, Types of Software Bill of Materials Documents, 2023; OpenChain Telco SBOM Guide: SBOM Type
 */
export function commentOf(
  author: string | undefined,
  completeness: Completeness,
  gaps: readonly string[],
): string {
  return [
    'SBOM Type: Analyzed.',
    completeness === 'incomplete' ? `${words.incomplete} ${gaps.join('; ')}.` : words[completeness],
    ...(author === undefined ? ['Its author is unknown.'] : []),
  ].join(' ');
}

/** What such a comment says, as far as it keeps to these words; of others only the stage is understood. */
export function readComment(comment: string): {
  readonly stage: string | undefined;
  readonly completeness: Completeness | undefined;
} {
  const said = (['incomplete', 'unknown', 'complete'] as const).find((each) =>
    comment.includes(words[each]),
  );
  return { stage: stage.exec(comment)?.[1]?.toLowerCase(), completeness: said };
}
