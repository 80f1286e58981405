import { InputError, UsageError } from '../errors/families.ts';

/** A definition asks for something this program does not build, or for something that was not allowed. */
export class PackUsageError extends UsageError<
  | 'PACK_UNSUPPORTED' // named: component and field
  | 'PACK_ACTIONS_REFUSED' // onCreate actions, and neither leave to run them nor a payload in their place
  | 'PACK_TEMPLATE_MISSING' // a create-time template without a value
  | 'PACK_TEMPLATE_VALUE' // a value that would change the structure of the definition
  | 'PACK_KUSTOMIZE_MISSING' // kustomizations, and no kustomize was named
  | 'PACK_PAYLOAD_UNUSED' // a payload whose source no component names
  | 'PACK_NOTHING_LEFT' // no component matches architecture and flavor
> {}

/** A definition, or a file it names, is not fit to be packed. */
export class PackError extends InputError<
  | 'PACK_DEFINITION_INVALID' // with places
  | 'PACK_INPUT_MISSING' // a file or folder that the definition names
  | 'PACK_INPUT_CHANGED' // `shasum` of the definition does not fit, or a file changed while it was packed
  | 'PACK_INPUT_KIND' // a device, a socket, a link where none may be
  | 'PACK_ARCHIVE' // the archive of an extractPath: damaged, hostile, or of a kind that is not read
  | 'PACK_KUSTOMIZATION' // kustomize refuses it, or it is made of something from elsewhere
  | 'PACK_IMPORT_INVALID' // cycle, conflict, or no single component to import
  | 'PACK_CHART_INVALID' // Chart.yaml, size limits, ignore rules
  | 'PACK_CHART_DEPENDENCY' // a dependency that is not vendored in charts/
  | 'PACK_VALUES_INVALID' // a values file that is no mapping
  | 'PACK_IMAGE_MISSING' // no image was resolved for a reference
  | 'PACK_NAME_INVALID' // a name that no reader would take
> {}

/** A bundle definition and its packages do not fit together. */
export class BundleError extends InputError<
  | 'BUNDLE_DEFINITION_INVALID'
  | 'BUNDLE_MEMBER_MISSING'
  | 'BUNDLE_MEMBER_MISMATCH' // architecture, version, flavor or digest differ from what the bundle says
  | 'BUNDLE_COMPONENT_UNKNOWN' // optionalComponents or overrides name one the package lacks
  | 'BUNDLE_CHART_UNKNOWN' // overrides name a chart the component lacks
  | 'BUNDLE_IMPORT_UNKNOWN' // no earlier package exports it
  | 'BUNDLE_VALUES_INVALID'
  | 'BUNDLE_MANIFEST_INVALID' // the registry manifest of a pulled package does not fit its files
> {}
