/** How strictly our schemas are read, by whatever judges by them. */
export const schemaRules = {
  discriminator: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false,
  strictTuples: false,
} as const;
