/** As containerd names images: `nginx` is `docker.io/library/nginx:latest`. */
export function fullImageName(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const hasHost = first.includes('.') || first.includes(':') || first === 'localhost';
  const named = hasHost ? image : `docker.io/${slash < 0 ? 'library/' : ''}${image}`;
  return /[:@][^/]*$/.test(named.slice(named.lastIndexOf('/'))) ? named : `${named}:latest`;
}

/** The image's name without tag and digest. `full` as {@link fullImageName} gives it. */
export const repositoryOf = (full: string): string => full.replace(/(@.*|:[^:/]*)$/, '');

/**
 * Hollow nodes have no registry: names that say so cannot be pulled (`nosuch`, `does-not-exist` in them, or the tag `bad`), all
 * others are there. The same names as in the recordings that the project is compared with.
 *
 * @returns what the container runtime says; undefined: the image is there
 */
export function pullFailure(image: string): string | undefined {
  if (!/nosuch|does-not-exist/.test(image) && !/:bad$/.test(image)) return undefined;
  const full = fullImageName(image);
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`;
}
