/** What `/healthz` of a kubelet looks at, in its order. All of it is well as long as the kubelet answers. */
export const HEALTH_CHECKS = ['ping', 'log', 'syncloop', 'device-plugin'] as const;

/** The answer to `/healthz…`; undefined when there is no such check. @param verbose asked for with `?verbose` */
export function healthAnswer(path: string, verbose: boolean): string | undefined {
  if (path === '/healthz') {
    return verbose ? `${HEALTH_CHECKS.map((name) => `[+]${name} ok\n`).join('')}healthz check passed\n` : 'ok';
  }
  return HEALTH_CHECKS.some((name) => path === `/healthz/${name}`) ? 'ok' : undefined;
}
