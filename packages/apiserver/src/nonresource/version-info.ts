import { KUBERNETES_VERSION } from '@tabernetes/api';
import type { Info as VersionInfo } from '@tabernetes/api/types/version';

export type { VersionInfo };

/** What `/version` says. Clients read the Go fields too, so they hold what a released server says. */
export const SERVER_VERSION: VersionInfo = {
  major: '1',
  minor: '32',
  gitVersion: KUBERNETES_VERSION,
  gitCommit: 'd4b43f374a5bc0e0f44c07ff773061e27c7f2a08',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.23.5',
  compiler: 'gc',
  platform: 'linux/amd64',
};
