import { posix } from 'node:path';
import { CowaError } from '../errors/families.ts';
import type { DeployedPackage } from '../lint/deployed-package.ts';
import type { LintFinding } from '../lint/lint-check.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { type DeploymentOptions, gatherDeployment } from './gather-deployment.ts';
import { errorFindings, problemFinding } from './lint-findings.ts';
import type { LintJob } from './lint-jobs.ts';
import { type KnownDefinitions, parseAuthored } from './load-definition.ts';
import { payloadSizes } from './package-company.ts';
import { resolvePackage } from './resolve-package.ts';
import type { ResolvedPackage } from './resolved-package.ts';

/** What became of one job. */
export interface LookedAtPackage {
  /** By its definition, else by its folder. */
  readonly name: string;
  /** Undefined when it cannot be resolved. */
  readonly resolved: ResolvedPackage | undefined;
  /** As it is deployed by itself. */
  readonly facts: DeployedPackage | undefined;
  /** What is wrong with the definition itself, besides its flaws. */
  readonly findings: readonly LintFinding[];
}

/** The same for one release, or for none. */
export interface JudgedPackage extends LookedAtPackage {
  readonly job: LintJob;
}

const maxDefinitionBytes = 2 ** 22;

/** Reads, resolves and renders a package; what stops that is a finding. */
export async function lookAtPackage(
  { file, zarfFlavor, architecture, set, payloads, target }: LintJob,
  workspace: Workspace,
  known: KnownDefinitions,
  how: DeploymentOptions,
  run: Run,
): Promise<LookedAtPackage> {
  let name = posix.basename(posix.dirname(file));
  let findings: readonly LintFinding[] = [];
  try {
    const text = Buffer.from(await workspace.read(file, maxDefinitionBytes)).toString('utf8');
    const parsed = parseAuthored(file, text, { set, architecture, known });
    name = parsed.definition?.metadata.name || name;
    findings = parsed.problems.map((problem) => problemFinding(file, problem));
    if (findings.some(({ severity }) => severity === 'error'))
      return { name, resolved: undefined, facts: undefined, findings };
    const resolved = await resolvePackage(
      {
        definitionPath: file,
        architecture,
        set,
        payloads,
        // Nothing is run: they are only not refused.
        allowActions: true,
        tellFlaws: true,
        known,
        ...(zarfFlavor === '' ? {} : { zarfFlavor }),
      },
      { workspace },
      run,
    );
    const deployed = await gatherDeployment(resolved, workspace, run, target, how);
    const sizes = await payloadSizes(resolved, workspace);
    const facts = sizes.length === 0 ? deployed : { ...deployed, payloads: sizes };
    return { name, resolved, facts, findings };
  } catch (error) {
    if (!(error instanceof CowaError) || run.signal.aborted) throw error;
    findings = [...findings, ...errorFindings(file, error)];
    return { name, resolved: undefined, facts: undefined, findings };
  }
}
