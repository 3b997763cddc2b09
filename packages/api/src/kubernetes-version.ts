/** The Kubernetes that all of this is the equal of, as its components name it. */
export const KUBERNETES_VERSION = 'v1.32.13';
