import { flag, list, map, object, oneOf, text, whole } from './read-shape.ts';
import {
  buildMembers,
  chartValues,
  commandMembers,
  defaultsMembers,
  valuesShape,
} from './v1alpha1-shape.ts';

const none = {};
const texts = list(text);
const gitRef = object(none, { tag: text, branch: text, commit: text });

const chart = object(
  { name: text },
  {
    helmRepository: object({ url: text }, { name: text, version: text }),
    git: object({ url: text }, { path: text, ref: gitRef }),
    local: object({ path: text }, none),
    oci: object({ url: text }, { ref: object(none, { tag: text, digest: text }) }),
    namespace: text,
    releaseName: text,
    skipWait: flag,
    valuesFiles: list(object({ path: text }, { enableTemplating: flag })),
    values: chartValues,
    skipSchemaValidation: flag,
    serverSideApply: text,
  },
);

const manifest = object(
  { name: text },
  {
    namespace: text,
    files: texts,
    kustomize: object(none, { files: texts, allowAnyDirectory: flag, enablePlugins: flag }),
    skipWait: flag,
    serverSideApply: text,
    enableTemplating: flag,
  },
);

const file = object(
  { source: text, destination: text },
  { checksum: text, executable: flag, symlinks: texts, extractPath: text, enableTemplating: flag },
);

const action = object(none, {
  ...commandMembers,
  silent: flag,
  retries: whole,
  enableTemplating: flag,
});
const actionSet = object(none, {
  defaults: object(none, { ...defaultsMembers, silent: flag, retries: whole }),
  before: list(action),
  onSuccess: list(action),
  onFailure: list(action),
});

const component = object(
  { name: text },
  {
    description: text,
    optional: flag,
    import: object(none, {
      local: list(object({ path: text }, none)),
      remote: list(object({ url: text }, none)),
    }),
    target: object(none, { os: text }),
    selector: object(none, { architecture: text, flavor: text }),
    manifests: list(manifest),
    charts: list(chart),
    files: list(file),
    images: list(object({ name: text }, { source: oneOf('registry', 'daemon') })),
    imageArchives: list(object({ path: text, images: texts }, none)),
    repositories: list(object({ url: text }, { ref: gitRef })),
    actions: object(none, { onCreate: actionSet, onDeploy: actionSet, onRemove: actionSet }),
    service: text,
    stateAccess: texts,
  },
);

/** A v1beta1 document. */
export const v1beta1Shape = object(
  {
    metadata: object(
      { name: text },
      {
        description: text,
        version: text,
        uncompressed: flag,
        architecture: text,
        annotations: map(text),
        preventNamespaceOverride: flag,
      },
    ),
  },
  {
    apiVersion: text,
    kind: text,
    build: object(none, { hostname: text, aggregateChecksum: text, ...buildMembers }),
    components: list(component),
    values: valuesShape,
    documentation: map(text),
  },
);
