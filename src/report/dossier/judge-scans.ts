import { carriedScans } from './carried-results.ts';
import type { Dossier, ScanSeverity } from './dossier.ts';
import type { DossierCriterion } from './dossier-judgement.ts';

/**
 * What results of scanners come to: never better than a caveat, since what a scanner looked at is its own claim, and
 * worse where it found what is severe.
 */
export function vulnerabilities({
  scans,
  contents,
  files,
}: Pick<Dossier, 'scans' | 'contents'> & {
  /** Names of the files of the release. */
  readonly files: readonly string[];
}): DossierCriterion {
  const common = {
    id: 'vulnerabilities',
    short: 'known vulnerabilities',
    title: 'No severe vulnerability is known in what was delivered',
    checks: [],
  };
  const carried = carriedScans(files);
  if (scans.length === 0)
    return {
      ...common,
      status: 'caveat',
      evidence: 'none',
      caveat: `not looked at: ${carried.length === 0 ? 'no result of a scanner was given' : `${carried.join(', ')} lies with it, and was not given with --scan`}`,
    };
  const total = (severity: ScanSeverity): number =>
    scans.reduce((sum, { counts }) => sum + counts[severity], 0);
  const severe = total('critical') + total('high');
  const lesser = total('medium') + total('low') + total('negligible');
  const aside = scans.reduce((sum, { setAside = 0 }) => sum + setAside, 0);
  // A severity that nobody gave may be the worst; what was set aside was found.
  const told = [
    `${lesser} lesser ones`,
    ...(total('unknown') === 0 ? [] : [`${total('unknown')} of unknown severity`]),
    ...(aside === 0 ? [] : [`${aside} that the scanner was told to leave out`]),
  ].join(', ');
  const evidence = `${scans.length} scanner ${scans.length === 1 ? 'result' : 'results'}, taken over as given`;
  if (severe > 0)
    return {
      ...common,
      status: 'not-met',
      evidence,
      caveat: `${total('critical')} critical and ${total('high')} high by the scanner; nobody judged here whether they apply`,
    };
  return {
    ...common,
    status: 'caveat',
    evidence,
    caveat: `${told}; that the scanner looked at all ${contents.images.length} images is its own claim`,
  };
}
