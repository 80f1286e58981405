import { describe, expect, it } from 'vitest';
import { besideKind } from './beside-archive.ts';

const archive = 'zarf-package-api-amd64-1.0.0.tar.zst';

describe('besideKind', () => {
  it.each([
    [`${archive}.sigstore.json`, 'signature'],
    [`${archive}.2.sigstore.json`, 'signature'],
    [`${archive}.provenance.intoto.jsonl`, 'statement'],
    [`${archive}.approval.2.intoto.jsonl`, 'statement'],
    [`${archive}.cdx.json`, 'cyclonedx'],
    [`${archive}.spdx.json`, 'spdx'],
    ['release.intoto.jsonl', 'statement'],
    ['approval.intoto.jsonl', 'statement'],
    ['result-unit.intoto.jsonl', 'statement'],
    ['result-unit.grype.json', 'result'],
    ['result-unit.xml', 'result'],
    ['registry.example.org_team_api_1.cdx.json', 'cyclonedx'],
  ])('%s is a %s', (name, kind) => expect(besideKind(name, archive)).toBe(kind));

  it.each([
    ['the archive itself', archive],
    [
      'a statement of another archive',
      'zarf-package-web-amd64-1.0.0.tar.zst.provenance.intoto.jsonl',
    ],
    ['a signature over another archive', 'uds-bundle-x-amd64-1.tar.zst.sigstore.json'],
    ['a statement of a plain archive', 'zarf-package-web-amd64-1.0.0.tar.provenance.intoto.jsonl'],
    ['keys', 'release.pub'],
    ['checksums', 'SHA256SUMS'],
    ['a trust policy', 'trust-policy.json'],
    ['a definition', 'cowa-release.yaml'],
    ['a report page', 'report.html'],
    ['a path', 'a/release.intoto.jsonl'],
    ['a path above', '../release.intoto.jsonl'],
    ['a path of another system', '..\\release.intoto.jsonl'],
    ['a stream of another system', 'x:release.intoto.jsonl'],
    ['a hidden file', '.intoto.jsonl'],
    ['a name with a line end', 'a\n.intoto.jsonl'],
    ['a name that reads backwards', 'a\u202e.intoto.jsonl'],
    ['a name no system takes', `${'a'.repeat(260)}.intoto.jsonl`],
    ['nothing', ''],
  ])('%s is nothing that goes along', (_what, name) =>
    expect(besideKind(name, archive)).toBeUndefined(),
  );
});
