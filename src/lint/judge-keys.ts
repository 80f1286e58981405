import type { Result } from '../checks/check.ts';
import { pass } from '../checks/results.ts';
import { type Company, missing } from './company.ts';
import { objectSubject } from './deployed-package.ts';
import { keyReferences } from './key-references.ts';
import { amongAll } from './lint-check.ts';
import { listed, meant } from './lint-results.ts';
import { madeKeys } from './made-keys.ts';

/** Judges each secret or config map that objects of a package need. Values are never looked at. */
export function* judgeKeys(company: Company, kind: 'Secret' | 'ConfigMap'): Generator<Result> {
  const noun = kind === 'Secret' ? 'secret' : 'config map';
  for (const object of company.judged.objects)
    for (const { name, key, path, says } of keyReferences(object, kind)) {
      const made = madeKeys(company, kind, object.namespace, name);
      const what = `${says} ${noun} '${name}'`;
      if (made === undefined) {
        const elsewhere = company.packages
          .flatMap(({ objects }) => objects)
          .find((each) => each.kind === kind && each.name === name);
        const why =
          elsewhere === undefined
            ? `which nothing makes, the target ${company.target.name} does not promise and nobody lists as provided`
            : `which is in namespace '${elsewhere.namespace}', not in '${object.namespace}'`;
        yield missing(company, object, path, `${what}, ${why}`);
      } else if (key !== undefined && made.keys?.includes(key) === false)
        // Who makes it is known, so nobody else brings the key.
        yield amongAll(
          company.because,
          objectSubject(object, path),
          `${says} key '${key}' of ${noun} '${name}', which has ${listed(made.keys)}${meant(key, made.keys)}`,
        );
      else yield pass(objectSubject(object, path), `${what}, made by ${made.by}`);
    }
}
