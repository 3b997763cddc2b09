/** The version that we are the equal of; what `kubectl version` says. */
export const KUBECTL_VERSION = 'v1.32.13';

/** What `/version` answers. */
export interface VersionInfo {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly buildDate: string;
  readonly goVersion: string;
  readonly compiler: string;
  readonly platform: string;
}

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
