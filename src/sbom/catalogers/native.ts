import type { SeenFile } from '../image-view.ts';
import type { FoundPackage } from '../inventory.ts';
import { packageUrl } from '../package-url.ts';
import type { Cataloger } from './cataloger.ts';
import { placeOf } from './found.ts';

/** Libraries of the CUDA stack, by the start of their file name, and what they belong to. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^libcudart$/, 'cuda-runtime'],
  [/^libcublas(?:Lt)?$/, 'cublas'],
  [/^libcudnn(?:_[a-z_]+)?$/, 'cudnn'],
  [/^libcufft(?:w)?$/, 'cufft'],
  [/^libcufile(?:_rdma)?$/, 'cufile'],
  [/^libcurand$/, 'curand'],
  [/^libcusolver(?:Mg)?$/, 'cusolver'],
  [/^libcusparse$/, 'cusparse'],
  [/^libcusparseLt$/, 'cusparselt'],
  [/^libcupti$/, 'cupti'],
  [/^libcudss(?:_[a-z_0-9]+)?$/, 'cudss'],
  [/^libcutensor(?:Mg)?$/, 'cutensor'],
  [/^libnccl$/, 'nccl'],
  [/^libnvrtc(?:-builtins)?$/, 'nvrtc'],
  [/^libnvJitLink$/, 'nvjitlink'],
  [/^libnvjpeg$/, 'nvjpeg'],
  [/^libnvToolsExt$/, 'nvtx'],
  [/^libnvshmem(?:_[a-z_0-9]+)?$/, 'nvshmem'],
  [/^libnvinfer(?:_[a-z_0-9]+)?$/, 'tensorrt'],
  [/^libnpp[a-z]+$/, 'npp'],
  [/^lib(?:cuda|nvidia-[a-z0-9-]+)$/, 'nvidia-driver'],
];

/** Family and version in the name of a library of the CUDA stack; undefined for others. */
export function libraryName(
  path: string,
): { readonly family: string; readonly version: string } | undefined {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const [, stem, version = ''] = /^(lib[A-Za-z_0-9-]+?)\.so(?:\.([0-9.]+))?$/.exec(base) ?? [];
  const family =
    stem === undefined ? undefined : families.find(([pattern]) => pattern.test(stem))?.[1];
  return family === undefined ? undefined : { family, version };
}

/**
 * Libraries of the CUDA stack that no package of the image owns: copied in, or built in. Those that come
 * with a distribution or a wheel are told by that.
 */
export const nativeCataloger: Cataloger = {
  id: 'native',
  // Libraries are taken by what they begin with: see survey-layer.ts.
  wants: () => undefined,
  packages(view) {
    const found = new Map<string, SeenFile<'native-library'>[]>();
    for (const file of view.files('native-library')) {
      const name = libraryName(file.path);
      if (name === undefined || view.owned.has(file.path)) continue;
      const key = `${name.family}\n${name.version}`;
      found.set(key, [...(found.get(key) ?? []), file]);
    }
    return [...found].map(([key, files]): FoundPackage => {
      const [family = '', version = ''] = key.split('\n');
      return {
        kind: 'binary',
        cataloger: 'native',
        name: family,
        version,
        purl: packageUrl('generic', 'nvidia', family, version),
        cpes: [],
        licences: [],
        supplier: 'NVIDIA',
        locations: files.map((file) => placeOf(file, true)),
        owns: files.map(({ path }) => path),
        metadataType: '',
        metadata: {},
      };
    });
  },
};
