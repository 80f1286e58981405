import type { SbomRule } from './sbom-rule.ts';

/** What somebody wants of an SBOM besides what every one has to keep. */
export interface SbomDemands {
  /** 0 to 10; undefined: any. */
  readonly minScore: number | undefined;
  /** Lists of demands of which every rule has to be kept, as rules name them. */
  readonly profiles: readonly string[];
  /** Whether an image was named that it should be about. */
  readonly image: boolean;
}

/** What all rules together come to. */
export interface SbomVerdict {
  /** `undecided`: nothing speaks against it, and what is demanded could not be looked at. */
  readonly outcome: 'pass' | 'fail' | 'undecided';
  /** Why it is no pass: ids of rules with their titles, and the score. */
  readonly reasons: readonly string[];
}

/** Whether it is about this image, and of what is in it. */
const ofImage: readonly string[] = ['DOC-07', 'CMP-11', 'CMP-12'];

/** With schema and relations: a document that breaks one of them is worth nothing. */
const decisive: readonly string[] = ['DOC-01', 'CMP-07', ...ofImage];

/** Judges by the decisive rules and by what is demanded besides; gaps in single components only lower the score. */
export function sbomVerdict(
  rules: readonly SbomRule[],
  score: number,
  { minScore, profiles, image }: SbomDemands,
): SbomVerdict {
  const demanded = rules.filter(({ profiles: of }) => of.some((each) => profiles.includes(each)));
  const failed = rules.filter(
    (rule) => rule.outcome === 'fail' && (decisive.includes(rule.id) || demanded.includes(rule)),
  );
  const open = rules.filter(
    (rule) =>
      rule.outcome === 'undecided' &&
      (demanded.includes(rule) || (image && ofImage.includes(rule.id))),
  );
  const low = minScore !== undefined && score < minScore;
  const reasons = [
    ...failed.map(({ id, title }) => `${id} is not kept: ${title}`),
    ...open.map(({ id, title }) => `${id} could not be decided: ${title}`),
    ...(low ? [`the score ${score.toFixed(1)} is below ${minScore.toFixed(1)}`] : []),
  ];
  if (failed.length > 0 || low) return { outcome: 'fail', reasons };
  return { outcome: open.length > 0 ? 'undecided' : 'pass', reasons };
}
