import { createPrivateKey } from 'node:crypto';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { placeSubject } from '../deployed-package.ts';
import { defineReleaseCheck, hanging } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { pemBlocks } from '../pem-blocks.ts';
import { notSearched, shippedTexts } from '../shipped-texts.ts';

export const privateKeys = defineReleaseCheck({
  id: 'release/private-keys',
  title: 'No private key is shipped',
  severity: 'warning',
  help: {
    why: 'Everybody who gets the archive gets the key, and every installation has the same one.',
    fix: 'Let the target make the key, or list the secret as provided under target.secrets of cowa-release.yaml. Replace a key that was shipped.',
    source: 'Requirement R54; past failure P6',
  },
  examples: {
    good: `# values.yaml
tls: { secretName: api-tls } # made in the cluster`,
    bad: `# values.yaml
tls:
  key: |
    -----BEGIN EC PRIVATE KEY-----`,
  },
  *evaluate(facts) {
    let files = 0;
    for (const { path, text, bytes } of shippedTexts(facts)) {
      files++;
      if (bytes?.[0] === der && isKey(bytes))
        yield fail(
          placeSubject({ file: path, line: 1, column: 1 }),
          'a private key is shipped (not written as text)',
        );
      for (const { label, line, column } of pemBlocks(text)) {
        if (!/PRIVATE KEY$/.test(label)) continue;
        const locked = label.startsWith('ENCRYPTED') ? ', protected by a passphrase' : '';
        yield fail(
          placeSubject({ file: path, line, column }),
          `a private key is shipped${locked} (${label.toLowerCase()})`,
        );
      }
    }
    const { because, leftOut } = notSearched(facts);
    const whole = wholeSubject(facts);
    if (because !== undefined) yield hanging(whole, because, because);
    else if (files === 0) yield notApplicable(whole, `no text is shipped${leftOut}`);
    else yield pass(whole, `${files} files were searched${leftOut}`);
  },
});

/** The tag of a sequence: a key that is not written as text. */
const der = 0x30;

function isKey(bytes: Uint8Array): boolean {
  const key = Buffer.from(bytes);
  return (['pkcs8', 'pkcs1', 'sec1'] as const).some((type) => {
    try {
      return createPrivateKey({ key, format: 'der', type }).type === 'private';
    } catch {
      return false;
    }
  });
}
