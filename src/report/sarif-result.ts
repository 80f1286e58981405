import { createHash } from 'node:crypto';
import type { DescribedCheck } from '../checks/all-checks.ts';
import type { Finding } from '../checks/check.ts';

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
export function locationOf({ subject }: Finding, archive: string, index: number): object {
  const { kind, name, line, column } = subject;
  return {
    physicalLocation: {
      artifactLocation: { uri: toUri(line === undefined ? archive : name), index },
      ...(line === undefined
        ? {}
        : {
            region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
          }),
    },
    logicalLocations: [{ name, kind, fullyQualifiedName: `${archive}!${name}` }],
  };
}

/** The same for the same finding in the next run: what is named, not how it is worded. */
export function fingerprintOf({ id, code, subject }: Finding, archive: string): string {
  return createHash('sha256')
    .update(JSON.stringify([id, code ?? null, archive, subject.kind, subject.name]))
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
