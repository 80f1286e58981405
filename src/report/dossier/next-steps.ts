import type { Dossier } from './dossier.ts';

/** What a reader does next, and the chapter of the report that says how. */
export interface NextStep {
  readonly text: string;
  readonly chapter: 'check' | 'checks' | 'readiness' | 'limits' | 'decisions' | 'sign-off';
}

/** What to do with the report in hand, in order: what it says of itself first, deployment never before somebody answers for it. */
export function nextSteps({ verdict, approvals, checks }: Dossier): readonly NextStep[] {
  const believe: NextStep = {
    text: 'Make sure that this report is the one that was written, and who signed it',
    chapter: 'check',
  };
  const approved = approvals.some(({ state }) => state === 'accepted');
  const decide: NextStep = approved
    ? { text: 'See who approved it already, and whether that is enough', chapter: 'decisions' }
    : { text: 'Have those who answer for it sign, on paper or with approve', chapter: 'sign-off' };
  switch (verdict.status) {
    case 'met':
      return [
        believe,
        { text: 'Read what the report says nothing about', chapter: 'limits' },
        decide,
      ];
    case 'caveat': {
      const warned = checks.some(({ role }) => role === 'warning' || role === 'waived');
      return [
        believe,
        {
          text: 'Have looked at what nobody looked at, or decide that it may stay so',
          chapter: 'limits',
        },
        ...(warned
          ? [
              {
                text: 'Read the warnings: each says what it is about and how to mend it',
                chapter: 'checks',
              } as const,
            ]
          : []),
        decide,
      ];
    }
    case 'open':
      return [
        { text: 'Do not deploy it yet: this is no pass', chapter: 'readiness' },
        { text: 'Have looked at what could not be looked at', chapter: 'limits' },
        { text: 'Then have the report made anew', chapter: 'check' },
      ];
    case 'not-met':
      return [
        { text: 'Do not deploy it', chapter: 'readiness' },
        {
          text: 'Send the report to whoever made the release: what failed stands there with how to mend it',
          chapter: 'checks',
        },
        { text: 'Judge what they send instead by a new report', chapter: 'check' },
      ];
  }
}
