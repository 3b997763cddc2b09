/**
 * Orders two resourceVersions of one resource: negative when `a` is older. They are decimal texts without leading
 * zeros, so the longer one is the newer.
 * @see https://github.com/kubernetes/enhancements/issues/5504
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
