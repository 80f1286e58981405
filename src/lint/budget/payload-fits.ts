import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import { quantity } from '../../zarf/workload-needs.ts';
import { type DeployedPackage, definitionSubject, notAllRead } from '../deployed-package.ts';
import { definePackageCheck, hanging } from '../lint-check.ts';
import { packageSubject } from '../lint-results.ts';
import { allPods, boxesAt, type PlacedPod } from '../pods.ts';

export const payloadFits = definePackageCheck({
  id: 'budget/payload-fits',
  title: 'Every payload fits the claim it is copied to, with a fifth to spare',
  severity: 'error',
  help: {
    why: 'A claim that is full stops the injection after everything was carried over, and a volume can seldom be made larger on the far side.',
    fix: 'Raise the size the claim asks for, or the default of the variable it comes from.',
    source: 'Release model §7, payload and claim; requirement R32',
  },
  examples: {
    good: `# payload: 4.1 GB
kind: PersistentVolumeClaim
spec: { resources: { requests: { storage: 15Gi } } }`,
    bad: `# payload: 4.1 GB
kind: PersistentVolumeClaim
spec: { resources: { requests: { storage: 4Gi } } }`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const [index, { name, dataInjections = [] }] of facts.definition.components.entries())
      for (const [at, { source, target }] of dataInjections.entries()) {
        const payload = facts.payloads?.find((each) => each.source === source);
        const claims = allPods(facts)
          .filter(({ object }) => object.component === name)
          .filter((pod) => selects(pod, target.selector))
          .flatMap((pod) => claimAt(facts, pod, target.container, target.path) ?? []);
        const [claim] = claims;
        const because = notAllRead(facts);
        if (payload === undefined || (claim === undefined && because === undefined)) continue;
        count++;
        const subject = definitionSubject(
          facts,
          `/components/${index}/dataInjections/${at}/source`,
        );
        if (claim === undefined) {
          const message = `payload ${source}: the claim it goes to was not found`;
          yield hanging(subject, `${message}; ${because}`, because ?? message);
          continue;
        }
        const size = quantity(claim.request);
        if (size === undefined)
          yield undecided(
            subject,
            `payload ${source}: the size of claim ${claim.name} is settled at deployment`,
          );
        else if (payload.bytes > size * 0.8)
          yield fail(
            subject,
            payload.bytes > size
              ? `payload ${source} of ${payload.bytes} bytes does not fit claim ${claim.name} of ${claim.request}`
              : `payload ${source} of ${payload.bytes} bytes leaves less than a fifth of claim ${claim.name} of ${claim.request}`,
          );
      }
    const subject = packageSubject(facts);
    if (count === 0) yield notApplicable(subject, 'no payload lies here that goes to a claim');
    else yield pass(subject, `${count} payloads were compared with their claims`);
  },
});

function selects({ labels }: PlacedPod, selector: string): boolean {
  return selector.split(',').every((each) => {
    const [key = '', value = ''] = each.trim().split(/==?/);
    return labels[key] === value;
  });
}

/** The claim that is mounted nearest above a path. */
function claimAt(
  { objects }: DeployedPackage,
  { object, spec, containers }: PlacedPod,
  name: string,
  path: string,
): { readonly name: string; readonly request: unknown } | undefined {
  const container = containers.find((each) => each.name === name);
  const [mount] = boxesAt(container?.value, ['volumeMounts'])
    .map(({ value }) => ({ volume: textOf(value['name']), at: textOf(value['mountPath']) }))
    .filter(({ at }) => path === at || path.startsWith(`${at.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.at.length - a.at.length);
  const volume = boxesAt(spec, ['volumes']).find(({ value }) => value['name'] === mount?.volume);
  const claim = textOf(inside(volume?.value, 'persistentVolumeClaim', 'claimName'));
  const own = objects.find(
    ({ kind, name: called, namespace }) =>
      kind === 'PersistentVolumeClaim' && called === claim && namespace === object.namespace,
  );
  const template = boxesAt(object.value, ['spec', 'volumeClaimTemplates']).find(
    ({ value }) => inside(value, 'metadata', 'name') === mount?.volume,
  );
  const found = own?.value ?? template?.value;
  if (found === undefined) return undefined;
  const request = inside(found, 'spec', 'resources', 'requests', 'storage');
  return { name: claim === '' ? (mount?.volume ?? '') : claim, request };
}
