import type { MappedEntry } from '../archive/drill/map-archive.ts';
import { blobName, cut, entryBytes, flippedSignature } from './archive-splices.ts';
import type { DrillKind, DrillMaterial } from './drill-tampering.ts';

/** Who vouches: taken away, or somebody else. */
export function signatureKinds(
  { vouchers, strangerOver, strangerBeside }: DrillMaterial,
  {
    definition,
    signature,
  }: { readonly definition: MappedEntry | undefined; readonly signature: MappedEntry | undefined },
): readonly DrillKind[] {
  const names = [...vouchers.keys()].sort();
  const isOwn = signature !== undefined && !blobName.test(signature.name);
  const hidden = new Map(names.map((name) => [name, null] as const));
  return [
    {
      id: 'no-signature',
      what: 'every signature is taken away',
      without: 'there is no signature',
      make: () =>
        names.length === 0 && !isOwn
          ? undefined
          : {
              beside: hidden,
              ...(isOwn ? { tar: [cut(signature)] } : {}),
              where: [...(isOwn ? [signature.name] : []), ...names].join(', '),
            },
    },
    {
      id: 'flip-signature-beside',
      what: 'a bit of the signature beside it is turned over',
      without: 'no signature lies beside it',
      make: () => {
        const bytes = strangerBeside && vouchers.get(strangerBeside.name);
        if (strangerBeside === undefined || bytes === undefined) return undefined;
        const beside = new Map([[strangerBeside.name, flippedSignature(bytes)]]);
        return { beside, where: strangerBeside.name };
      },
    },
    {
      id: 'wrong-key',
      what: 'the signature in it is a sound one by another key',
      without: 'there is no signature of its own in it that names a key',
      make: async () => {
        const signed = definition?.bytes;
        if (!isOwn || signature.name !== 'zarf.bundle.sig' || signed === undefined)
          return undefined;
        const bytes = await strangerOver?.(signed);
        if (bytes === undefined) return undefined;
        return {
          tar: [{ ...cut(signature), put: entryBytes(signature.name, bytes) }],
          where: signature.name,
        };
      },
    },
    {
      id: 'wrong-key-beside',
      what: 'the signature beside it is a sound one by another key',
      without: 'no signature lies beside it',
      make: async () =>
        strangerBeside && {
          beside: new Map([[strangerBeside.name, await strangerBeside.bytes()]]),
          where: strangerBeside.name,
        },
    },
  ];
}
