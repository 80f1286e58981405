import type {
  InspectedComponent,
  InspectedImage,
  InspectedPackage,
  InspectReport,
} from '../report/inspect-report.ts';
import { formatSize } from '../support/format-size.ts';
import { printable } from '../support/printable.ts';
import { archiveFormats } from './archive-formats.ts';
import { archiveText } from './archive-text.ts';
import { renderRequirements } from './render-requirements.ts';

export interface RenderInspectOptions {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Lists layers and constants too. */
  readonly all: boolean;
  /** Paints a word; plain text where colours are not wanted. */
  readonly paint: (text: string, color: 'yellow' | 'bold') => string;
}

/** What an archive holds, for people: identity first, then packages, then sums. */
export function renderInspect(report: InspectReport, options: RenderInspectOptions): string {
  const { columns, paint } = options;
  const { archive, bundle, packages, images, requirements } = report;
  const only = bundle ?? packages[0];
  const identity = [
    only?.name ?? archive.name ?? 'standard input',
    only?.version,
    only?.architecture,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  const facts = [
    `${archiveFormats[archive.format]}, ${formatSize(archive.size)} (${formatSize(archive.tarSize)} unpacked), ${count(archive.entries, 'entry')}`,
    ...(bundle?.description === undefined ? [] : [bundle.description]),
    ...(archive.root === undefined ? [] : [`root       ${archive.root.digest}`]),
    `signature  ${signatureWords(report)}`,
    `images     ${count(images.count, 'image')}, ${count(images.layers, 'layer')}, ${formatSize(images.uniqueSize)}${images.uniqueSize === images.size ? '' : ` (${formatSize(images.size)} without sharing)`}`,
    report.read === 'places'
      ? 'nothing was verified: only the metadata was read'
      : 'nothing was verified: digests were not compared with what is promised',
  ];
  const lines = [
    paint(printable(identity), 'bold'),
    ...facts.flatMap((fact) => archiveText(fact, columns, '  ', '             ')),
  ];
  for (const { code, message } of report.problems)
    lines.push(
      ...archiveText(`[${code}] ${message}`, columns, `  ${paint('problem', 'yellow')} `, '    '),
    );
  for (const each of packages) lines.push('', ...renderPackage(each, bundle !== null, options));
  if (bundle !== null && bundle.variables.length > 0) {
    lines.push('', paint('variables of the bundle', 'bold'));
    for (const {
      name,
      package: holder,
      chart,
      path,
      description,
      sensitive,
      hasDefault,
      default: value,
    } of bundle.variables) {
      const given = defaultWords(hasDefault, sensitive, value);
      lines.push(
        ...archiveText(
          `${name}  ${given}  ${holder}: ${chart} ${path}${description === undefined ? '' : `  ${description}`}`,
          columns,
          '  ',
          '    ',
        ),
      );
    }
  }
  if (requirements !== undefined) lines.push('', ...renderRequirements(requirements, options));
  return lines.join('\n');
}

function renderPackage(
  each: InspectedPackage,
  inBundle: boolean,
  options: RenderInspectOptions,
): readonly string[] {
  const { columns, all, paint } = options;
  const identity = ['package', each.name, each.version, each.architecture, each.flavor]
    .filter((part) => part !== undefined)
    .join(' ');
  const made = each.zarfVersion === undefined ? '' : `, format of Zarf ${each.zarfVersion}`;
  const lines = [paint(printable(identity), 'bold')];
  const facts = [
    `${formatSize(each.size)}${made}${inBundle ? `, ${each.signature === 'signed' ? 'signed, not judged' : each.signature}` : ''}`,
    ...(each.differenceTo === undefined
      ? []
      : [
          `differential: images and repositories of version ${each.differenceTo || '(it does not say which)'} are not embedded`,
        ]),
    ...(each.description === undefined ? [] : [each.description]),
    ...(each.digest === undefined ? [] : [`zarf.yaml ${each.digest}`]),
  ];
  lines.push(...facts.flatMap((fact) => archiveText(fact, columns, '  ', '    ')));
  for (const component of each.components)
    lines.push(...archiveText(componentWords(component), columns, '  ', '      '));
  for (const image of each.images) lines.push(...renderImage(image, options));
  for (const { name, description, sensitive, hasDefault, default: value } of each.variables) {
    const text = `variable ${name}  ${defaultWords(hasDefault, sensitive, value)}${description === undefined ? '' : `  ${description}`}`;
    lines.push(...archiveText(text, columns, '  ', '      '));
  }
  if (all)
    for (const { name, value } of each.constants)
      lines.push(...archiveText(`constant ${name}  ${value}`, columns, '  ', '      '));
  return lines;
}

function renderImage(
  { name, digest, platform, size, layers, shared }: InspectedImage,
  { columns, all }: RenderInspectOptions,
): readonly string[] {
  const common =
    shared.layers === 0 ? '' : `, ${shared.layers} shared (${formatSize(shared.size)})`;
  return [
    ...archiveText(`image ${name}`, columns, '  ', '      '),
    ...archiveText(
      `${formatSize(size)}, ${count(layers.length, 'layer')}${common}${platform === undefined ? '' : `, ${platform}`}`,
      columns,
      '    ',
      '      ',
    ),
    `    ${digest}`,
    ...(all ? layers.map((layer) => `      ${layer.digest} ${formatSize(layer.size)}`) : []),
  ];
}

function componentWords({
  name,
  required,
  selected,
  description,
  images,
  charts,
  manifests,
  files,
  dataInjections,
  actions,
  size,
}: InspectedComponent): string {
  const parts = [
    required ? 'required' : selected ? 'chosen' : 'optional, not chosen',
    ...(images === 0 ? [] : [count(images, 'image')]),
    ...(charts.length === 0 ? [] : [`chart ${charts.join(', ')}`]),
    ...(manifests === 0 ? [] : [count(manifests, 'manifest')]),
    ...(files === 0 ? [] : [count(files, 'file')]),
    ...(dataInjections === 0 ? [] : [count(dataInjections, 'data injection')]),
    ...(actions === 0 ? [] : [count(actions, 'command')]),
    formatSize(size),
  ];
  return `component ${name}  ${parts.join(', ')}${description === undefined ? '' : `  ${description}`}`;
}

function signatureWords({
  signature: { outcome, location, fingerprint, reason, covers },
}: InspectReport): string {
  if (outcome === 'unsigned')
    return 'none in it or beside it (release statements are judged by verify)';
  if (outcome === 'valid')
    return `by ${fingerprint} (${location}) over ${covers}; that the files are those was not looked at`;
  return outcome === 'invalid' ? `INVALID (${location}): ${reason}` : `${location}, ${reason}`;
}

function defaultWords(hasDefault: boolean, sensitive: boolean, value: unknown): string {
  if (sensitive) return hasDefault ? '(sensitive, has a default)' : '(sensitive, no default)';
  if (!hasDefault) return '(no default)';
  return `= ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

function count(number: number, noun: string): string {
  if (number === 1) return `1 ${noun}`;
  return `${number} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}
