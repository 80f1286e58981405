import type { Action, Component } from './definition.ts';
import type { RuleReport } from './rule-break.ts';

const stages = ['onCreate', 'onDeploy', 'onRemove'] as const;
const moments = ['before', 'after', 'onSuccess', 'onFailure'] as const;
type Stage = (typeof stages)[number];

/** Rules between the fields of actions. @see Zarf v0.84, validation at create */
export function judgeActions({ actions }: Component, at: string, report: RuleReport): void {
  for (const stage of stages) {
    for (const moment of moments) {
      for (const [index, action] of (actions?.[stage]?.[moment] ?? []).entries()) {
        judgeAction(action, stage, `${at}/actions/${stage}/${moment}/${index}`, report);
      }
    }
  }
}

function judgeAction(action: Action, stage: Stage, at: string, report: RuleReport): void {
  for (const key of ['setVariables', 'setVariable'] as const) {
    if (stage !== 'onDeploy' && isGiven(action[key])) {
      report(
        `${at}/${key}`,
        `variables exist at deployment only; ${key} has no meaning in ${stage}`,
      );
    }
  }
  if (stage === 'onCreate' && isGiven(action['setValues'])) {
    report(
      `${at}/setValues`,
      'values are set at deployment only; setValues has no meaning in onCreate',
      'warning',
    );
  }
  if (stage === 'onCreate' && action['template'] === true) {
    report(`${at}/template`, 'templates are filled at deployment only, not in onCreate');
  }
  const { wait } = action;
  if (typeof wait !== 'object' || wait === null) return;
  if (isGiven(action.cmd))
    report(`${at}/wait`, 'an action runs a command or waits; this one has cmd and wait');
  const kinds = ['cluster', 'network'].filter((kind) => isGiven(Reflect.get(wait, kind)));
  if (kinds.length !== 1) {
    const found = kinds.length === 0 ? 'neither' : 'both';
    report(`${at}/wait`, `wait needs exactly one of cluster and network, and has ${found}`);
  }
}

function isGiven(value: unknown): boolean {
  return (
    value !== undefined &&
    value !== null &&
    value !== '' &&
    !(Array.isArray(value) && value.length === 0)
  );
}
