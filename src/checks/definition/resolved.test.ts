import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { resolved } from './resolved.ts';

const saying = (description: string) =>
  aPackage().defining((text) =>
    text.replace('name: demo', `name: demo\n  description: "${description}"`),
  );

describe('definition/resolved', () => {
  it.each([
    ['nothing left', aPackage(), ['pass']],
    [
      'an import left',
      aPackage().defining((text) => `${text}    import: {path: ../other}\n`),
      ['fail error IMPORT_LEFT'],
    ],
    ['an empty import', aPackage().defining((text) => `${text}    import: {}\n`), ['pass']],
    ['a template left', saying('###ZARF_PKG_TMPL_HOST###'), ['fail warning TEMPLATE_LEFT']],
    [
      'the old spelling of a template',
      saying('###ZARF_PKG_VAR_HOST###'),
      ['fail warning TEMPLATE_LEFT'],
    ],
    ['the architecture left open', saying('###ZARF_PKG_ARCH###'), ['fail warning TEMPLATE_LEFT']],
    [
      'a variable, which deploying fills in',
      saying('###ZARF_VAR_HOST### ###ZARF_CONST_A###'),
      ['pass'],
    ],
    ['no definition', aPackage().tampered('zarf.yaml', undefined), ['undecided']],
    ['not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(resolved)).toEqual(expected);
  });
});
