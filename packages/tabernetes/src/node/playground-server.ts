import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A server of the playground's files. */
export interface PlaygroundServer {
  /** `http://127.0.0.1:5173` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Where what was built lies: next to this bundle in an installed package, in workspaces of their own in the repository.
 */
const PLACES = (name: string): readonly string[] => [
  `../${name}`,
  `../../../../apps/${name}/dist`,
  `../../../../../apps/${name}/dist`,
];

/** What is served below which path; the longest first. */
const MOUNTS = [
  { path: '/widget/', name: 'widget', witness: 'tabernetes-sandbox.js' },
  { path: '/docs/', name: 'docs', witness: 'index.html' },
  { path: '/', name: 'playground', witness: 'index.html' },
] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/**
 * Serves the playground at `/`, the widget at `/widget/` and its site at `/docs/`, on the loopback interface; port 0 takes a free one.
 * Everything with a hash in its name may be kept by browsers.
 *
 * @throws {Error} when the playground has not been built, or the port is taken
 */
export async function playgroundServer(port: number): Promise<PlaygroundServer> {
  const mounts = MOUNTS.flatMap(({ path, name, witness }) => {
    const root = PLACES(name)
      .map((place) => fileURLToPath(new URL(place, import.meta.url)))
      .find((place) => existsSync(join(place, witness)));
    return root === undefined ? [] : [{ path, root }];
  });
  if (!mounts.some(({ path }) => path === '/')) {
    throw new Error('the playground has not been built; run: npm run build');
  }

  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/'));
    const mount = mounts.find((each) => path.startsWith(each.path));
    const below = path.slice(mount?.path.length);
    const file = join(mount?.root ?? '', path.endsWith('/') ? `${below}index.html` : below);
    if (mount === undefined || !file.startsWith(mount.root) || !['GET', 'HEAD'].includes(request.method ?? '')) {
      response.writeHead(request.method === 'GET' || request.method === 'HEAD' ? 404 : 405).end();
      return;
    }
    readFile(file).then(
      (bytes) => {
        response.writeHead(200, {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
          'cache-control': below.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
          'x-content-type-options': 'nosniff',
        });
        response.end(request.method === 'HEAD' ? undefined : bytes);
      },
      () => response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
