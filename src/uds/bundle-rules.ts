import { isDigest } from '../oci/digest.ts';
import type { DocumentProblem } from '../support/document-problem.ts';
import type { JudgeMode } from '../support/judge-schema.ts';
import type { Place } from '../support/yaml-values.ts';
import type { UdsBundle, UdsPackage } from './bundle.ts';
import { parsePackageRef } from './parse-ref.ts';

type Report = (pointer: string, message: string) => void;

/** Rules between fields, which a schema cannot say. Errors while writing, warnings in a built bundle. */
export function judgeBundleRules(
  bundle: UdsBundle,
  locate: (pointer: string) => Place,
  mode: JudgeMode,
): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const severity = mode === 'authored' ? 'error' : 'warning';
  const report: Report = (pointer, message) => {
    problems.push({ code: 'DOCUMENT_RULE', message, pointer, ...locate(pointer), severity });
  };
  if (mode === 'authored') judgeIdentity(bundle, report);
  if (bundle.packages.length === 0) report('/packages', 'the bundle has no packages');
  const names = new Set<string>();
  const exported = new Set<string>();
  for (const [index, each] of bundle.packages.entries()) {
    const pointer = `/packages/${index}`;
    if (each.name === '') report(`${pointer}/name`, 'the package has an empty name');
    if (names.has(each.name))
      report(`${pointer}/name`, `a package '${each.name}' stands above already`);
    names.add(each.name);
    judgeOrigin(each, pointer, report, mode);
    judgeForms(each, pointer, report);
    judgeTrust(each, pointer, report);
    for (const [at, wanted] of (each.imports ?? []).entries()) {
      if (exported.has(exportKey(wanted.package, wanted.name))) continue;
      report(
        `${pointer}/imports/${at}`,
        `'${each.name}' imports '${wanted.name}' from '${wanted.package}', which no package above exports`,
      );
    }
    for (const given of each.exports ?? []) exported.add(exportKey(each.name, given.name));
  }
  return problems;
}

function exportKey(owner: string, name: string): string {
  return `${owner}\n${name}`;
}

function judgeIdentity(bundle: UdsBundle, report: Report): void {
  const { version, architecture } = bundle.metadata;
  if (version === undefined || version === '') {
    report(
      '/metadata/version',
      'the bundle has no version; its file name and registry tag need one',
    );
  }
  if (architecture !== undefined && architecture !== 'amd64' && architecture !== 'arm64') {
    report(
      '/metadata/architecture',
      `the architecture is '${architecture}'; bundles are made for amd64 or arm64`,
    );
  }
}

function judgeOrigin(each: UdsPackage, pointer: string, report: Report, mode: JudgeMode): void {
  const both = each.repository !== undefined && each.path !== undefined;
  const none = each.repository === undefined && each.path === undefined;
  if (both)
    report(
      `${pointer}/path`,
      `'${each.name}' has a repository and a path; only one can be its origin`,
    );
  // A built bundle holds the package, so nobody asks where it came from.
  if (none && mode === 'authored')
    report(pointer, `'${each.name}' has neither a repository nor a path`);
  if (each.repository?.includes('://') === true) {
    report(
      `${pointer}/repository`,
      `the repository '${each.repository}' is written without a scheme`,
    );
  }
  if (each.ref === '') {
    report(`${pointer}/ref`, `'${each.name}' has an empty ref`);
    return;
  }
  const ref = parsePackageRef(each.ref);
  if (ref === undefined) {
    report(
      `${pointer}/ref`,
      `the ref '${each.ref}' is not a version, with or without @sha256:<64 lower-case hex digits>`,
    );
    return;
  }
  if (mode === 'authored' && each.path !== undefined && ref.digest !== undefined) {
    report(
      `${pointer}/ref`,
      `'${each.name}' is local, so its digest is added when the bundle is made; leave it out`,
    );
  }
  if (mode === 'built' && !isDigest(ref.digest ?? '')) {
    report(
      `${pointer}/ref`,
      `the ref of '${each.name}' has no digest, so nothing in the bundle can be found by it`,
    );
  }
}

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const duration = /^\+?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$/;

function judgeForms(each: UdsPackage, pointer: string, report: Report): void {
  const { namespace, timeout } = each;
  if (namespace !== undefined && (namespace.length > 63 || !label.test(namespace))) {
    report(
      `${pointer}/namespace`,
      `'${namespace}' is no namespace: small letters, digits and inner hyphens, at most 63`,
    );
  }
  if (timeout !== undefined && !(duration.test(timeout) && /[1-9]/.test(timeout))) {
    report(
      `${pointer}/timeout`,
      `'${timeout}' is no duration above zero, such as 30s, 10m or 1h30m`,
    );
  }
}

function judgeTrust(each: UdsPackage, pointer: string, report: Report): void {
  const keyless = each.keylessVerification;
  if (keyless === undefined) return;
  if (each.publicKey !== undefined) {
    report(
      `${pointer}/publicKey`,
      `'${each.name}' has a publicKey and keylessVerification; only one can hold`,
    );
  }
  for (const [exact, pattern] of [
    ['certificateIdentity', 'certificateIdentityRegexp'],
    ['certificateOIDCIssuer', 'certificateOIDCIssuerRegexp'],
  ] as const) {
    const given = [keyless[exact], keyless[pattern]].filter(
      (value) => value !== undefined && value !== '',
    );
    if (given.length !== 1) {
      report(
        `${pointer}/keylessVerification`,
        `needs exactly one of ${exact} and ${pattern}, and has ${given.length}`,
      );
    }
  }
}
