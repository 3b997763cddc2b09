/** The version that we are the equal of; what `kubectl version` says. */
export const KUBECTL_VERSION = 'v1.32.13';
