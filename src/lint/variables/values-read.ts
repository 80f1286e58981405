import { posix } from 'node:path';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { pointerSegment } from '../../support/json-document.ts';
import { type DeployedPackage, placeSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { meant, packageSubject } from '../lint-results.ts';
import { readWithPlaceholders } from '../placeholder-document.ts';
import { leavesOf, valuesReads } from '../values-reads.ts';

export const valuesRead = definePackageCheck({
  id: 'variables/values-read',
  title: 'Every value that a package sets is read by a template of its chart',
  severity: 'warning',
  help: {
    why: 'A value under a name no template reads changes nothing: mostly it was renamed on one side.',
    fix: 'Write it where the chart reads it, or take it out.',
    source: 'Release model §3.8, every leaf a values file sets is read by a template',
  },
  examples: {
    good: `# template: {{ .Values.persistence.size }}
persistence: { size: 15Gi }`,
    bad: `# template: {{ .Values.persistence.size }}
persistence: { sise: 15Gi }`,
  },
  *evaluate(facts) {
    let count = 0;
    const shared = sharedFiles(facts);
    for (const chart of facts.charts) {
      const { reads } = valuesReads(chart);
      const known = new Set([...leavesOf(chart.values?.value)].map((path) => path.join('.')));
      for (const { file } of chart.valuesFiles) {
        // What one chart does not read is for the other.
        if (shared.has(file)) continue;
        const [document] = readWithPlaceholders(facts.texts.get(file) ?? '', file) ?? [];
        for (const path of leavesOf(document?.value)) {
          count++;
          // Room for anchors.
          if (/^(?:x-|_)/.test(path[0] ?? '') || reads(path) !== 'unread') continue;
          const place = document?.at(path.map((key) => `/${pointerSegment(key)}`).join(''));
          if (place === undefined) continue;
          const name = path.join('.');
          const beside = known.has(name)
            ? '; the chart has a default for it that nothing reads either'
            : meant(name, known);
          yield fail(
            placeSubject(place),
            `no template of chart '${chart.name}' reads the value ${name}${beside}`,
          );
        }
      }
    }
    const subject = packageSubject(facts);
    if (count === 0) yield notApplicable(subject, 'no values are set for charts that lie here');
    else yield pass(subject, `${count} values were looked for in templates`);
  },
});

/** Values files that several charts are given, also charts that do not lie here. */
function sharedFiles({ charts, definition }: DeployedPackage): ReadonlySet<string> {
  const uses = definition.components.flatMap((component) =>
    (component.charts ?? []).flatMap(({ valuesFiles = [], templatedValuesFiles = [] }) => [
      ...new Set([...valuesFiles, ...templatedValuesFiles].map((path) => posix.normalize(path))),
    ]),
  );
  const often = uses.filter((path, index) => uses.indexOf(path) !== index);
  return new Set(
    charts.flatMap(({ valuesFiles }) =>
      valuesFiles.flatMap(({ file }) =>
        often.some((path) => file === path || file.endsWith(`/${path.replace(/^(?:\.\.\/)+/, '')}`))
          ? [file]
          : [],
      ),
    ),
  );
}
