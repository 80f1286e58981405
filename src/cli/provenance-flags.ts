import { Flags } from '@oclif/core';

/** Flags of what provenance says of a run. */
export const provenanceFlags = {
  'builder-id': Flags.string({
    summary:
      'URI of who builds, for provenance (default: builder in the definition, else a local machine)',
    env: 'COWA_BUILDER_ID',
    helpValue: '<uri>',
  }),
  git: Flags.string({
    summary:
      'Path of git, to tell in provenance whether files differ from the commit; none is looked for',
    env: 'COWA_GIT',
    helpValue: '<file>',
  }),
};

/** What they say. */
export function provenanceChoice(flags: {
  readonly 'builder-id'?: string | undefined;
  readonly git?: string | undefined;
}): { readonly builderId?: string; readonly git?: string } {
  const { 'builder-id': builderId, git } = flags;
  return {
    ...(builderId === undefined ? {} : { builderId }),
    ...(git === undefined ? {} : { git }),
  };
}
