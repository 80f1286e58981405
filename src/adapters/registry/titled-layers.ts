import { annotationKeys, type Descriptor } from '../../oci/descriptor.ts';
import { bad } from './registry-document.ts';

/** Files of an artifact by their titles, in the order of the layers. @throws RegistryContentError REGISTRY_DOCUMENT */
export function titledLayers(
  layers: readonly Descriptor[],
  subject: string,
): readonly { readonly path: string; readonly descriptor: Descriptor }[] {
  const seen = new Set<string>();
  return layers.map((descriptor) => {
    const path = descriptor.annotations?.[annotationKeys.title];
    if (path === undefined)
      throw bad(subject, `layer ${descriptor.digest} has no title: the file name is unknown`);
    const safe = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (!safe || /[\\\u0000-\u001f\u007f]/.test(path)) {
      throw bad(
        subject,
        `layer ${descriptor.digest} has the title ${JSON.stringify(path.slice(0, 200))}, which is no plain relative path`,
      );
    }
    if (seen.has(path)) throw bad(subject, `two layers have the title ${JSON.stringify(path)}`);
    seen.add(path);
    return { path, descriptor };
  });
}
