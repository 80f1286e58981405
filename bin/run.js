#!/usr/bin/env node
// Starts the built program.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFittingNode } from './with-fitting-node.js';

const script = fileURLToPath(import.meta.url);
const root = dirname(dirname(script));
await withFittingNode({
  root,
  script,
  begin: async () => {
    if (!existsSync(join(root, 'dist', 'cli', 'start.js'))) {
      process.stderr.write(
        `Error [NOT_BUILT]: ${root} holds the sources of cowa-release and no built program. Run 'npm run build' there, or bin/dev.js.\n`,
      );
      process.exitCode = 4;
      return;
    }
    const { start } = await import('../dist/cli/start.js');
    await start({ root, args: process.argv.slice(2) });
  },
});
