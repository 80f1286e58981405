/** The formats we write, by the names of the programs that read them. */
export const writtenFormats = { zarf: 'v0.84.0', uds: 'v0.35.1' } as const;
