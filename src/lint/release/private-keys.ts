import { fail, notApplicable, pass } from '../../checks/results.ts';
import { placeSubject } from '../deployed-package.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { pemBlocks } from '../pem-blocks.ts';
import { shippedTexts } from '../shipped-texts.ts';

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
    for (const { path, text } of shippedTexts(facts)) {
      files++;
      for (const { label, line, column } of pemBlocks(text)) {
        if (!/PRIVATE KEY$/.test(label)) continue;
        const locked = label.startsWith('ENCRYPTED') ? ', protected by a passphrase' : '';
        yield fail(
          placeSubject({ file: path, line, column }),
          `a private key is shipped${locked} (${label.toLowerCase()})`,
        );
      }
    }
    if (files === 0) yield notApplicable(wholeSubject(facts), 'no text is shipped');
    else yield pass(wholeSubject(facts), `${files} files were searched`);
  },
});
