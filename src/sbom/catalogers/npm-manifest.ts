import { member, text } from '../../support/lenient-json.ts';

/** What a `package.json` says about its module. @see npm package.json */
export interface NpmManifest {
  readonly name: string;
  readonly version: string;
  readonly licences: readonly string[];
  readonly author: string;
  readonly homepage: string;
  readonly description: string;
  readonly url: string;
  readonly private: boolean;
  /** Names of what it needs at run time. */
  readonly dependencies: readonly string[];
}

/** Undefined for one without name: parts of modules have such. Empty where there is no version. */
export function readNpmManifest(json: string): NpmManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
  const of = (name: string): unknown => member(value, name);
  const name = of('name');
  const version = of('version');
  if (typeof name !== 'string' || name === '' || name.length > 214) return undefined;
  return {
    name,
    version: typeof version === 'string' && version.length <= 256 ? version : '',
    licences: licencesOf(of('license'), of('licenses')),
    author: personOf(of('author')),
    homepage: text(of('homepage')),
    description: text(of('description')),
    url: text(of('repository')) || text(member(of('repository'), 'url')),
    private: of('private') === true,
    dependencies: Object.keys(Object(of('dependencies') ?? {})).sort(),
  };
}

function personOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const name = text(member(value, 'name'));
  const email = text(member(value, 'email'));
  return email === '' ? name : `${name} <${email}>`.trim();
}

/** `license` as text or object, `licenses` as a list of either: all have been used. */
function licencesOf(license: unknown, licenses: unknown): readonly string[] {
  const list: readonly unknown[] = [license, ...(Array.isArray(licenses) ? licenses : [licenses])];
  return list.flatMap((item) => {
    const licence = text(item) || text(member(item, 'type')) || text(member(item, 'name'));
    return licence === '' ? [] : [licence];
  });
}
