import { describe, expect, it } from 'vitest';
import { keyInLogBody } from './log-body.ts';

const entry = (body: string | undefined, kind = 'dsse', version = '0.0.1') => ({
  logIndex: '0',
  integratedTime: '0',
  kind,
  version,
  ...(body === undefined ? {} : { body: Buffer.from(body) }),
});
const dsse = (verifier: unknown): string =>
  JSON.stringify({ kind: 'dsse', apiVersion: '0.0.1', spec: { signatures: [{ verifier }] } });

describe('the body of a log entry', () => {
  it('names the key that the log saw', () => {
    expect(keyInLogBody(entry(dsse('a2V5')))).toEqual(Buffer.from('key'));
  });

  it.each<[string, ReturnType<typeof entry>, RegExp]>([
    ['that is not there', entry(undefined), /no body/],
    [
      'with a member given twice',
      entry(dsse('a2V5').replace('{', '{"kind":"dsse",')),
      /strict JSON/,
    ],
    ['that is no JSON', entry('{'), /strict JSON/],
    ['of another kind', entry(dsse('a2V5'), 'hashedrekord'), /another kind/],
    ['of another version', entry(dsse('a2V5'), 'dsse', '0.0.2'), /another kind/],
    ['without a key', entry(dsse('')), /no key/],
    ['with a key that is no text', entry(dsse(7)), /no key/],
    ['of a kind nobody judges', entry('{"kind":"rpm","apiVersion":"0.0.1"}', 'rpm'), /not judged/],
  ])('%s is refused', (_name, given, reason) => {
    expect(keyInLogBody(given)).toMatch(reason);
  });
});
