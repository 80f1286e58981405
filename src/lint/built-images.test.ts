import { expect, it } from 'vitest';
import { aloneRelease } from '../../test/support/a-deployment.ts';
import { builtImages } from './built-images.ts';

it.each([
  ['Makefile', 'a:\n\tdocker build -t h/a:1 --tag=h/b:1 .\n', ['h/a:1', 'h/b:1']],
  ['Makefile', 'a:\n\tdocker buildx build \\\n\t  --tag h/a:1 .\n', ['h/a:1']],
  ['Makefile', 'a:\n\tdocker tag x:1 h/a:1 # the build\n', ['h/a:1']],
  ['Makefile', 'a:\n\tdocker run -t h/a:1\n', []],
  ['docker-bake.hcl', 'target "a" { tags = ["h/a:1", "h/b:1"] } # bake', ['h/a:1', 'h/b:1']],
  ['.github/workflows/a.yml', 'with:\n  tags: h/a:1\n', ['h/a:1']],
  ['.github/workflows/a.yml', 'with:\n  tags: |\n    h/a:1\n    h/b:1\n', ['h/a:1', 'h/b:1']],
  [
    'compose.yaml',
    'services:\n  a: { build: ., image: "h/a:1" }\n  b: { image: "h/b:1" }\n',
    ['h/a:1'],
  ],
  ['README.md', 'docker build -t h/a:1 .', []],
])('what %s builds: %j', (path, text, names) => {
  expect(builtImages({ ...aloneRelease(), documents: new Map([[path, text]]) })).toEqual(names);
});
