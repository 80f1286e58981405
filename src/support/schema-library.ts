import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/**
 * The library that judges by JSON Schema, draft by draft. It takes longer to load than a small archive takes to
 * judge, and few things need it: so each part is loaded when it is first asked for.
 */
export const schemaLibrary = {
  /** Drafts 6 and 7. */
  get Ajv(): typeof import('ajv').Ajv {
    const { Ajv }: typeof import('ajv') = load('ajv');
    return Ajv;
  },
  get Ajv2019(): typeof import('ajv/dist/2019.js').Ajv2019 {
    const { Ajv2019 }: typeof import('ajv/dist/2019.js') = load('ajv/dist/2019.js');
    return Ajv2019;
  },
  get Ajv2020(): typeof import('ajv/dist/2020.js').Ajv2020 {
    const { Ajv2020 }: typeof import('ajv/dist/2020.js') = load('ajv/dist/2020.js');
    return Ajv2020;
  },
  /** Adds the formats that the specification names. */
  get addFormats(): typeof import('ajv-formats').default {
    const formats: typeof import('ajv-formats') = load('ajv-formats');
    return formats.default;
  },
};
