/** Folders and files below `bundles/` that are edited often. */
export const turso = 'packages/turso';
export const api = 'packages/cowabunga-api';
export const ui = 'packages/cowabunga-ui';
export const llama = 'packages/llama-cpp-python';
export const vllm = 'packages/vllm';
export const whisper = 'packages/whisper';
export const embeddings = 'packages/text-embeddings';
export const repeater = 'packages/repeater';

export const tursoTemplates = `${turso}/chart/templates`;
export const apiTemplates = `${api}/chart/templates`;
export const uiTemplates = `${ui}/chart/templates`;

export const cpu = 'bundles/dev/cpu/uds-bundle.yaml';
export const gpu = 'bundles/dev/gpu/uds-bundle.yaml';
