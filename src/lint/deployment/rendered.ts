import { fail, pass, undecided } from '../../checks/results.ts';
import { notRead } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';

export const rendered = definePackageCheck({
  id: 'deployment/rendered',
  title: 'Charts and manifests render, and render to Kubernetes objects',
  severity: 'error',
  help: {
    why: 'A template that stops with an error stops the deployment, after everything was carried over.',
    fix: 'Mend the place named: the template, the value it asks for, or a file that no chart may hold; .helmignore leaves out what does not belong to the chart. What is fetched later is judged once it lies here: a chart as localPath, a kustomization with --kustomize.',
    source: 'Helm, charts; Go text/template; release model §10',
  },
  examples: {
    good: `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }} }`,
    bad: `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Values.nothing.name }} } # stops: nothing is not there`,
  },
  *evaluate(facts) {
    const unread = notRead(facts);
    for (const file of unread) {
      const place = file.line === undefined ? {} : { line: file.line, column: file.column ?? 1 };
      const subject = { kind: 'file' as const, name: file.path, ...place };
      yield file.fails ? fail(subject, file.reason) : undecided(subject, file.reason);
    }
    if (unread.length === 0)
      yield pass(
        { kind: 'package', name: facts.label },
        `${facts.objects.length} objects are rendered`,
      );
  },
});
