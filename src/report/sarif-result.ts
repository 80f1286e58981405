import { createHash } from 'node:crypto';
import type { DescribedCheck } from '../checks/all-checks.ts';
import type { Finding } from '../checks/check.ts';
import type { ReportPart } from './report-view.ts';

/**
 * A text as a SARIF message: braces doubled, for they begin placeholders, and nothing in it reads as
 * a link.
 * @see SARIF 2.1.0, 3.11.5 and 3.11.6
 */
export function sarifText(text: string): string {
  return text.replaceAll(/[{}]/g, '$&$&').replaceAll('](', '] (');
}

/** A check as a rule. @see SARIF 2.1.0, 3.49 */
export function toRule({ id, title, severity, area, help }: DescribedCheck): object {
  const text = `${help.why}\n\nWhat to do: ${help.fix}\n\nSource: ${help.source}`;
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: sarifText(`${title}.`) },
    fullDescription: { text: sarifText(help.why) },
    help: { text: sarifText(text) },
    defaultConfiguration: { level: severity },
    properties: { tags: ['release', area], source: help.source },
  };
}

/** Where a finding is: the archive, the thing in it, and the line of a document where there is one. */
export function locationOf(
  finding: Finding,
  { name: archive, fileOf }: Pick<ReportPart, 'name' | 'fileOf'>,
  index: number,
): object {
  const { kind, name, line, column, object } = finding.subject;
  const file = fileOf?.(finding) ?? (line === undefined ? archive : name);
  return {
    physicalLocation: {
      artifactLocation: { uri: toUri(file), index },
      ...(line === undefined
        ? {}
        : {
            region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
          }),
    },
    logicalLocations: [
      object === undefined
        ? { name, kind, fullyQualifiedName: `${archive}!${name}` }
        : { name: object, kind: 'object', fullyQualifiedName: `${name}!${object}` },
    ],
  };
}

/** The same for the same finding in the next run: what is named, not how it is worded. */
export function fingerprintOf(
  { id, code, subject, message }: Finding,
  { name: archive, fileOf }: Pick<ReportPart, 'name' | 'fileOf'>,
): string {
  // In a definition the same rule may be broken several times; lines move, words stay.
  const which = fileOf === undefined ? [] : [subject.object ?? null, message];
  return createHash('sha256')
    .update(JSON.stringify([id, code ?? null, archive, subject.kind, subject.name, ...which]))
    .digest('hex');
}

/** A file name as a relative URI reference. */
export function toUri(name: string): string {
  return name
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
}

function pascalCase(id: string): string {
  return id.replaceAll(/(?:^|[^a-z0-9]+)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
