import type { Program } from '@tabernetes/node-api';
import type { Applet } from '../process/proc.ts';
import { EXTRA_PROGRAMS } from '../programs/index.ts';
import { BOOK_RECIPES } from './book-recipes.ts';
import { buildImage, type ImageRecipe, type ShellTools } from './build-image.ts';
import type { ImageReference, ImageSource, ImageSpec } from './image-spec.ts';
import { NGINX_FILES, nginx } from './nginx.ts';
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
const DEBIAN = { ...SHELVED, '/usr/bin/apt-get': aptGet, '/usr/bin/apt': aptGet };

const { curl = nginx } = EXTRA_PROGRAMS;
const nginxImage: Recipe = (reference) =>
  distribution(reference.tag?.includes('alpine') === true ? 'alpine' : 'debian', nginxServer)(reference);

const nginxServer: Recipe = ({ tag = 'latest' }) =>
  server(70, '/usr/sbin/nginx', nginx, {
    programs: { '/usr/sbin/nginx': nginx, '/usr/bin/curl': curl },
    cmd: ['-g', 'daemon off;'],
    files: NGINX_FILES,
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
  busybox: shellImage(2.1),
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

/**
 * The images that nodes can pull: those of the catalogue as they are known, and any other well-formed name as one that
 * stays up.
 * @param extra recipes that come first, whatever the catalogue or a registry would say of the name
 */
export function catalogue(
  tools: ShellTools,
  extra: (reference: ImageReference) => ImageRecipe | undefined = () => undefined,
): ImageSource {
  const known = new Map<string, ImageSpec>();
  return {
    find(reference) {
      const { canonical, registry, repository } = reference;
      const made = known.get(canonical);
      if (made !== undefined) return made;
      const own = extra(reference);
      const refusal = own === undefined ? registryRefusal(reference) : undefined;
      if (refusal !== undefined) throw refusal;
      const name = repository.slice(repository.lastIndexOf('/') + 1);
      const recipe = own ?? (Object.hasOwn(RECIPES, name) ? RECIPES[name]?.(reference) : undefined);
      const short = registry === 'docker.io' ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
      const spec = buildImage(reference, recipe ?? stranger(short), tools);
      known.set(canonical, spec);
      return spec;
    },
  };
}

function stranger(image: string): ImageRecipe {
  const main: Applet = (proc) =>
    unknownImage(image, () =>
      proc.world.ports.filter(({ protocol }) => protocol === 'TCP').map(({ containerPort }) => containerPort),
    )(proc);
  return { ...server(25, '/app', main), simulated: true };
}
