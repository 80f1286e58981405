import type { Survey } from '../archive/survey.ts';
import { gatherBundle } from './bundle-facts.ts';
import { detectFormat } from './detect-format.ts';
import type { ArchiveFacts, BudgetFacts, PackageFacts, SignatureFacts } from './facts.ts';
import { gatherPackage } from './package-facts.ts';
import { packageFiles } from './package-files.ts';

/** What is known beside the survey. */
export interface GatherContext {
  /** Without folders; undefined on standard input. */
  readonly fileName: string | undefined;
  readonly signatures: SignatureFacts;
  readonly budget: BudgetFacts;
}

/** Turns what one pass saw into everything the checks may know. Pure; never throws on hostile content. */
export function gatherFacts(survey: Survey, context: GatherContext): ArchiveFacts {
  const { fileName, signatures, budget } = context;
  const format = detectFormat(survey);
  const { container, entries } = survey;
  const shared = { identity: { format, fileName }, container, entries, signatures, budget };
  if (format === 'unknown') return { ...shared, packages: [], bundle: undefined };
  if (format === 'zarf-package')
    return { ...shared, packages: [onlyPackage(survey)], bundle: undefined };
  return { ...shared, ...gatherBundle(format, survey) };
}

function onlyPackage(survey: Survey): PackageFacts {
  const facts = gatherPackage('package', packageFiles(survey));
  const name = facts.definition?.definition?.metadata.name ?? '';
  return name === '' ? facts : { ...facts, label: name };
}
