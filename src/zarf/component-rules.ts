import { judgeActions } from './action-rules.ts';
import type { ChartEntry, Component, ManifestEntry } from './definition.ts';
import type { RuleReport, RuleStage } from './rule-break.ts';

/** Names of releases become labels and names of resources. @see RFC 1035 §2.3.1 */
const releaseLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const maxNameLength = 40;

/** Rules between the fields of one component. @see Zarf v0.84, validation at create */
export function judgeComponent(
  component: Component,
  at: string,
  stage: RuleStage,
  report: RuleReport,
): void {
  const { name, charts = [], manifests = [] } = component;
  if (component.required === true && component.default === true) {
    report(`${at}/default`, `'${name}' is required, so it cannot be chosen by default`);
  }
  if (component.required === true && component.group) {
    report(
      `${at}/group`,
      `'${name}' is required, so it cannot be one of the group '${component.group}'`,
    );
  }
  judgeImport(component, at, report);
  // Of an imported component the entries here only override those over there.
  const isWhole = stage === 'resolved' || component.import === undefined;
  refuseTwins(charts, `${at}/charts`, `chart of '${name}'`, report);
  refuseTwins(manifests, `${at}/manifests`, `manifest of '${name}'`, report);
  for (const [index, chart] of charts.entries())
    judgeChart(chart, `${at}/charts/${index}`, isWhole, report);
  for (const [index, each] of manifests.entries())
    judgeManifest(each, `${at}/manifests/${index}`, isWhole, report);
  judgeArchives(component, at, report);
  judgeActions(component, at, report);
}

function judgeImport(component: Component, at: string, report: RuleReport): void {
  const source = component.import;
  if (source === undefined) return;
  const { path = '', url = '' } = source;
  if ((path === '') === (url === '')) {
    const found = path === '' ? 'neither' : 'both';
    report(`${at}/import`, `an import needs exactly one of path and url, and has ${found}`);
  }
  if (/^(?:[/\\]|[A-Za-z]:)/.test(path)) {
    report(`${at}/import/path`, `the import path '${path}' must be relative to this definition`);
  }
  for (const [key, value] of Object.entries({ path, url })) {
    if (value.includes('###ZARF_PKG_')) {
      report(`${at}/import/${key}`, 'create-time templates are not filled in imports');
    }
  }
}

function refuseTwins(
  entries: readonly { readonly name: string }[],
  at: string,
  what: string,
  report: RuleReport,
): void {
  const seen = new Set<string>();
  for (const [index, { name }] of entries.entries()) {
    if (seen.has(name))
      report(`${at}/${index}/name`, `a ${what} called '${name}' stands above already`);
    seen.add(name);
  }
}

function judgeChart(chart: ChartEntry, at: string, isWhole: boolean, report: RuleReport): void {
  judgeLength('chart', chart.name, `${at}/name`, report);
  const { url = '', localPath = '', version = '', namespace = '' } = chart;
  const release = chart.releaseName || chart.name;
  if (release.length > 63 || !releaseLabel.test(release)) {
    const where = chart.releaseName ? 'releaseName' : 'name';
    const message = `'${release}' is no name for a Helm release: a small letter first, then small letters, digits and inner hyphens, at most 63`;
    report(`${at}/${where}`, chart.releaseName ? message : `${message}; set releaseName`);
  }
  if (url !== '' && localPath !== '') {
    report(
      `${at}/localPath`,
      `the chart '${chart.name}' has a url and a localPath; only one can be its source`,
    );
  }
  for (const [index, { sourcePath, excludePaths = [] }] of (chart.values ?? []).entries()) {
    const prefix = sourcePath === '.' ? '.' : `${sourcePath}.`;
    for (const [each, path] of excludePaths.entries()) {
      if (path.startsWith(prefix) && path.length > prefix.length) continue;
      report(
        `${at}/values/${index}/excludePaths/${each}`,
        `'${path}' is not below '${sourcePath}', so there is nothing to leave out`,
      );
    }
  }
  if (!isWhole) return;
  if (url === '' && localPath === '')
    report(at, `the chart '${chart.name}' has neither a url nor a localPath`);
  if (namespace === '') report(at, `the chart '${chart.name}' has no namespace`);
  if (version === '' && localPath === '') {
    report(at, `the chart '${chart.name}' is fetched and has no version`);
  }
}

function judgeManifest(
  each: ManifestEntry,
  at: string,
  isWhole: boolean,
  report: RuleReport,
): void {
  judgeLength('manifest', each.name, `${at}/name`, report);
  const count = (each.files?.length ?? 0) + (each.kustomizations?.length ?? 0);
  if (isWhole && count === 0)
    report(at, `the manifest '${each.name}' has neither files nor kustomizations`);
}

function judgeLength(what: string, name: string, at: string, report: RuleReport): void {
  if (name === '') report(at, `the ${what} has an empty name`);
  else if (name.length > maxNameLength) {
    report(
      at,
      `the ${what} name '${name}' has ${name.length} characters, at most ${maxNameLength} are allowed`,
    );
  }
}

function judgeArchives(component: Component, at: string, report: RuleReport): void {
  const sources = new Map((component.images ?? []).map((image) => [image, 'images']));
  for (const [index, { path, images }] of (component.imageArchives ?? []).entries()) {
    for (const [each, image] of images.entries()) {
      const other = sources.get(image);
      if (other !== undefined && other !== path) {
        report(
          `${at}/imageArchives/${index}/images/${each}`,
          `the image ${image} stands in ${other} already`,
        );
      }
      sources.set(image, path);
    }
  }
}
