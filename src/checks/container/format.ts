import { defineCheck } from '../check.ts';
import { fail, pass, theArchive, undecided, unseen } from '../results.ts';

const names = {
  'zarf-package': 'a Zarf package',
  'uds-legacy': 'a UDS bundle in the legacy format',
  'uds-next': 'a UDS bundle in the next format',
  'uds-hybrid': 'a UDS bundle that carries the legacy and the next format',
} as const;

/** Without a format nothing inside can be judged. */
export const format = defineCheck({
  id: 'container/format',
  title: 'The archive is one Zarf package or one UDS bundle',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container', 'entries'],
  help: {
    why: 'What is neither cannot be deployed, and what is both is read as two different things by two programs.',
    fix: 'Check that this is the file that was meant; a package has zarf.yaml at its root, not inside a folder.',
    source: 'Zarf package format, 2; UDS bundle format, 2 and 3',
  },
  *evaluate({ identity, container, entries }) {
    const archive = theArchive(identity);
    const because = unseen(container);
    if (identity.format !== 'unknown') yield pass(archive, `it is ${names[identity.format]}`);
    else if (because !== undefined) yield undecided(archive, because);
    else if (entries.some((entry) => entry.path === 'zarf.yaml'))
      yield fail(archive, 'it is a Zarf package and a UDS bundle at once', {
        code: 'FORMAT_AMBIGUOUS',
      });
    else
      yield fail(
        archive,
        `it is neither a Zarf package nor a UDS bundle: ${described(entries.map((entry) => entry.path))}`,
        { code: 'FORMAT_UNKNOWN' },
      );
  },
});

function described(paths: readonly string[]): string {
  if (paths.length === 0) return 'it has no entries';
  const wrapped = paths.find((path) => /^[^/]+\/(zarf\.yaml|index\.json)$/.test(path));
  return wrapped === undefined
    ? `neither zarf.yaml nor index.json among ${paths.length} entries`
    : `"${wrapped}" lies inside a folder, it belongs at the root`;
}
