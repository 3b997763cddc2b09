import type { Program } from '@tabernetes/node-api';
import type { Applet } from '../process/proc.ts';
import { BOOK_RECIPES } from './book-recipes.ts';
import { buildImage, type ImageRecipe, type ShellTools } from './build-image.ts';
import { type ImageReference, type ImageSource, type ImageSpec, PullError } from './image-spec.ts';
import { NGINX_FILES, nginx } from './nginx.ts';
import {
  bootcamp,
  echoServer,
  helloApp,
  hpaExample,
  httpEcho,
  kubia,
  pause,
  serveHostname,
  unknownImage,
} from './small-servers.ts';

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

const nginxImage: Recipe = () =>
  server(70, '/usr/sbin/nginx', nginx, {
    cmd: ['-g', 'daemon off;'],
    files: NGINX_FILES,
    stopSignal: 'QUIT',
    env: { NGINX_VERSION: '1.27.0' },
  });

const RECIPES: Readonly<Record<string, Recipe>> = {
  ...BOOK_RECIPES,
  pause: () => server(0.7, '/pause', pause, { shell: false, user: '65535:65535' }),
  nginx: nginxImage,
  'nginx-slim': nginxImage,
  busybox: shellImage(2.1),
  alpine: shellImage(3.6, '/bin/sh'),
  debian: shellImage(48, 'bash'),
  ubuntu: shellImage(29, '/bin/bash'),
  fedora: shellImage(70, '/bin/bash'),
  bash: shellImage(6, 'bash'),
  'http-echo': () => server(3, '/http-echo', httpEcho, { shell: false }),
  'hello-app': ({ tag = '1.0' }) => server(5, '/hello-app', helloApp(`${tag}.0`)),
  'hpa-example': () => server(170, '/usr/sbin/apache2', hpaExample),
  'kubernetes-bootcamp': () => server(80, '/server', bootcamp),
  echoserver: () => server(40, '/echoserver', echoServer),
  serve_hostname: () => server(8, '/serve_hostname', serveHostname),
  kubia: ({ tag = 'latest' }) => server(260, '/usr/local/bin/node', kubia(tag), { cmd: ['app.js'] }),
  'kubia-unhealthy': () => server(260, '/usr/local/bin/node', kubia('unhealthy'), { cmd: ['app.js'] }),
};

/** Repositories that hold no image that anybody can pull: names that people put where their own image belongs. */
const PLACEHOLDER =
  /^(?:me|username|your[-\w]*|my[-\w]*private[-\w]*|non-existing-repo)\/|nosuch|does-not-exist|fake-image|my-private-image/;

/**
 * The images that nodes can pull: those of the catalogue as they are known, and any other well-formed name as one that
 * stays up.
 */
export function catalogue(tools: ShellTools): ImageSource {
  const known = new Map<string, ImageSpec>();
  return {
    find(reference) {
      const { canonical, registry, repository, tag } = reference;
      if (PLACEHOLDER.test(repository.replace(/^library\//, '')) || tag === 'bad') throw notThere(reference);
      const made = known.get(canonical);
      if (made !== undefined) return made;
      const name = repository.slice(repository.lastIndexOf('/') + 1);
      const recipe = Object.hasOwn(RECIPES, name) ? RECIPES[name]?.(reference) : undefined;
      const short = registry === 'docker.io' ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
      const spec = buildImage(reference, recipe ?? stranger(short), tools);
      known.set(canonical, spec);
      return spec;
    },
  };
}

/** What containerd says of a repository or a tag that the registry does not have. */
function notThere({ canonical, registry, repository, tag }: ImageReference): PullError {
  const resolve = `failed to resolve reference "${canonical}": `;
  if (registry === 'docker.io' && tag !== 'bad') {
    return new PullError(
      'NotFound',
      `${resolve}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    );
  }
  return new PullError('NotFound', `${resolve}${registry}/${repository}:${tag ?? 'latest'}: not found`);
}

function stranger(image: string): ImageRecipe {
  const main: Applet = (proc) =>
    unknownImage(image, () =>
      proc.world.ports.filter(({ protocol }) => protocol === 'TCP').map(({ containerPort }) => containerPort),
    )(proc);
  return { ...server(25, '/app', main), simulated: true };
}
