import type { Policy } from '../policy/policy.ts';
import type { CheckSelection } from '../policy/select-checks.ts';
import type { LintReport } from '../report/lint-report.ts';
import type { FlavorChoice } from './lint-jobs.ts';
import type { LintMemory } from './lint-memory.ts';

/** What is asked of `lint`. */
export interface LintRequest extends FlavorChoice {
  /** Folder to look into, for the workspace. */
  readonly path: string;
  readonly programVersion: string;
  /** Severities, waivers, budgets; undefined: the built-in one. */
  readonly policy?: Policy;
  readonly selection?: CheckSelection;
  /** Waivers are judged by it; undefined: none holds. */
  readonly clock?: Date;
  /** When the release is to be installed; default: by `clock`. */
  readonly installOn?: Date;
  /**
   * Only findings about these files are told, paths as the workspace has them, and what they newly break elsewhere.
   * Everything is judged all the same.
   */
  readonly changed?: ReadonlySet<string>;
  /** What told them. */
  readonly git?: LintReport['git'];
  /** What the run before left; without it nothing is remembered. */
  readonly memory?: LintMemory;
}
