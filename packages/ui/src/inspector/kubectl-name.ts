import type { KubeObject } from '@tabernetes/apimachinery';

/** How a line of kubectl names an object for certain, whatever other groups have a kind of that name: `pod.v1. 'web' -n 'default'`. */
export function kubectlName({ apiVersion, kind, metadata }: KubeObject): string {
  const [version = '', group = ''] = apiVersion.includes('/') ? apiVersion.split('/').reverse() : [apiVersion];
  const { name = '', namespace = '' } = metadata;
  const home = namespace === '' ? '' : ` -n '${namespace}'`;
  return `${kind.toLowerCase()}.${version}.${group} '${name}'${home}`;
}
