/**
 * Build servers take lines that begin with `::` (GitHub) and marks such as `##[` or `##vso[` anywhere
 * (GitHub, Azure, TeamCity) for commands, on standard output and standard error alike. Names come
 * from senders: what looks like such a command is spelt so that none reads it as one.
 */
export function withoutCommands(text: string): string {
  return text
    .replaceAll(/##(?=\[|vso\[|teamcity\[)/gi, '#\\u{23}')
    .replaceAll(/^(\s*):(?=:)/gm, '$1\\u{3a}');
}
