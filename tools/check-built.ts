// The compiler leaves `import('./x.ts')` as it is inside a function that has `await using`: the built
// program would look for a file that is not there. Such an import belongs into a function of its own.
import { globSync, readFileSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
const left = globSync('**/*.js', { cwd: dist }).filter((name) =>
  /(?:from|import)\s*\(?\s*['"]\.[^'"]*\.ts['"]/u.test(readFileSync(new URL(name, dist), 'utf8')),
);
for (const name of left)
  process.stderr.write(
    `dist/${name} imports a .ts file: move the import out of its function with \`await using\`\n`,
  );
if (left.length > 0) process.exitCode = 1;
