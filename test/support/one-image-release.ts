/** The image of {@link oneImageRelease}. */
export const oneImage = 'registry.example.com/small/api:1';

/** A release of packages that share one image of one file. @param file put into it, under its own name */
export function oneImageRelease({
  packages,
  file = 'api.txt',
  sources = '',
}: {
  readonly packages: readonly string[];
  readonly file?: string;
  /** Further entries of `imageSources`, indented by two. */
  readonly sources?: string;
}): string {
  return `apiVersion: cowa-release/v1
name: small
version: 1.0.0
architecture: amd64
imageSources:
  - type: compose
    images:
      ${oneImage}:
        base: scratch
        layers: [{ files: [{ source: ${file}, target: /${file} }] }]
${sources}flavors:
  cpu: { packages: [${packages.map((path) => `{ path: ${path} }`).join(', ')}] }
`;
}

/** A release of one package, `app`, whose images are built here. @param images in YAML's flow form, by reference */
export const builtRelease = (images: string): string => `apiVersion: cowa-release/v1
name: built
version: 1.2.3
architecture: amd64
sourceDateEpoch: 1767225600
imageSources:
  - type: build
    images: { ${images} }
flavors: { cpu: { packages: [{ path: app }] } }
`;

/** A Zarf package of one component with one image. @param more members of the component, indented by two */
export function oneImagePackage(name: string, image = oneImage, more = ''): string {
  return `kind: ZarfPackageConfig
metadata: { name: ${name}, version: 1.0.0 }
components:
- name: main
  required: true
  images: ["${image}"]
${more}`;
}
