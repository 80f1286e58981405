/**
 * Where a `source` of the next format leads: the first rule that fits decides.
 * @see shared reference of the UDS bundle format, 1.4
 */
export function sourceKind(source: string): 'registry' | 'local' {
  if (source.startsWith('oci://')) return 'registry';
  if (source.includes('://') || /^\.{0,2}\//.test(source) || /[\\ ]/.test(source)) return 'local';
  const slash = source.includes('/');
  if (slash && /^localhost[/:]/.test(source)) return 'registry';
  const dotted = source.includes('.') && slash;
  if (dotted && /[:@]/.test(source)) return 'registry';
  if (source.includes('.tar') || /\.(hcl|ya?ml)$/.test(source)) return 'local';
  return dotted ? 'registry' : 'local';
}
