#!/usr/bin/env node
// Runs from source: Node strips the types itself.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

process.env.COWA_FROM_SOURCE = '1';
const { start } = await import('../src/cli/start.ts');
await start({ root: dirname(dirname(fileURLToPath(import.meta.url))), args: process.argv.slice(2) });
