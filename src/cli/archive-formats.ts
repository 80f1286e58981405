import type { VerifyReport } from '../report/verify-report.ts';

/** What an archive is, for people. */
export const archiveFormats: Readonly<Record<VerifyReport['archive']['format'], string>> = {
  'zarf-package': 'Zarf package',
  'uds-legacy': 'UDS bundle (legacy)',
  'uds-next': 'UDS bundle (next)',
  'uds-hybrid': 'UDS bundle (legacy and next in one)',
  unknown: 'no format known here',
};
