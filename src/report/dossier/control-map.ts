/** A framework with the controls or tasks that evidence of ours speaks for. */
export interface MappedFramework {
  readonly framework: string;
  readonly version: string;
  readonly controls: readonly {
    readonly id: string;
    /** In our own words: what it asks for. */
    readonly title: string;
    /** Criteria of the report, and what each shows. */
    readonly evidence: readonly { readonly criterion: string; readonly text: string }[];
    /** What no report of this program can show. */
    readonly gap?: string;
  }[];
}

const by = (criterion: string, text: string) => ({ criterion, text });

/**
 * Which criteria of the report support which control. Versions stand with each framework: another version
 * is another entry.
 * @see NIST SP 800-53 5.2.0; NIST SP 800-218 (SSDF) 1.1; SLSA 1.1
 */
export const controlMap: readonly MappedFramework[] = [
  {
    framework: 'NIST SP 800-53',
    version: '5.2.0',
    controls: [
      {
        id: 'SR-3',
        title: 'Controls over the supply chain',
        evidence: [
          by('integrity', 'every check of the archives, by a named policy'),
          by('policy', 'exceptions with owner and end'),
        ],
        gap: 'the process of the organisation itself',
      },
      {
        id: 'SR-4',
        title: 'Provenance is documented and watched',
        evidence: [by('provenance', 'signed statement of builder, inputs and outputs')],
      },
      {
        id: 'SR-4(3)',
        title: 'What is received is genuine and not altered',
        evidence: [
          by('authenticity', 'signatures judged against trusted keys'),
          by('completeness', 'every file compared with the signed statement'),
        ],
      },
      {
        id: 'SR-4(4)',
        title: 'Pedigree of what it is made of',
        evidence: [
          by('inventory', 'lists of contents bound to each image by digest'),
          by('provenance', 'inputs by digest'),
        ],
      },
      {
        id: 'SR-5',
        title: 'How supplies are acquired protects against tampering',
        evidence: [by('authenticity', 'signer of each part'), by('integrity', 'inspection record')],
        gap: 'contracts and suppliers',
      },
      {
        id: 'SR-10',
        title: 'Supplies are inspected',
        evidence: [by('integrity', 'this inspection, with every check and its evidence')],
      },
      {
        id: 'SR-11',
        title: 'What is received is authentic',
        evidence: [by('authenticity', 'signer of each part')],
      },
      {
        id: 'SI-2',
        title: 'Flaws are found and mended',
        evidence: [by('vulnerabilities', 'results of the scanner that were given')],
        gap: 'mending in time',
      },
      {
        id: 'SI-3',
        title: 'Protection against malware',
        evidence: [],
        gap: 'no malware scan is part of this report',
      },
      {
        id: 'SI-7',
        title: 'Integrity of software and information',
        evidence: [by('integrity', 'digest of every file, blob and layer')],
        gap: 'integrity once it runs',
      },
      {
        id: 'SI-7(1)',
        title: 'Integrity is checked',
        evidence: [by('integrity', 'digests computed from the bytes that were read')],
      },
      {
        id: 'SI-7(15)',
        title: 'Code is authenticated by signatures before it is installed',
        evidence: [by('authenticity', 'signatures judged before any content is believed')],
      },
      {
        id: 'RA-5',
        title: 'Vulnerabilities are monitored and scanned for',
        evidence: [by('vulnerabilities', 'results of the scanner that were given')],
      },
      {
        id: 'RA-5(2)',
        title: 'What is scanned for is kept up to date',
        evidence: [by('vulnerabilities', 'date of the database, as the scanner says it')],
      },
      {
        id: 'CM-2',
        title: 'A baseline configuration is kept',
        evidence: [by('completeness', 'the signed list of everything in the release')],
      },
      {
        id: 'CM-3',
        title: 'Changes are controlled',
        evidence: [by('approvals', 'signed approvals by role')],
        gap: 'review of the change before it was made',
      },
      {
        id: 'CM-7(5)',
        title: 'Only allowed software runs',
        evidence: [
          by('integrity', 'images by digest'),
          by('deployment', 'images that workloads name'),
        ],
        gap: 'the rule of the cluster that enforces it',
      },
      {
        id: 'CM-8',
        title: 'Inventory of components',
        evidence: [by('inventory', 'lists of contents of every image')],
      },
      {
        id: 'CM-8(1)',
        title: 'The inventory is renewed with every installation',
        evidence: [by('inventory', 'lists made in the same pass as the archives')],
      },
      {
        id: 'CM-14',
        title: 'Components are signed',
        evidence: [by('authenticity', 'table of signatures of every level')],
      },
      {
        id: 'SA-4',
        title: 'Acquisitions demand what security needs',
        evidence: [by('inventory', 'lists of contents were delivered')],
        gap: 'the contract',
      },
      {
        id: 'SA-10',
        title: 'The developer manages configuration',
        evidence: [by('provenance', 'definition, lock and sources by digest')],
      },
      {
        id: 'SA-10(1)',
        title: 'Integrity of what the developer delivers can be verified',
        evidence: [
          by('authenticity', 'signatures'),
          by('completeness', 'digests under a signature'),
        ],
      },
      {
        id: 'SA-11',
        title: 'The developer tests',
        evidence: [by('tests', 'signed results of tests')],
      },
      {
        id: 'SA-15',
        title: 'Development follows a process with known tools',
        evidence: [by('provenance', 'tools with versions')],
      },
      {
        id: 'AC-5',
        title: 'Duties are separated',
        evidence: [by('approvals', 'approvals by people of different roles')],
      },
      {
        id: 'AU-10',
        title: 'Nobody can deny what they did',
        evidence: [
          by('authenticity', 'signatures of the producer'),
          by('approvals', 'signatures of who approved'),
        ],
      },
      {
        id: 'SC-13',
        title: 'Cryptography of the kind that is demanded',
        evidence: [by('authenticity', 'algorithms and fingerprints of the keys')],
        gap: 'validation of the modules that were used',
      },
      {
        id: 'CA-2',
        title: 'Controls are assessed',
        evidence: [by('integrity', 'this report, also as OSCAL assessment results')],
        gap: 'everything that is not in the files',
      },
      {
        id: 'CA-7',
        title: 'Controls are monitored continuously',
        evidence: [by('integrity', 'reports of earlier runs, compared')],
      },
    ],
  },
  {
    framework: 'NIST SP 800-218 (SSDF)',
    version: '1.1',
    controls: [
      {
        id: 'PO.3.2',
        title: 'Tools are used as their security wants it',
        evidence: [by('provenance', 'tools with versions and parameters')],
      },
      {
        id: 'PO.3.3',
        title: 'Tools leave evidence',
        evidence: [by('integrity', 'results of every check'), by('provenance', 'signed statement')],
      },
      {
        id: 'PO.5.1',
        title: 'Environments are protected and separated',
        evidence: [by('provenance', 'builder, as it names itself')],
        gap: 'the environment itself',
      },
      {
        id: 'PS.1.1',
        title: 'Code is protected against change',
        evidence: [by('provenance', 'sources by digest')],
        gap: 'the repository itself',
      },
      {
        id: 'PS.2.1',
        title: 'Those who acquire it can verify its integrity',
        evidence: [
          by('authenticity', 'signatures'),
          by('completeness', 'digests under a signature'),
        ],
      },
      {
        id: 'PS.3.1',
        title: 'Releases are archived with what belongs to them',
        evidence: [by('completeness', 'one folder with everything, under one signature')],
        gap: 'that it is kept',
      },
      {
        id: 'PS.3.2',
        title: 'Provenance of all components is kept and shared',
        evidence: [by('inventory', 'lists of contents'), by('provenance', 'inputs by digest')],
      },
      {
        id: 'PW.4.1',
        title: 'Well-secured components are acquired',
        evidence: [by('inventory', 'components with versions and licences')],
        gap: 'how they were chosen',
      },
      {
        id: 'PW.4.4',
        title: 'Acquired components are verified over their life',
        evidence: [
          by('integrity', 'digests'),
          by('vulnerabilities', 'results of the scanner that were given'),
        ],
      },
      {
        id: 'PW.9.1',
        title: 'Defaults are secure',
        evidence: [by('deployment', 'rules about workloads, rights and defaults')],
      },
      {
        id: 'RV.1.1',
        title: 'Information about vulnerabilities is gathered',
        evidence: [by('vulnerabilities', 'results of the scanner that were given')],
      },
    ],
  },
  {
    framework: 'SLSA (build track)',
    version: '1.1',
    controls: [
      {
        id: 'Build L1',
        title: 'Provenance exists and says how it was built',
        evidence: [by('provenance', 'statement of builder, inputs and outputs')],
      },
      {
        id: 'Build L2',
        title: 'Provenance is signed by a hosted builder',
        evidence: [],
        gap: 'never claimed here: who signed the statement is seen, and not whether a hosted platform made it',
      },
      {
        id: 'Build L3',
        title: 'The builder is hardened: users cannot forge provenance',
        evidence: [],
        gap: 'never claimed here: it is a property of the platform',
      },
    ],
  },
];
