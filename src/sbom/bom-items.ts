import { imageUrl, packageUrl, webAddress } from './package-url.ts';
import type { BomItem, BomPackage } from './release-bom.ts';

/**
 * What a package carries, sorted by reference.
 * @param prefix keeps the references of two packages apart
 */
export function bomItems(each: BomPackage, prefix: string): readonly BomItem[] {
  const items: BomItem[] = [
    ...each.images.map(
      ({ reference, digest, architecture, supplier, licence, document }): BomItem => ({
        ref: `${prefix}/image/${reference}/${digest}`,
        kind: 'image',
        name: reference,
        version: digest,
        digest,
        purl: imageUrl(reference, digest, architecture),
        url: '',
        supplier,
        licence,
        document,
      }),
    ),
    ...each.charts.map(({ component, name, version, url }): BomItem => {
      const web = webAddress(url);
      return {
        ref: `${prefix}/chart/${component}/${name}`,
        kind: 'chart',
        name,
        version,
        digest: undefined,
        purl: packageUrl('helm', undefined, name, version, { repository_url: web }),
        url: web ?? '',
        // One that came from elsewhere is not of whoever made the package.
        supplier: url === '' ? each.author : undefined,
        licence: undefined,
        document: undefined,
      };
    }),
    ...each.files.map(
      ({ path, digest, document }): BomItem => ({
        ref: `${prefix}/file/${path}`,
        kind: 'file',
        name: path,
        version: '',
        digest,
        purl: undefined,
        url: '',
        supplier: each.author,
        licence: undefined,
        document,
      }),
    ),
    ...each.repositories.map(
      (url): BomItem => ({
        ref: `${prefix}/repository/${url}`,
        kind: 'repository',
        name: url,
        version: '',
        digest: undefined,
        purl: undefined,
        url: webAddress(url) ?? '',
        supplier: undefined,
        licence: undefined,
        document: undefined,
      }),
    ),
  ];
  const once = new Map(items.map((item) => [item.ref, item]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
