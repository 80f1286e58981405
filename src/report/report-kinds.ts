/** Formats of a verdict besides text. */
export const reportKinds = ['json', 'yaml', 'sarif', 'junit', 'markdown', 'html'] as const;
export type ReportKind = (typeof reportKinds)[number];
