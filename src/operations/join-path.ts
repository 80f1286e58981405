/** Joins slash paths and removes `.` and `..`; an absolute second part wins. */
export function joinPath(base: string, path: string): string {
  const absolute = path.startsWith('/') || (base.startsWith('/') && !path.startsWith('/'));
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return `${absolute ? '/' : ''}${parts.join('/')}` || '.';
}
