import type { Program } from '@tabernetes/node-api';
import { EXTRA_PROGRAMS } from '../programs/index.ts';
import {
  batchJob,
  fortune,
  initDemo,
  kiada,
  kubiaPet,
  mysqld,
  quoteWriter,
  randomGenerator,
  silentServer,
  ssdMonitor,
  stress,
} from './book-images.ts';
import type { ImageRecipe } from './build-image.ts';
import type { ImageReference } from './image-spec.ts';
import { perl } from './pi.ts';
import { text } from './serve.ts';
import { agnhost, httpd } from './web-servers.ts';

const MIB = 1024 ** 2;

const image = (sizeMiB: number, path: string, program: Program, rest: Partial<ImageRecipe> = {}): ImageRecipe => ({
  sizeBytes: sizeMiB * MIB,
  entrypoint: [path],
  programs: { [path]: program },
  ...rest,
});

const { curl, dig, host, jq } = EXTRA_PROGRAMS;
const curlTools: Readonly<Record<string, Program>> = {
  ...(curl && { '/usr/bin/curl': curl }),
  ...(jq && { '/usr/bin/jq': jq }),
  ...(dig && { '/usr/bin/dig': dig }),
  ...(host && { '/usr/bin/host': host }),
};

const tools = (sizeMiB: number, rest: Partial<ImageRecipe> = {}): ImageRecipe => ({
  sizeBytes: sizeMiB * MIB,
  cmd: ['/bin/sh'],
  programs: curlTools,
  ...rest,
});

const webPage = (root: string): ImageRecipe =>
  image(60, '/usr/sbin/httpd', httpd(root, text('<html><body><h1>It works!</h1></body></html>\n', 200, 'text/html')));

const redis = (): ImageRecipe =>
  image(
    40,
    '/usr/local/bin/redis-server',
    silentServer(6379, () => '1:M * Ready to accept connections tcp'),
  );

/** The tag without its `v`, or this. */
const versionOf = ({ tag }: ImageReference, latest: string): string =>
  tag === undefined || tag === 'latest' ? latest : tag.replace(/^v/, '');

/** Images of the two books and of the documentation, by the last part of their repository. */
export const BOOK_RECIPES: Readonly<Record<string, (reference: ImageReference) => ImageRecipe>> = {
  'random-generator': (reference) =>
    image(150, '/usr/bin/java', randomGenerator(versionOf(reference, '1.0')), {
      cmd: ['-jar', 'random-generator.jar'],
      workingDir: '/opt',
      programs: { '/usr/bin/java': randomGenerator(versionOf(reference, '1.0')), ...curlTools },
    }),
  'kubia-pet': () => image(260, '/usr/local/bin/node', kubiaPet, { cmd: ['app.js'] }),
  kiada: (reference) => image(260, '/usr/local/bin/node', kiada(versionOf(reference, '0.1')), { cmd: ['app.js'] }),
  fortune: ({ tag }) => image(60, '/bin/fortuneloop.sh', fortune(tag === 'args' || tag === 'env' ? tag : 'fixed')),
  'quote-writer': () => image(10, '/bin/quote-writer', quoteWriter),
  'batch-job': () => image(2, '/main.sh', batchJob),
  'ssd-monitor': () => image(2, '/main.sh', ssdMonitor),
  'init-demo': () => image(2, '/main.sh', initDemo),
  agnhost: () => image(53, '/agnhost', agnhost, { cmd: ['pause'] }),
  httpd: () => webPage('/usr/local/apache2/htdocs'),
  stress: () => image(4, '/stress', stress),
  perl: () => image(340, '/usr/local/bin/perl', perl, { entrypoint: [], cmd: ['perl', '-de0'] }),
  mysql: () => image(150, '/usr/local/bin/mysqld', mysqld),
  mongo: () =>
    image(
      240,
      '/usr/bin/mongod',
      silentServer(
        27_017,
        (own) =>
          `{"t":{"$date":"${new Date(own.now()).toISOString()}"},"s":"I","c":"NETWORK","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}`,
      ),
    ),
  redis,
  rabbitmq: () =>
    image(
      90,
      '/usr/sbin/rabbitmq-server',
      silentServer(5672, () => 'Server startup complete'),
    ),
  curl: () => tools(10, { entrypoint: ['curl'], cmd: [] }),
  'curl-jq': () => tools(15, { entrypoint: ['curl'], cmd: [] }),
  dnsutils: () => tools(30),
  'jessie-dnsutils': () => tools(60),
  tutum: () => tools(60),
  netshoot: () => tools(200),
};
