import { boxesOf, type DeployedObject, inside, textOf } from './deployed-object.ts';

/**
 * What a cluster serves once a definition of a kind is installed: `group/version` and `group/version/Kind`; nothing
 * of other objects.
 */
export function definedApiVersions({
  kind,
  value,
}: Pick<DeployedObject, 'kind' | 'value'>): readonly string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  const group = textOf(inside(value, 'spec', 'group'));
  const defined = textOf(inside(value, 'spec', 'names', 'kind'));
  if (group === '' || defined === '') return [];
  return boxesOf(inside(value, 'spec', 'versions'))
    .filter(({ served }) => served !== false)
    .flatMap(({ name }) => [`${group}/${textOf(name)}`, `${group}/${textOf(name)}/${defined}`]);
}
