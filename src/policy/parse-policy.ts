import type { Check, CheckId, Severity } from '../checks/check.ts';
import type { DocumentProblem } from '../support/document-problem.ts';
import { pointerSegment } from '../support/json-document.ts';
import { judgeSchema } from '../support/judge-schema.ts';
import { nearestWord } from '../support/nearest-word.ts';
import { policySchema } from '../support/schemas.gen.ts';
import { parseYamlDocument, type YamlDocument } from '../support/yaml-document.ts';
import { parseByteSize } from './byte-size.ts';
import { guardsIntegrity } from './integrity.ts';
import { builtInPolicy, type Policy, type SizeBudget } from './policy.ts';
import type { PolicyDefinition } from './policy-definition.ts';
import { sbomPolicyProblems, toSbomPolicy } from './sbom/parse-sbom-policy.ts';
import { isDay } from './waiver-date.ts';

export interface ParsedPolicy {
  readonly policy?: Omit<Policy, 'origin'>;
  readonly problems: readonly DocumentProblem[];
}

/** What a policy may speak of: every check of this program. */
export type KnownChecks = readonly Pick<Check, 'id' | 'area' | 'severity'>[];

/** Reads and judges a `policy.yaml`. The policy is present only when no problem is an error. */
export function parsePolicy(bytes: Uint8Array, checks: KnownChecks): ParsedPolicy {
  const { document, problems } = parseYamlDocument(bytes);
  if (document === undefined) return { problems };
  const faults = judgeSchema(policySchema, document.value, document, 'authored');
  if (faults.length > 0) return { problems: faults };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has just proven the shape
  const definition = document.value as PolicyDefinition;
  const budgets = (definition.budgets ?? []).map(toBudget);
  const severities = Object.entries(definition.severity ?? {})
    .filter(([check]) => !check.startsWith('x-'))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema knows what an id looks like
    .map(([check, severity]) => ({ check: check as CheckId, severity }));
  const waivers = definition.waivers ?? [];
  const required = requiredAreas(definition);
  // What must have been decided must be there: with nothing to look at, nothing was.
  const demanded = (area: 'sbom' | 'provenance') =>
    required.includes(area) ? { required: true } : undefined;
  const sbomRules = definition.sbom ?? demanded('sbom');
  const sbom =
    sbomRules === undefined ? undefined : toSbomPolicy({ ...demanded('sbom'), ...sbomRules });
  const found = [
    ...budgets.flatMap((budget, index) => budgetProblems(budget, index)),
    ...severities.flatMap((each) => severityProblems(each, checks)),
    ...waivers.flatMap((each, index) => waiverProblems(each, index, checks)),
    ...(sbom === undefined ? [] : sbomPolicyProblems(sbom)),
  ].map((problem) => placed(problem, document));
  if (found.length > 0) return { problems: found };
  const { uri, thresholds = {} } = definition;
  const provenance: PolicyDefinition['provenance'] =
    definition.provenance ?? demanded('provenance');
  return {
    policy: {
      ...(uri === undefined ? {} : { uri }),
      required,
      budgets,
      ...(sbom === undefined ? {} : { sbom }),
      ...(provenance === undefined
        ? {}
        : {
            provenance: {
              required: provenance.required ?? required.includes('provenance'),
              ...(provenance.builders === undefined ? {} : { builders: provenance.builders }),
              ...(provenance.unchanged === undefined ? {} : { unchanged: provenance.unchanged }),
            },
          }),
      ...(definition.payloads?.pickled === 'allow' ? { pickledPayloads: true as const } : {}),
      severities,
      waivers: waivers.map(({ check, subject, code, digest, owner, reason, expires }) => ({
        check,
        subject,
        ...(code === undefined ? {} : { code }),
        ...(digest === undefined ? {} : { digest }),
        owner,
        reason,
        expires,
      })),
      thresholds,
      failOn: [...new Set([...builtInPolicy.failOn, ...(definition.failOn ?? [])])],
    },
    problems: [],
  };
}

/** What is demanded must have been decided. */
function requiredAreas({ required, provenance }: PolicyDefinition): Policy['required'] {
  const areas = required ?? builtInPolicy.required;
  return provenance?.required === true ? [...new Set([...areas, 'provenance' as const])] : areas;
}

interface Problem {
  readonly message: string;
  readonly pointer: string;
  /** The key is what is wrong, not the value. */
  readonly atKey?: boolean;
}

function placed({ message, pointer, atKey }: Problem, document: YamlDocument): DocumentProblem {
  const place = atKey === true ? document.locateKey(pointer) : document.locate(pointer);
  return { code: 'DOCUMENT_RULE', message, pointer, ...place, severity: 'error' };
}

function toBudget({
  kind,
  name,
  min,
  max,
}: NonNullable<PolicyDefinition['budgets']>[number]): SizeBudget {
  const minBytes = parseByteSize(min);
  const maxBytes = parseByteSize(max);
  return {
    kind,
    pattern: name,
    ...(minBytes === undefined ? {} : { minBytes }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}

function budgetProblems({ minBytes, maxBytes }: SizeBudget, index: number): readonly Problem[] {
  if (minBytes === undefined || maxBytes === undefined || minBytes <= maxBytes) return [];
  return [{ message: 'the least size is above the greatest', pointer: `/budgets/${index}` }];
}

const rank: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

function severityProblems(
  { check: id, severity }: Policy['severities'][number],
  checks: KnownChecks,
): readonly Problem[] {
  const pointer = `/severity/${pointerSegment(id)}`;
  const check = checks.find((each) => each.id === id);
  if (check === undefined) return [{ message: unknownCheck(id, checks), pointer, atKey: true }];
  if (!guardsIntegrity(check) || rank[severity] >= rank[check.severity]) return [];
  return [{ message: `${id} cannot be lowered: ${guarded}`, pointer }];
}

function waiverProblems(
  { check: id, expires }: NonNullable<PolicyDefinition['waivers']>[number],
  index: number,
  checks: KnownChecks,
): readonly Problem[] {
  const pointer = `/waivers/${index}`;
  const check = checks.find((each) => each.id === id);
  const problems: Problem[] = [];
  if (check === undefined)
    problems.push({ message: unknownCheck(id, checks), pointer: `${pointer}/check` });
  else if (guardsIntegrity(check))
    problems.push({ message: `${id} cannot be waived: ${guarded}`, pointer: `${pointer}/check` });
  if (!isDay(expires))
    problems.push({ message: `'${expires}' is no day`, pointer: `${pointer}/expires` });
  return problems;
}

const guarded =
  'it guards the chain from the signature to the bytes, and what it lets through nobody signed';

function unknownCheck(id: string, checks: KnownChecks): string {
  const near = nearestWord(
    id,
    checks.map((check) => check.id),
  );
  return `there is no check '${id}'${near === undefined ? '' : `; did you mean '${near}'?`}`;
}
