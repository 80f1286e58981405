#!/usr/bin/env node
// Starts the built program.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFittingNode } from './with-fitting-node.js';

const script = fileURLToPath(import.meta.url);
const root = dirname(dirname(script));
await withFittingNode({
  root,
  script,
  begin: async () => {
    const { start } = await import('../dist/cli/start.js');
    await start({ root, args: process.argv.slice(2) });
  },
});
