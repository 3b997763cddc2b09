import type { Info as VersionInfo } from '@tabernetes/api/types/version';

export type { VersionInfo };

/** The kubectl that this one does as: the one that made the records. Servers say which they are. */
export const KUBECTL_VERSION = 'v1.32.5';

/** Of this kubectl. */
export const CLIENT_VERSION: VersionInfo = {
  major: '1',
  minor: '32',
  gitVersion: KUBECTL_VERSION,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.23.8',
  compiler: 'gc',
  platform: 'linux/amd64',
};
