import type { RequiredGpu, RequiredVolume, Requirements } from '../report/requirements.ts';
import { formatSize } from '../support/format-size.ts';
import { isUnresolved } from '../zarf/placeholders.ts';
import { archiveText } from './archive-text.ts';

/** What the other side must have, for people. */
export function renderRequirements(
  { disk, registry, volumes, volumeTotal, gpus, variables, secrets, notLookedAt }: Requirements,
  {
    columns,
    paint,
  }: {
    readonly columns: number;
    readonly paint: (text: string, color: 'yellow' | 'bold') => string;
  },
): readonly string[] {
  const lines = [paint('what the other side must have', 'bold')];
  const add = (text: string, indent = '  '): void =>
    void lines.push(...archiveText(text, columns, indent, `${indent}  `));
  add(
    `disk       ${formatSize(disk.archive)} for the archive, ${formatSize(disk.unpacked)} in the temporary folder of the deploying tool`,
  );
  add(`registry   ${formatSize(registry)}`);
  const sizes = volumes.some(({ bytes }) => bytes === undefined)
    ? ', besides those of unknown size'
    : '';
  add(
    `volumes    ${volumes.length === 0 ? 'none seen' : `${formatSize(volumeTotal)} in ${volumes.reduce((sum, { count }) => sum + count, 0)}${sizes}`}`,
  );
  for (const volume of volumes) add(volumeWords(volume), '    ');
  add(`GPUs       ${gpus.length === 0 ? 'none seen' : gpuTotal(gpus)}`);
  for (const gpu of gpus) add(gpuWords(gpu), '    ');
  add(
    `variables  ${variables.length === 0 ? 'all have defaults' : 'without default, to be given:'}`,
  );
  for (const { name, package: holder, sensitive, description } of variables) {
    add(
      `${name}  ${holder}${sensitive ? ', sensitive' : ''}${description === undefined ? '' : `  ${description}`}`,
      '    ',
    );
  }
  add(
    `secrets    ${secrets.length === 0 ? 'none beside those the archive makes' : 'named by workloads, made by nothing in the archive:'}`,
  );
  for (const { name, keys, package: holder, source, optional } of secrets) {
    const marks = `${optional ? ', optional' : ''}`;
    add(
      `${shown(name)}${keys.length === 0 ? '' : ` (${keys.map(shown).join(', ')})`}  ${holder}: ${source}${marks}`,
      '    ',
    );
  }
  if (notLookedAt.length > 0) {
    lines.push(`  ${paint('not looked at, so what these need is not in the lists:', 'yellow')}`);
    for (const { what, reason } of notLookedAt) add(`${what}: ${reason}`, '    ');
  }
  return lines;
}

function volumeWords({
  name,
  request,
  storageClass,
  count,
  package: holder,
  source,
}: RequiredVolume): string {
  const each = count === 1 ? '' : ` for each of ${count}`;
  return `${request ?? 'unknown size'}${each}  ${shown(name)}${storageClass === undefined ? '' : `, class ${storageClass}`}  ${holder}: ${source}`;
}

function gpuWords({ limit, pods, resource, name, package: holder, source }: RequiredGpu): string {
  const amount = limit === undefined ? 'unknown number of' : String(limit);
  const where =
    pods === undefined ? ' on every node' : pods === 1 ? '' : ` for each of ${pods} pods`;
  return `${amount} ${resource}${where}  ${shown(name)}  ${holder}: ${source}`;
}

function gpuTotal(gpus: readonly RequiredGpu[]): string {
  const sums = new Map<string, number>();
  for (const { resource, limit = 0, pods = 1 } of gpus)
    sums.set(resource, (sums.get(resource) ?? 0) + limit * pods);
  return [...sums].map(([resource, sum]) => `${sum} ${resource}`).join(', ');
}

function shown(name: string): string {
  return isUnresolved(name) ? '(name known only when deployed)' : name;
}
