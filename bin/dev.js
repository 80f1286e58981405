#!/usr/bin/env node
// Runs from source: Node strips the types itself.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFittingNode } from './with-fitting-node.js';

const script = fileURLToPath(import.meta.url);
const root = dirname(dirname(script));
await withFittingNode({
  root,
  script,
  begin: async () => {
    const { start } = await import('../src/cli/start.ts');
    await start({ root, args: process.argv.slice(2), source: true });
  },
});
