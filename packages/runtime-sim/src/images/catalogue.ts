import type { Program } from '@tabernetes/node-api';
import type { Applet } from '../process/proc.ts';
import { EXTRA_PROGRAMS, GNU_PROGRAMS } from '../programs/index.ts';
import { nslookupOfOld } from '../programs/net/nslookup.ts';
import { BOOK_RECIPES } from './book-recipes.ts';
import { buildImage, FOLDERS, type ImageRecipe, type ShellTools } from './build-image.ts';
import { BUSYBOX_ROOT } from './busybox-root.ts';
import type { ImageReference, ImageSource, ImageSpec } from './image-spec.ts';
import { nginxEntrypoint } from './nginx/docker-entrypoint.ts';
import { NGINX_FILES, NGINX_LINKS } from './nginx/image-files.ts';
import { nginx } from './nginx/nginx.ts';
import { apk, aptGet, packaged, SHELF } from './packages.ts';
import { registryRefusal } from './registries.ts';
import {
  bootcamp,
  component,
  echoServer,
  helloApp,
  hpaExample,
  httpEcho,
  kubia,
  pause,
  serveHostname,
  unknownImage,
} from './small-servers.ts';
import { websiteOperator } from './website-operator.ts';

const MIB = 1024 ** 2;

/** Images by the last part of their repository; a recipe may depend on the tag. */
type Recipe = (reference: ImageReference) => ImageRecipe;

const server = (
  sizeMiB: number,
  path: string,
  program: Program | Applet,
  rest: Partial<ImageRecipe> = {},
): ImageRecipe => ({
  sizeBytes: Math.round(sizeMiB * MIB),
  entrypoint: [path],
  programs: { [path]: program },
  ...rest,
});

const shellImage =
  (sizeMiB: number, cmd = 'sh'): Recipe =>
  () => ({ sizeBytes: Math.round(sizeMiB * MIB), cmd: [cmd] });

/** The releases of 2017 and before, whose nslookup many texts show, ask for names in a way of their own. */
const busyboxImage: Recipe = (reference) => {
  const recipe = { ...shellImage(2.1)(reference), ...BUSYBOX_ROOT };
  const [, minor] = /^1\.(\d+)/.exec(reference.tag ?? '') ?? [];
  return minor === undefined || Number(minor) > 28
    ? recipe
    : { ...recipe, programs: { '/bin/nslookup': nslookupOfOld } };
};

/** The last release of each line, which its tag without a patch means. */
const NGINX_RELEASES: Readonly<Record<string, string>> = {
  latest: '1.29.3',
  '1': '1.29.3',
  '1.24': '1.24.0',
  '1.25': '1.25.5',
  '1.26': '1.26.3',
  '1.27': '1.27.5',
  '1.28': '1.28.0',
  '1.29': '1.29.3',
};

function nginxRelease(tag: string): string {
  const [version = ''] = tag.split('-');
  return NGINX_RELEASES[version] ?? (/^\d+\.\d+\.\d+$/.test(version) ? version : '1.29.3');
}

/** An image of a distribution with its package manager, and what that can install on the shelf. */
const distribution =
  (kind: 'alpine' | 'debian', recipe: Recipe): Recipe =>
  (reference) => {
    const made = recipe(reference);
    return { ...made, programs: { ...made.programs, ...(kind === 'alpine' ? ALPINE : DEBIAN) } };
  };

const SHELVED = Object.fromEntries(
  Object.entries(packaged(EXTRA_PROGRAMS)).map(([name, program]) => [`${SHELF}/${name}`, program]),
);
const ALPINE = { ...SHELVED, '/sbin/apk': apk };
const DEBIAN = {
  ...SHELVED,
  ...Object.fromEntries(Object.entries(GNU_PROGRAMS).map(([name, program]) => [`/usr/bin/${name}`, program])),
  '/usr/bin/apt-get': aptGet,
  '/usr/bin/apt': aptGet,
};

const { curl = nginx } = EXTRA_PROGRAMS;
const nginxImage: Recipe = (reference) =>
  distribution(reference.tag?.includes('alpine') === true ? 'alpine' : 'debian', nginxServer)(reference);

const nginxServer: Recipe = ({ tag = 'latest' }) =>
  server(70, '/docker-entrypoint.sh', nginxEntrypoint, {
    programs: { '/docker-entrypoint.sh': nginxEntrypoint, '/usr/sbin/nginx': nginx, '/usr/bin/curl': curl },
    cmd: ['nginx', '-g', 'daemon off;'],
    files: NGINX_FILES,
    links: NGINX_LINKS,
    folders: [...FOLDERS, 'var/cache/nginx'],
    stopSignal: 'QUIT',
    env: { NGINX_VERSION: nginxRelease(tag) },
  });

const componentImage =
  (sizeMiB: number, name: string): Recipe =>
  () =>
    server(sizeMiB, `/usr/local/bin/${name}`, component, { shell: false });

const RECIPES: Readonly<Record<string, Recipe>> = {
  ...BOOK_RECIPES,
  pause: () => server(0.7, '/pause', pause, { shell: false, user: '65535:65535' }),
  etcd: componentImage(150, 'etcd'),
  'kube-apiserver': componentImage(97, 'kube-apiserver'),
  'kube-controller-manager': componentImage(90, 'kube-controller-manager'),
  'kube-scheduler': componentImage(70, 'kube-scheduler'),
  nginx: nginxImage,
  'nginx-slim': nginxImage,
  busybox: busyboxImage,
  alpine: distribution('alpine', shellImage(3.6, '/bin/sh')),
  debian: distribution('debian', shellImage(48, 'bash')),
  ubuntu: distribution('debian', shellImage(29, '/bin/bash')),
  fedora: shellImage(70, '/bin/bash'),
  bash: shellImage(6, 'bash'),
  'http-echo': () => server(3, '/http-echo', httpEcho, { shell: false }),
  'hello-app': ({ tag = '1.0' }) => server(5, '/hello-app', helloApp(`${tag}.0`)),
  'hpa-example': () => server(170, '/usr/sbin/apache2', hpaExample),
  'kubernetes-bootcamp': () => server(80, '/server', bootcamp),
  echoserver: () => server(40, '/echoserver', echoServer),
  serve_hostname: () => server(8, '/serve_hostname', serveHostname),
  kubia: ({ tag = 'latest' }) => server(260, '/usr/local/bin/node', kubia(tag), { cmd: ['app.js'] }),
  'website-operator': () => server(12, '/manager', websiteOperator, { shell: false, user: '65532:65532' }),
  'kubia-unhealthy': () => server(260, '/usr/local/bin/node', kubia('unhealthy'), { cmd: ['app.js'] }),
};

/** Recipes that are not of the catalogue. */
export interface OtherImages {
  /** Those that come first, whatever the catalogue or a registry would say of the name. */
  readonly first?: (reference: ImageReference) => ImageRecipe | undefined;
  /** Those that come where neither the catalogue nor these know the name. @throws {PullError} */
  readonly last?: (reference: ImageReference) => Promise<ImageRecipe | undefined>;
}

/**
 * The images that nodes can pull: those of the catalogue as they are known, and any other well-formed name as one that
 * stays up.
 */
export function catalogue(tools: ShellTools, { first, last }: OtherImages = {}): ImageSource {
  const known = new Map<string, ImageSpec>();
  // A recipe that was put in the place of another one is another image.
  const others = new WeakMap<ImageRecipe, Map<string, ImageSpec>>();
  const made = (of: Map<string, ImageSpec>, reference: ImageReference, recipe: ImageRecipe): ImageSpec => {
    const spec = of.get(reference.canonical) ?? buildImage(reference, recipe, tools);
    of.set(reference.canonical, spec);
    return spec;
  };
  const other = (reference: ImageReference, recipe: ImageRecipe): ImageSpec => {
    const specs = others.get(recipe) ?? new Map<string, ImageSpec>();
    others.set(recipe, specs);
    return made(specs, reference, recipe);
  };
  return {
    find(reference) {
      const { canonical, registry, repository } = reference;
      const own = first?.(reference);
      if (own !== undefined) return other(reference, own);
      const found = known.get(canonical) ?? ofDigest(known.values(), reference);
      if (found !== undefined) return found;
      const refusal = registryRefusal(reference);
      const name = repository.slice(repository.lastIndexOf('/') + 1);
      const recipe = refusal === undefined && Object.hasOwn(RECIPES, name) ? RECIPES[name]?.(reference) : undefined;
      if (recipe !== undefined) return made(known, reference, recipe);
      const short = registry === 'docker.io' ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
      const rest = (late: ImageRecipe | undefined): ImageSpec => {
        if (late !== undefined) return other(reference, late);
        if (refusal !== undefined) throw refusal;
        return buildImage(reference, stranger(short), tools);
      };
      return last === undefined ? rest(undefined) : last(reference).then(rest);
    },
  };
}

/** The image that a tag of the same repository stands for, where it has that digest. */
function ofDigest(known: Iterable<ImageSpec>, { registry, repository, digest }: ImageReference): ImageSpec | undefined {
  if (digest === undefined) return undefined;
  for (const spec of known) {
    if (`sha256:${spec.digest}` === digest && spec.reference.startsWith(`${registry}/${repository}:`)) return spec;
  }
  return undefined;
}

function stranger(image: string): ImageRecipe {
  const main: Applet = (proc) =>
    unknownImage(image, () =>
      proc.world.ports.filter(({ protocol }) => protocol === 'TCP').map(({ containerPort }) => containerPort),
    )(proc);
  return { ...server(25, '/app', main), simulated: true };
}
