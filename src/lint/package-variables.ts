import type { Action, ActionSet, Component, PackageDefinition } from '../zarf/definition.ts';
import { boxesOf, textOf } from '../zarf/deployed-object.ts';

/** An action with the place it has in the definition. */
export interface PlacedAction {
  readonly component: Component;
  readonly stage: 'onCreate' | 'onDeploy' | 'onRemove';
  /** JSON pointer. */
  readonly pointer: string;
  readonly action: Action;
  /** Its own, else that of the stage's defaults. */
  readonly mute: boolean;
}

/** A variable that an action sets. */
export interface ActionVariable {
  readonly name: string;
  readonly sensitive: boolean;
  readonly by: PlacedAction;
}

const moments = ['before', 'after', 'onSuccess', 'onFailure'] as const;

/** Every action of a package, in the order of the definition. */
export function actionsOf({ components }: PackageDefinition): readonly PlacedAction[] {
  return components.flatMap((component, index) =>
    (['onCreate', 'onDeploy', 'onRemove'] as const).flatMap((stage) => {
      const set: ActionSet | undefined = component.actions?.[stage];
      return moments.flatMap((moment) =>
        (set?.[moment] ?? []).map((action, at) => ({
          component,
          stage,
          pointer: `/components/${index}/actions/${stage}/${moment}/${at}`,
          action,
          mute: (action['mute'] ?? set?.defaults?.['mute']) === true,
        })),
      );
    }),
  );
}

/** `setVariables` of actions, and the older spelling for one. */
export function actionVariables(definition: PackageDefinition): readonly ActionVariable[] {
  return actionsOf(definition).flatMap((by) => [
    ...boxesOf(by.action['setVariables']).map((each) => ({
      name: textOf(each['name']),
      sensitive: each['sensitive'] === true,
      by,
    })),
    ...(typeof by.action['setVariable'] === 'string'
      ? [{ name: by.action['setVariable'], sensitive: false, by }]
      : []),
  ]);
}

/** Names a deployment knows: declared ones and those of actions. */
export function variableNames(definition: PackageDefinition): ReadonlySet<string> {
  return new Set([
    ...(definition.variables ?? []).map(({ name }) => name),
    ...actionVariables(definition).map(({ name }) => name),
  ]);
}

/** Whether a text takes a variable from the environment, as actions do. */
export function mentions(text: string, name: string): boolean {
  return new RegExp(`\\bZARF_VAR_${name}\\b|\\bTF_VAR_${name.toLowerCase()}\\b`).test(text);
}
